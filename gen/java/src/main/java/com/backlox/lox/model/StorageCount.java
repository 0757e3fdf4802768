// Generated from the API document of LOX by OpenAPI Generator. Do not edit.


package com.backlox.lox.model;

import java.util.Objects;
import java.util.Map;
import java.util.HashMap;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


/**
 * A number of backups, and their size together.
 */
@JsonPropertyOrder({
  StorageCount.JSON_PROPERTY_COUNT,
  StorageCount.JSON_PROPERTY_BYTES
})

public class StorageCount {
  public static final String JSON_PROPERTY_COUNT = "count";
  
  private Long count;

  public static final String JSON_PROPERTY_BYTES = "bytes";
  
  private Long bytes;

  public StorageCount() { 
  }

  public StorageCount count(Long count) {
    this.count = count;
    return this;
  }

  /**
   * The number of backups.
   * minimum: 0
   * @return count
   */
  
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
    this.bytes = bytes;
    return this;
  }

  /**
   * Their size together, in bytes; the declared size of those that aren&#39;t completed.
   * minimum: 0
   * @return bytes
   */
  
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


  /**
   * Return true if this StorageCount object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    StorageCount storageCount = (StorageCount) o;
    return Objects.equals(this.count, storageCount.count) &&
        Objects.equals(this.bytes, storageCount.bytes);
  }

  @Override
  public int hashCode() {
    return Objects.hash(count, bytes);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class StorageCount {\n");
    sb.append("    count: ").append(toIndentedString(count)).append("\n");
    sb.append("    bytes: ").append(toIndentedString(bytes)).append("\n");
    sb.append("}");
    return sb.toString();
  }

  /**
   * Convert the given object to string with each line indented by 4 spaces
   * (except the first line).
   */
  private String toIndentedString(Object o) {
    return o == null ? "null" : o.toString().replace("\n", "\n    ");
  }
}

