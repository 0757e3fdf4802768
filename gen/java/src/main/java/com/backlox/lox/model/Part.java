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

/** A part that has arrived. */
@JsonPropertyOrder({
  Part.JSON_PROPERTY_PART_NUMBER,
  Part.JSON_PROPERTY_SIZE_BYTES,
  Part.JSON_PROPERTY_CHECKSUM
})
public class Part {
  public static final String JSON_PROPERTY_PART_NUMBER = "part_number";
  private Integer partNumber;

  public static final String JSON_PROPERTY_SIZE_BYTES = "size_bytes";
  private Long sizeBytes;

  public static final String JSON_PROPERTY_CHECKSUM = "checksum";
  private @Nullable String checksum;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public Part() {}

  public Part partNumber(Integer partNumber) {
    setPartNumber(partNumber);
    return this;
  }

  /** The number of a part. The first is 1. */
  @JsonProperty(value = JSON_PROPERTY_PART_NUMBER, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Integer getPartNumber() {
    return partNumber;
  }

  @JsonProperty(value = JSON_PROPERTY_PART_NUMBER, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setPartNumber(Integer partNumber) {
    this.partNumber = partNumber;
  }

  public Part sizeBytes(Long sizeBytes) {
    setSizeBytes(sizeBytes);
    return this;
  }

  /** The size of the part in bytes. */
  @JsonProperty(value = JSON_PROPERTY_SIZE_BYTES, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Long getSizeBytes() {
    return sizeBytes;
  }

  @JsonProperty(value = JSON_PROPERTY_SIZE_BYTES, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setSizeBytes(Long sizeBytes) {
    this.sizeBytes = sizeBytes;
  }

  public Part checksum(@Nullable String checksum) {
    setChecksum(checksum);
    return this;
  }

  /** The SHA-256 of the part. Absent if none was declared for it, or the store doesn&#39;t list it. */
  @JsonProperty(value = JSON_PROPERTY_CHECKSUM, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable String getChecksum() {
    return checksum;
  }

  @JsonProperty(value = JSON_PROPERTY_CHECKSUM, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setChecksum(@Nullable String checksum) {
    this.checksum = checksum;
  }

  /** Fields that this version of the package doesn't know, by name. */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  @JsonAnySetter
  public Part putAdditionalProperty(String name, @Nullable Object value) {
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
    Part that = (Part) other;
    return Objects.equals(partNumber, that.partNumber)
        && Objects.equals(sizeBytes, that.sizeBytes)
        && Objects.equals(checksum, that.checksum)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(partNumber, sizeBytes, checksum, additionalProperties);
  }

  @Override
  public String toString() {
    return "Part{"
        + "partNumber=" + partNumber
        + ", sizeBytes=" + sizeBytes
        + ", checksum=" + checksum
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
