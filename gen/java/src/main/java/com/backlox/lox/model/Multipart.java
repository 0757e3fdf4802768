// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.model;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How the file is uploaded in parts. Absent if it is uploaded by one &#x60;PUT&#x60;, and once the backup is no longer &#x60;pending&#x60;. */
@JsonPropertyOrder({
  Multipart.JSON_PROPERTY_PART_SIZE_BYTES,
  Multipart.JSON_PROPERTY_PART_COUNT
})
public class Multipart {
  public static final String JSON_PROPERTY_PART_SIZE_BYTES = "part_size_bytes";
  private Long partSizeBytes;

  public static final String JSON_PROPERTY_PART_COUNT = "part_count";
  private @Nullable Integer partCount;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public Multipart() {}

  public Multipart partSizeBytes(Long partSizeBytes) {
    setPartSizeBytes(partSizeBytes);
    return this;
  }

  /** The size in bytes of all parts but the last, which may be smaller. */
  @JsonProperty(value = JSON_PROPERTY_PART_SIZE_BYTES, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Long getPartSizeBytes() {
    return partSizeBytes;
  }

  @JsonProperty(value = JSON_PROPERTY_PART_SIZE_BYTES, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setPartSizeBytes(Long partSizeBytes) {
    this.partSizeBytes = partSizeBytes;
  }

  public Multipart partCount(@Nullable Integer partCount) {
    setPartCount(partCount);
    return this;
  }

  /** How many parts the file has. &#x60;null&#x60; if it is a stream, whose size isn&#39;t known yet. */
  @JsonProperty(value = JSON_PROPERTY_PART_COUNT, required = false)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public @Nullable Integer getPartCount() {
    return partCount;
  }

  @JsonProperty(value = JSON_PROPERTY_PART_COUNT, required = false)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setPartCount(@Nullable Integer partCount) {
    this.partCount = partCount;
  }

  /** Fields that this version of the package doesn't know, by name. */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  @JsonAnySetter
  public Multipart putAdditionalProperty(String name, @Nullable Object value) {
    additionalProperties.put(name, value);
    return this;
  }

  @Override
  public boolean equals(Object other) {
    if (this == other) {
      return true;
    }
    if (other == null || getClass() != other.getClass()) {
      return false;
    }
    Multipart that = (Multipart) other;
    return Objects.equals(partSizeBytes, that.partSizeBytes)
        && Objects.equals(partCount, that.partCount)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(partSizeBytes, partCount, additionalProperties);
  }

  @Override
  public String toString() {
    return "Multipart{"
        + "partSizeBytes=" + partSizeBytes
        + ", partCount=" + partCount
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
