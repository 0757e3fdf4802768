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

/** A number of backups, and their size together. */
@JsonPropertyOrder({
  StorageCount.JSON_PROPERTY_COUNT,
  StorageCount.JSON_PROPERTY_BYTES
})
public class StorageCount {
  public static final String JSON_PROPERTY_COUNT = "count";
  private Long count;

  public static final String JSON_PROPERTY_BYTES = "bytes";
  private Long bytes;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public StorageCount() {}

  public StorageCount count(Long count) {
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

  public StorageCount bytes(Long bytes) {
    setBytes(bytes);
    return this;
  }

  /** Their size together, in bytes; the declared size of those that aren&#39;t completed. */
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
  public StorageCount putAdditionalProperty(String name, @Nullable Object value) {
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
    StorageCount that = (StorageCount) other;
    return Objects.equals(count, that.count)
        && Objects.equals(bytes, that.bytes)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(count, bytes, additionalProperties);
  }

  @Override
  public String toString() {
    return "StorageCount{"
        + "count=" + count
        + ", bytes=" + bytes
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
