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
 * Number and size of the completed backups of one content type.
 */
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

  public StorageByContentType() { 
  }

  public StorageByContentType contentType(@Nullable String contentType) {
    this.contentType = contentType;
    return this;
  }

  /**
   * The content type. Absent for backups that were created without one.
   * @return contentType
   */
  
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
    this.count = count;
    return this;
  }

  /**
   * The number of backups.
   * minimum: 1
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


  public StorageByContentType bytes(Long bytes) {
    this.bytes = bytes;
    return this;
  }

  /**
   * Their size together, in bytes.
   * minimum: 1
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
   * Return true if this StorageByContentType object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    StorageByContentType storageByContentType = (StorageByContentType) o;
    return Objects.equals(this.contentType, storageByContentType.contentType) &&
        Objects.equals(this.count, storageByContentType.count) &&
        Objects.equals(this.bytes, storageByContentType.bytes);
  }

  @Override
  public int hashCode() {
    return Objects.hash(contentType, count, bytes);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class StorageByContentType {\n");
    sb.append("    contentType: ").append(toIndentedString(contentType)).append("\n");
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

