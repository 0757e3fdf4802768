// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.model;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
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

/** One page of backups. */
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

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public BackupList() {}

  public BackupList backups(List<Backup> backups) {
    setBackups(backups);
    return this;
  }

  public BackupList addBackupsItem(Backup item) {
    List<Backup> all = getBackups();
    if (all == null) {
      all = new ArrayList<>();
      setBackups(all);
    }
    all.add(item);
    return this;
  }

  /** The backups of this page, newest first. */
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
    setTotal(total);
    return this;
  }

  /** The exact number of backups that pass the filters, over all pages. */
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
    setLimit(limit);
    return this;
  }

  /** The &#x60;limit&#x60; of this page. */
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
    setOffset(offset);
    return this;
  }

  /** The &#x60;offset&#x60; of this page. */
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
    setNextCursor(nextCursor);
    return this;
  }

  /** The &#x60;cursor&#x60; for the next page. Absent on the last page. */
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

  /** Fields that this version of the package doesn't know, by name. */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  @JsonAnySetter
  public BackupList putAdditionalProperty(String name, @Nullable Object value) {
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
    BackupList that = (BackupList) other;
    return Objects.equals(backups, that.backups)
        && Objects.equals(total, that.total)
        && Objects.equals(limit, that.limit)
        && Objects.equals(offset, that.offset)
        && Objects.equals(nextCursor, that.nextCursor)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(backups, total, limit, offset, nextCursor, additionalProperties);
  }

  @Override
  public String toString() {
    return "BackupList{"
        + "backups=" + backups
        + ", total=" + total
        + ", limit=" + limit
        + ", offset=" + offset
        + ", nextCursor=" + nextCursor
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
