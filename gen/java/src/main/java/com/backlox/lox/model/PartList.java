// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.model;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import com.backlox.lox.model.Part;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One page of the parts that have arrived. */
@JsonPropertyOrder({
  PartList.JSON_PROPERTY_PARTS,
  PartList.JSON_PROPERTY_PART_SIZE_BYTES,
  PartList.JSON_PROPERTY_PART_COUNT,
  PartList.JSON_PROPERTY_LIMIT,
  PartList.JSON_PROPERTY_NEXT_CURSOR
})
public class PartList {
  public static final String JSON_PROPERTY_PARTS = "parts";
  private List<Part> parts;

  public static final String JSON_PROPERTY_PART_SIZE_BYTES = "part_size_bytes";
  private Long partSizeBytes;

  public static final String JSON_PROPERTY_PART_COUNT = "part_count";
  private @Nullable Integer partCount;

  public static final String JSON_PROPERTY_LIMIT = "limit";
  private Integer limit;

  public static final String JSON_PROPERTY_NEXT_CURSOR = "next_cursor";
  private @Nullable String nextCursor;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public PartList() {}

  public PartList parts(List<Part> parts) {
    setParts(parts);
    return this;
  }

  public PartList addPartsItem(Part item) {
    List<Part> all = getParts();
    if (all == null) {
      all = new ArrayList<>();
      setParts(all);
    }
    all.add(item);
    return this;
  }

  /** The parts of this page, in the order of their numbers. */
  @JsonProperty(value = JSON_PROPERTY_PARTS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public List<Part> getParts() {
    return parts;
  }

  @JsonProperty(value = JSON_PROPERTY_PARTS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setParts(List<Part> parts) {
    this.parts = parts;
  }

  public PartList partSizeBytes(Long partSizeBytes) {
    setPartSizeBytes(partSizeBytes);
    return this;
  }

  /** The size in bytes of all parts but the last, which may be smaller. */
  @JsonProperty(value = JSON_PROPERTY_PART_SIZE_BYTES, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Long getPartSizeBytes() {
    return partSizeBytes;
  }

  @JsonProperty(value = JSON_PROPERTY_PART_SIZE_BYTES, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setPartSizeBytes(Long partSizeBytes) {
    this.partSizeBytes = partSizeBytes;
  }

  public PartList partCount(@Nullable Integer partCount) {
    setPartCount(partCount);
    return this;
  }

  /** How many parts the file has. &#x60;null&#x60; if it is a stream, whose size isn&#39;t known yet. */
  @JsonProperty(value = JSON_PROPERTY_PART_COUNT, required = false)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public @Nullable Integer getPartCount() {
    return partCount;
  }

  @JsonProperty(value = JSON_PROPERTY_PART_COUNT, required = false)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setPartCount(@Nullable Integer partCount) {
    this.partCount = partCount;
  }

  public PartList limit(Integer limit) {
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

  public PartList nextCursor(@Nullable String nextCursor) {
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
  public PartList putAdditionalProperty(String name, @Nullable Object value) {
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
    PartList that = (PartList) other;
    return Objects.equals(parts, that.parts)
        && Objects.equals(partSizeBytes, that.partSizeBytes)
        && Objects.equals(partCount, that.partCount)
        && Objects.equals(limit, that.limit)
        && Objects.equals(nextCursor, that.nextCursor)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(parts, partSizeBytes, partCount, limit, nextCursor, additionalProperties);
  }

  @Override
  public String toString() {
    return "PartList{"
        + "parts=" + parts
        + ", partSizeBytes=" + partSizeBytes
        + ", partCount=" + partCount
        + ", limit=" + limit
        + ", nextCursor=" + nextCursor
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
