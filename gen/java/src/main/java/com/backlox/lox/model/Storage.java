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
import java.time.OffsetDateTime;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


/**
 * How much of the quota is taken.
 */
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

  public Storage() { 
  }

  public Storage usedBytes(Long usedBytes) {
    this.usedBytes = usedBytes;
    return this;
  }

  /**
   * The size of all completed backups together, in bytes.
   * minimum: 0
   * @return usedBytes
   */
  
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
    this.quotaBytes = quotaBytes;
    return this;
  }

  /**
   * The most that &#x60;used_bytes&#x60; and &#x60;reserved_bytes&#x60; may come to.
   * minimum: 0
   * @return quotaBytes
   */
  
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
    this.usedPercentage = usedPercentage;
    return this;
  }

  /**
   * &#x60;used_bytes&#x60; in per cent of &#x60;quota_bytes&#x60;, rounded to 2 decimals. More than 100 if the quota was lowered below what was stored; 100 for a quota of 0.
   * minimum: 0
   * @return usedPercentage
   */
  
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
    this.backupCount = backupCount;
    return this;
  }

  /**
   * The number of completed backups.
   * minimum: 0
   * @return backupCount
   */
  
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
    this.oldestBackup = oldestBackup;
    return this;
  }

  /**
   * When the oldest completed backup was created. &#x60;null&#x60; when there is none.
   * @return oldestBackup
   */
  
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
    this.newestBackup = newestBackup;
    return this;
  }

  /**
   * When the newest completed backup was created. &#x60;null&#x60; when there is none.
   * @return newestBackup
   */
  
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
    this.reservedBytes = reservedBytes;
    return this;
  }

  /**
   * The declared size of all backups that are &#x60;pending&#x60; or &#x60;verifying&#x60;, in bytes.
   * minimum: 0
   * @return reservedBytes
   */
  
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


  /**
   * Return true if this Storage object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    Storage storage = (Storage) o;
    return Objects.equals(this.usedBytes, storage.usedBytes) &&
        Objects.equals(this.quotaBytes, storage.quotaBytes) &&
        Objects.equals(this.usedPercentage, storage.usedPercentage) &&
        Objects.equals(this.backupCount, storage.backupCount) &&
        Objects.equals(this.oldestBackup, storage.oldestBackup) &&
        Objects.equals(this.newestBackup, storage.newestBackup) &&
        Objects.equals(this.reservedBytes, storage.reservedBytes);
  }

  @Override
  public int hashCode() {
    return Objects.hash(usedBytes, quotaBytes, usedPercentage, backupCount, oldestBackup, newestBackup, reservedBytes);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class Storage {\n");
    sb.append("    usedBytes: ").append(toIndentedString(usedBytes)).append("\n");
    sb.append("    quotaBytes: ").append(toIndentedString(quotaBytes)).append("\n");
    sb.append("    usedPercentage: ").append(toIndentedString(usedPercentage)).append("\n");
    sb.append("    backupCount: ").append(toIndentedString(backupCount)).append("\n");
    sb.append("    oldestBackup: ").append(toIndentedString(oldestBackup)).append("\n");
    sb.append("    newestBackup: ").append(toIndentedString(newestBackup)).append("\n");
    sb.append("    reservedBytes: ").append(toIndentedString(reservedBytes)).append("\n");
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

