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
import java.time.OffsetDateTime;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How much of the quota is taken. */
@JsonPropertyOrder({
  Storage.JSON_PROPERTY_USED_BYTES,
  Storage.JSON_PROPERTY_QUOTA_BYTES,
  Storage.JSON_PROPERTY_USED_PERCENTAGE,
  Storage.JSON_PROPERTY_BACKUP_COUNT,
  Storage.JSON_PROPERTY_OLDEST_BACKUP,
  Storage.JSON_PROPERTY_NEWEST_BACKUP,
  Storage.JSON_PROPERTY_RESERVED_BYTES
})
public class Storage {
  public static final String JSON_PROPERTY_USED_BYTES = "used_bytes";
  private Long usedBytes;

  public static final String JSON_PROPERTY_QUOTA_BYTES = "quota_bytes";
  private Long quotaBytes;

  public static final String JSON_PROPERTY_USED_PERCENTAGE = "used_percentage";
  private Double usedPercentage;

  public static final String JSON_PROPERTY_BACKUP_COUNT = "backup_count";
  private Long backupCount;

  public static final String JSON_PROPERTY_OLDEST_BACKUP = "oldest_backup";
  private @Nullable OffsetDateTime oldestBackup;

  public static final String JSON_PROPERTY_NEWEST_BACKUP = "newest_backup";
  private @Nullable OffsetDateTime newestBackup;

  public static final String JSON_PROPERTY_RESERVED_BYTES = "reserved_bytes";
  private Long reservedBytes;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public Storage() {}

  public Storage usedBytes(Long usedBytes) {
    setUsedBytes(usedBytes);
    return this;
  }

  /** The size of all completed backups together, in bytes. */
  @JsonProperty(value = JSON_PROPERTY_USED_BYTES, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Long getUsedBytes() {
    return usedBytes;
  }

  @JsonProperty(value = JSON_PROPERTY_USED_BYTES, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setUsedBytes(Long usedBytes) {
    this.usedBytes = usedBytes;
  }

  public Storage quotaBytes(Long quotaBytes) {
    setQuotaBytes(quotaBytes);
    return this;
  }

  /** The most that &#x60;used_bytes&#x60; and &#x60;reserved_bytes&#x60; may come to. */
  @JsonProperty(value = JSON_PROPERTY_QUOTA_BYTES, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Long getQuotaBytes() {
    return quotaBytes;
  }

  @JsonProperty(value = JSON_PROPERTY_QUOTA_BYTES, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setQuotaBytes(Long quotaBytes) {
    this.quotaBytes = quotaBytes;
  }

  public Storage usedPercentage(Double usedPercentage) {
    setUsedPercentage(usedPercentage);
    return this;
  }

  /** &#x60;used_bytes&#x60; in per cent of &#x60;quota_bytes&#x60;, rounded to 2 decimals. More than 100 if the quota was lowered below what was stored; 100 for a quota of 0. */
  @JsonProperty(value = JSON_PROPERTY_USED_PERCENTAGE, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Double getUsedPercentage() {
    return usedPercentage;
  }

  @JsonProperty(value = JSON_PROPERTY_USED_PERCENTAGE, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setUsedPercentage(Double usedPercentage) {
    this.usedPercentage = usedPercentage;
  }

  public Storage backupCount(Long backupCount) {
    setBackupCount(backupCount);
    return this;
  }

  /** The number of completed backups. */
  @JsonProperty(value = JSON_PROPERTY_BACKUP_COUNT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Long getBackupCount() {
    return backupCount;
  }

  @JsonProperty(value = JSON_PROPERTY_BACKUP_COUNT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setBackupCount(Long backupCount) {
    this.backupCount = backupCount;
  }

  public Storage oldestBackup(@Nullable OffsetDateTime oldestBackup) {
    setOldestBackup(oldestBackup);
    return this;
  }

  /** When the oldest completed backup was created. &#x60;null&#x60; when there is none. */
  @JsonProperty(value = JSON_PROPERTY_OLDEST_BACKUP, required = false)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public @Nullable OffsetDateTime getOldestBackup() {
    return oldestBackup;
  }

  @JsonProperty(value = JSON_PROPERTY_OLDEST_BACKUP, required = false)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setOldestBackup(@Nullable OffsetDateTime oldestBackup) {
    this.oldestBackup = oldestBackup;
  }

  public Storage newestBackup(@Nullable OffsetDateTime newestBackup) {
    setNewestBackup(newestBackup);
    return this;
  }

  /** When the newest completed backup was created. &#x60;null&#x60; when there is none. */
  @JsonProperty(value = JSON_PROPERTY_NEWEST_BACKUP, required = false)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public @Nullable OffsetDateTime getNewestBackup() {
    return newestBackup;
  }

  @JsonProperty(value = JSON_PROPERTY_NEWEST_BACKUP, required = false)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setNewestBackup(@Nullable OffsetDateTime newestBackup) {
    this.newestBackup = newestBackup;
  }

  public Storage reservedBytes(Long reservedBytes) {
    setReservedBytes(reservedBytes);
    return this;
  }

  /** The declared size of all backups that are &#x60;pending&#x60; or &#x60;verifying&#x60;, in bytes. */
  @JsonProperty(value = JSON_PROPERTY_RESERVED_BYTES, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Long getReservedBytes() {
    return reservedBytes;
  }

  @JsonProperty(value = JSON_PROPERTY_RESERVED_BYTES, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setReservedBytes(Long reservedBytes) {
    this.reservedBytes = reservedBytes;
  }

  /** Fields that this version of the package doesn't know, by name. */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  @JsonAnySetter
  public Storage putAdditionalProperty(String name, @Nullable Object value) {
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
    Storage that = (Storage) other;
    return Objects.equals(usedBytes, that.usedBytes)
        && Objects.equals(quotaBytes, that.quotaBytes)
        && Objects.equals(usedPercentage, that.usedPercentage)
        && Objects.equals(backupCount, that.backupCount)
        && Objects.equals(oldestBackup, that.oldestBackup)
        && Objects.equals(newestBackup, that.newestBackup)
        && Objects.equals(reservedBytes, that.reservedBytes)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(usedBytes, quotaBytes, usedPercentage, backupCount, oldestBackup, newestBackup, reservedBytes, additionalProperties);
  }

  @Override
  public String toString() {
    return "Storage{"
        + "usedBytes=" + usedBytes
        + ", quotaBytes=" + quotaBytes
        + ", usedPercentage=" + usedPercentage
        + ", backupCount=" + backupCount
        + ", oldestBackup=" + oldestBackup
        + ", newestBackup=" + newestBackup
        + ", reservedBytes=" + reservedBytes
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
