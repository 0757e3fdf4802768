// Generated from the API document of LOX by OpenAPI Generator. Do not edit.


package com.backlox.lox.model;

import java.util.Objects;
import java.util.Map;
import java.util.HashMap;
import com.backlox.lox.model.Backup;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


/**
 * One page of backups.
 */
@JsonPropertyOrder({
  BackupList.JSON_PROPERTY_BACKUPS,
  BackupList.JSON_PROPERTY_TOTAL,
  BackupList.JSON_PROPERTY_LIMIT,
  BackupList.JSON_PROPERTY_OFFSET,
  BackupList.JSON_PROPERTY_NEXT_CURSOR
})

public class BackupList {
  public static final String JSON_PROPERTY_BACKUPS = "backups";
  
  private List<Backup> backups;

  public static final String JSON_PROPERTY_TOTAL = "total";
  
  private Long total;

  public static final String JSON_PROPERTY_LIMIT = "limit";
  
  private Integer limit;

  public static final String JSON_PROPERTY_OFFSET = "offset";
  
  private Integer offset;

  public static final String JSON_PROPERTY_NEXT_CURSOR = "next_cursor";
  
  private @Nullable String nextCursor;

  public BackupList() { 
  }

  public BackupList backups(List<Backup> backups) {
    this.backups = backups;
    return this;
  }

  public BackupList addBackupsItem(Backup backupsItem) {
    if (this.backups == null) {
      this.backups = new ArrayList<>();
    }
    this.backups.add(backupsItem);
    return this;
  }

  /**
   * The backups of this page, newest first.
   * @return backups
   */
  
  @JsonProperty(value = JSON_PROPERTY_BACKUPS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public List<Backup> getBackups() {
    return backups;
  }


  @JsonProperty(value = JSON_PROPERTY_BACKUPS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setBackups(List<Backup> backups) {
    this.backups = backups;
  }


  public BackupList total(Long total) {
    this.total = total;
    return this;
  }

  /**
   * The exact number of backups that pass the filters, over all pages.
   * minimum: 0
   * @return total
   */
  
  @JsonProperty(value = JSON_PROPERTY_TOTAL, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Long getTotal() {
    return total;
  }


  @JsonProperty(value = JSON_PROPERTY_TOTAL, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setTotal(Long total) {
    this.total = total;
  }


  public BackupList limit(Integer limit) {
    this.limit = limit;
    return this;
  }

  /**
   * The &#x60;limit&#x60; of this page.
   * minimum: 1
   * maximum: 100
   * @return limit
   */
  
  @JsonProperty(value = JSON_PROPERTY_LIMIT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Integer getLimit() {
    return limit;
  }


  @JsonProperty(value = JSON_PROPERTY_LIMIT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setLimit(Integer limit) {
    this.limit = limit;
  }


  public BackupList offset(Integer offset) {
    this.offset = offset;
    return this;
  }

  /**
   * The &#x60;offset&#x60; of this page.
   * minimum: 0
   * @return offset
   */
  
  @JsonProperty(value = JSON_PROPERTY_OFFSET, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Integer getOffset() {
    return offset;
  }


  @JsonProperty(value = JSON_PROPERTY_OFFSET, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setOffset(Integer offset) {
    this.offset = offset;
  }


  public BackupList nextCursor(@Nullable String nextCursor) {
    this.nextCursor = nextCursor;
    return this;
  }

  /**
   * The &#x60;cursor&#x60; for the next page. Absent on the last page.
   * @return nextCursor
   */
  
  @JsonProperty(value = JSON_PROPERTY_NEXT_CURSOR, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable String getNextCursor() {
    return nextCursor;
  }


  @JsonProperty(value = JSON_PROPERTY_NEXT_CURSOR, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setNextCursor(@Nullable String nextCursor) {
    this.nextCursor = nextCursor;
  }


  /**
   * Return true if this BackupList object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    BackupList backupList = (BackupList) o;
    return Objects.equals(this.backups, backupList.backups) &&
        Objects.equals(this.total, backupList.total) &&
        Objects.equals(this.limit, backupList.limit) &&
        Objects.equals(this.offset, backupList.offset) &&
        Objects.equals(this.nextCursor, backupList.nextCursor);
  }

  @Override
  public int hashCode() {
    return Objects.hash(backups, total, limit, offset, nextCursor);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class BackupList {\n");
    sb.append("    backups: ").append(toIndentedString(backups)).append("\n");
    sb.append("    total: ").append(toIndentedString(total)).append("\n");
    sb.append("    limit: ").append(toIndentedString(limit)).append("\n");
    sb.append("    offset: ").append(toIndentedString(offset)).append("\n");
    sb.append("    nextCursor: ").append(toIndentedString(nextCursor)).append("\n");
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

