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

/** Number and size of the completed backups of one content type. */
@JsonPropertyOrder({
  StorageByContentType.JSON_PROPERTY_CONTENT_TYPE,
  StorageByContentType.JSON_PROPERTY_COUNT,
  StorageByContentType.JSON_PROPERTY_BYTES
})
public class StorageByContentType {
  public static final String JSON_PROPERTY_CONTENT_TYPE = "content_type";
  private @Nullable String contentType;

  public static final String JSON_PROPERTY_COUNT = "count";
  private Long count;

  public static final String JSON_PROPERTY_BYTES = "bytes";
  private Long bytes;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public StorageByContentType() {}

  public StorageByContentType contentType(@Nullable String contentType) {
    setContentType(contentType);
    return this;
  }

  /** The content type. Absent for backups that were created without one. */
  @JsonProperty(value = JSON_PROPERTY_CONTENT_TYPE, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable String getContentType() {
    return contentType;
  }

  @JsonProperty(value = JSON_PROPERTY_CONTENT_TYPE, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setContentType(@Nullable String contentType) {
    this.contentType = contentType;
  }

  public StorageByContentType count(Long count) {
    setCount(count);
    return this;
  }

  /** The number of backups. */
  @JsonProperty(value = JSON_PROPERTY_COUNT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Long getCount() {
    return count;
  }

  @JsonProperty(value = JSON_PROPERTY_COUNT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setCount(Long count) {
    this.count = count;
  }

  public StorageByContentType bytes(Long bytes) {
    setBytes(bytes);
    return this;
  }

  /** Their size together, in bytes. */
  @JsonProperty(value = JSON_PROPERTY_BYTES, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Long getBytes() {
    return bytes;
  }

  @JsonProperty(value = JSON_PROPERTY_BYTES, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setBytes(Long bytes) {
    this.bytes = bytes;
  }

  /** Fields that this version of the package doesn't know, by name. */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  @JsonAnySetter
  public StorageByContentType putAdditionalProperty(String name, @Nullable Object value) {
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
    StorageByContentType that = (StorageByContentType) other;
    return Objects.equals(contentType, that.contentType)
        && Objects.equals(count, that.count)
        && Objects.equals(bytes, that.bytes)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(contentType, count, bytes, additionalProperties);
  }

  @Override
  public String toString() {
    return "StorageByContentType{"
        + "contentType=" + contentType
        + ", count=" + count
        + ", bytes=" + bytes
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
