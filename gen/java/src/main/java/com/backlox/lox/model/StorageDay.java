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
import java.time.LocalDate;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


/**
 * What happened on one day, and what was stored at its end. Days are those of UTC.
 */
@JsonPropertyOrder({
  StorageDay.JSON_PROPERTY_DATE,
  StorageDay.JSON_PROPERTY_UPLOADED,
  StorageDay.JSON_PROPERTY_DELETED,
  StorageDay.JSON_PROPERTY_BYTES,
  StorageDay.JSON_PROPERTY_COUNT
})

public class StorageDay {
  public static final String JSON_PROPERTY_DATE = "date";
  
  private LocalDate date;

  public static final String JSON_PROPERTY_UPLOADED = "uploaded";
  
  private Long uploaded;

  public static final String JSON_PROPERTY_DELETED = "deleted";
  
  private Long deleted;

  public static final String JSON_PROPERTY_BYTES = "bytes";
  
  private Long bytes;

  public static final String JSON_PROPERTY_COUNT = "count";
  
  private Long count;

  public StorageDay() { 
  }

  public StorageDay date(LocalDate date) {
    this.date = date;
    return this;
  }

  /**
   * The day.
   * @return date
   */
  
  @JsonProperty(value = JSON_PROPERTY_DATE, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public LocalDate getDate() {
    return date;
  }


  @JsonProperty(value = JSON_PROPERTY_DATE, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setDate(LocalDate date) {
    this.date = date;
  }


  public StorageDay uploaded(Long uploaded) {
    this.uploaded = uploaded;
    return this;
  }

  /**
   * The number of backups that were completed on this day.
   * minimum: 0
   * @return uploaded
   */
  
  @JsonProperty(value = JSON_PROPERTY_UPLOADED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Long getUploaded() {
    return uploaded;
  }


  @JsonProperty(value = JSON_PROPERTY_UPLOADED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setUploaded(Long uploaded) {
    this.uploaded = uploaded;
  }


  public StorageDay deleted(Long deleted) {
    this.deleted = deleted;
    return this;
  }

  /**
   * The number of completed backups that were deleted on this day.
   * minimum: 0
   * @return deleted
   */
  
  @JsonProperty(value = JSON_PROPERTY_DELETED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Long getDeleted() {
    return deleted;
  }


  @JsonProperty(value = JSON_PROPERTY_DELETED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setDeleted(Long deleted) {
    this.deleted = deleted;
  }


  public StorageDay bytes(Long bytes) {
    this.bytes = bytes;
    return this;
  }

  /**
   * The size of all completed backups at the end of this day, or now if it is today, in bytes.
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


  public StorageDay count(Long count) {
    this.count = count;
    return this;
  }

  /**
   * The number of completed backups at the end of this day, or now if it is today.
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


  /**
   * Return true if this StorageDay object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    StorageDay storageDay = (StorageDay) o;
    return Objects.equals(this.date, storageDay.date) &&
        Objects.equals(this.uploaded, storageDay.uploaded) &&
        Objects.equals(this.deleted, storageDay.deleted) &&
        Objects.equals(this.bytes, storageDay.bytes) &&
        Objects.equals(this.count, storageDay.count);
  }

  @Override
  public int hashCode() {
    return Objects.hash(date, uploaded, deleted, bytes, count);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class StorageDay {\n");
    sb.append("    date: ").append(toIndentedString(date)).append("\n");
    sb.append("    uploaded: ").append(toIndentedString(uploaded)).append("\n");
    sb.append("    deleted: ").append(toIndentedString(deleted)).append("\n");
    sb.append("    bytes: ").append(toIndentedString(bytes)).append("\n");
    sb.append("    count: ").append(toIndentedString(count)).append("\n");
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

