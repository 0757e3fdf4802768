// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.model;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import com.backlox.lox.model.StorageByContentType;
import com.backlox.lox.model.StorageByStatus;
import com.backlox.lox.model.StorageCount;
import com.backlox.lox.model.StorageDay;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What takes the space, and how it grew. */
@JsonPropertyOrder({
  StorageStats.JSON_PROPERTY_BY_STATUS,
  StorageStats.JSON_PROPERTY_BY_CONTENT_TYPE,
  StorageStats.JSON_PROPERTY_OTHER_CONTENT_TYPES,
  StorageStats.JSON_PROPERTY_AVERAGE_BYTES,
  StorageStats.JSON_PROPERTY_LARGEST_BYTES,
  StorageStats.JSON_PROPERTY_DAILY,
  StorageStats.JSON_PROPERTY_PROJECTED_FULL_AT
})
public class StorageStats {
  public static final String JSON_PROPERTY_BY_STATUS = "by_status";
  private StorageByStatus byStatus;

  public static final String JSON_PROPERTY_BY_CONTENT_TYPE = "by_content_type";
  private List<StorageByContentType> byContentType;

  public static final String JSON_PROPERTY_OTHER_CONTENT_TYPES = "other_content_types";
  private @Nullable StorageCount otherContentTypes;

  public static final String JSON_PROPERTY_AVERAGE_BYTES = "average_bytes";
  private Long averageBytes;

  public static final String JSON_PROPERTY_LARGEST_BYTES = "largest_bytes";
  private Long largestBytes;

  public static final String JSON_PROPERTY_DAILY = "daily";
  private List<StorageDay> daily;

  public static final String JSON_PROPERTY_PROJECTED_FULL_AT = "projected_full_at";
  private @Nullable OffsetDateTime projectedFullAt;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public StorageStats() {}

  public StorageStats byStatus(StorageByStatus byStatus) {
    setByStatus(byStatus);
    return this;
  }

  @JsonProperty(value = JSON_PROPERTY_BY_STATUS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public StorageByStatus getByStatus() {
    return byStatus;
  }

  @JsonProperty(value = JSON_PROPERTY_BY_STATUS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setByStatus(StorageByStatus byStatus) {
    this.byStatus = byStatus;
  }

  public StorageStats byContentType(List<StorageByContentType> byContentType) {
    setByContentType(byContentType);
    return this;
  }

  public StorageStats addByContentTypeItem(StorageByContentType item) {
    List<StorageByContentType> all = getByContentType();
    if (all == null) {
      all = new ArrayList<>();
      setByContentType(all);
    }
    all.add(item);
    return this;
  }

  /** The content types of the completed backups, the largest by &#x60;bytes&#x60; first. At most 100. If there are more, &#x60;other_content_types&#x60; sums up the others. */
  @JsonProperty(value = JSON_PROPERTY_BY_CONTENT_TYPE, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public List<StorageByContentType> getByContentType() {
    return byContentType;
  }

  @JsonProperty(value = JSON_PROPERTY_BY_CONTENT_TYPE, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setByContentType(List<StorageByContentType> byContentType) {
    this.byContentType = byContentType;
  }

  public StorageStats otherContentTypes(@Nullable StorageCount otherContentTypes) {
    setOtherContentTypes(otherContentTypes);
    return this;
  }

  @JsonProperty(value = JSON_PROPERTY_OTHER_CONTENT_TYPES, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable StorageCount getOtherContentTypes() {
    return otherContentTypes;
  }

  @JsonProperty(value = JSON_PROPERTY_OTHER_CONTENT_TYPES, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setOtherContentTypes(@Nullable StorageCount otherContentTypes) {
    this.otherContentTypes = otherContentTypes;
  }

  public StorageStats averageBytes(Long averageBytes) {
    setAverageBytes(averageBytes);
    return this;
  }

  /** The average size of a completed backup, rounded to whole bytes. 0 when there is none. */
  @JsonProperty(value = JSON_PROPERTY_AVERAGE_BYTES, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Long getAverageBytes() {
    return averageBytes;
  }

  @JsonProperty(value = JSON_PROPERTY_AVERAGE_BYTES, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setAverageBytes(Long averageBytes) {
    this.averageBytes = averageBytes;
  }

  public StorageStats largestBytes(Long largestBytes) {
    setLargestBytes(largestBytes);
    return this;
  }

  /** The size of the largest completed backup, in bytes. 0 when there is none. */
  @JsonProperty(value = JSON_PROPERTY_LARGEST_BYTES, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Long getLargestBytes() {
    return largestBytes;
  }

  @JsonProperty(value = JSON_PROPERTY_LARGEST_BYTES, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setLargestBytes(Long largestBytes) {
    this.largestBytes = largestBytes;
  }

  public StorageStats daily(List<StorageDay> daily) {
    setDaily(daily);
    return this;
  }

  public StorageStats addDailyItem(StorageDay item) {
    List<StorageDay> all = getDaily();
    if (all == null) {
      all = new ArrayList<>();
      setDaily(all);
    }
    all.add(item);
    return this;
  }

  /** The last 30 days, the oldest first; the last one is today. */
  @JsonProperty(value = JSON_PROPERTY_DAILY, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public List<StorageDay> getDaily() {
    return daily;
  }

  @JsonProperty(value = JSON_PROPERTY_DAILY, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setDaily(List<StorageDay> daily) {
    this.daily = daily;
  }

  public StorageStats projectedFullAt(@Nullable OffsetDateTime projectedFullAt) {
    setProjectedFullAt(projectedFullAt);
    return this;
  }

  /** When the quota will be full if storage keeps growing at the average rate of these 30 days, or of the days since the first upload if those are fewer. What is reserved now counts as taken. &#x60;null&#x60; if storage doesn&#39;t grow, or if the time is more than 100 years off. */
  @JsonProperty(value = JSON_PROPERTY_PROJECTED_FULL_AT, required = false)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public @Nullable OffsetDateTime getProjectedFullAt() {
    return projectedFullAt;
  }

  @JsonProperty(value = JSON_PROPERTY_PROJECTED_FULL_AT, required = false)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setProjectedFullAt(@Nullable OffsetDateTime projectedFullAt) {
    this.projectedFullAt = projectedFullAt;
  }

  /** Fields that this version of the package doesn't know, by name. */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  @JsonAnySetter
  public StorageStats putAdditionalProperty(String name, @Nullable Object value) {
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
    StorageStats that = (StorageStats) other;
    return Objects.equals(byStatus, that.byStatus)
        && Objects.equals(byContentType, that.byContentType)
        && Objects.equals(otherContentTypes, that.otherContentTypes)
        && Objects.equals(averageBytes, that.averageBytes)
        && Objects.equals(largestBytes, that.largestBytes)
        && Objects.equals(daily, that.daily)
        && Objects.equals(projectedFullAt, that.projectedFullAt)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(byStatus, byContentType, otherContentTypes, averageBytes, largestBytes, daily, projectedFullAt, additionalProperties);
  }

  @Override
  public String toString() {
    return "StorageStats{"
        + "byStatus=" + byStatus
        + ", byContentType=" + byContentType
        + ", otherContentTypes=" + otherContentTypes
        + ", averageBytes=" + averageBytes
        + ", largestBytes=" + largestBytes
        + ", daily=" + daily
        + ", projectedFullAt=" + projectedFullAt
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
