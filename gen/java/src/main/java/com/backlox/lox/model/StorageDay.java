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
import java.time.LocalDate;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What happened on one day, and what was stored at its end. Days are those of UTC. */
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

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public StorageDay() {}

  public StorageDay date(LocalDate date) {
    setDate(date);
    return this;
  }

  /** The day. */
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
    setUploaded(uploaded);
    return this;
  }

  /** The number of backups that were completed on this day. */
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
    setDeleted(deleted);
    return this;
  }

  /** The number of completed backups that were deleted on this day. */
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
    setBytes(bytes);
    return this;
  }

  /** The size of all completed backups at the end of this day, or now if it is today, in bytes. */
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
    setCount(count);
    return this;
  }

  /** The number of completed backups at the end of this day, or now if it is today. */
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

  /** Fields that this version of the package doesn't know, by name. */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  @JsonAnySetter
  public StorageDay putAdditionalProperty(String name, @Nullable Object value) {
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
    StorageDay that = (StorageDay) other;
    return Objects.equals(date, that.date)
        && Objects.equals(uploaded, that.uploaded)
        && Objects.equals(deleted, that.deleted)
        && Objects.equals(bytes, that.bytes)
        && Objects.equals(count, that.count)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(date, uploaded, deleted, bytes, count, additionalProperties);
  }

  @Override
  public String toString() {
    return "StorageDay{"
        + "date=" + date
        + ", uploaded=" + uploaded
        + ", deleted=" + deleted
        + ", bytes=" + bytes
        + ", count=" + count
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
