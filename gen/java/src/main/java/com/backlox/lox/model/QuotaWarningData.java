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
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How full the quota is. */
@JsonPropertyOrder({
  QuotaWarningData.JSON_PROPERTY_THRESHOLD_PERCENTAGE,
  QuotaWarningData.JSON_PROPERTY_USED_BYTES,
  QuotaWarningData.JSON_PROPERTY_QUOTA_BYTES,
  QuotaWarningData.JSON_PROPERTY_USED_PERCENTAGE
})
public class QuotaWarningData {
  public static final String JSON_PROPERTY_THRESHOLD_PERCENTAGE = "threshold_percentage";
  private Integer thresholdPercentage;

  public static final String JSON_PROPERTY_USED_BYTES = "used_bytes";
  private Long usedBytes;

  public static final String JSON_PROPERTY_QUOTA_BYTES = "quota_bytes";
  private Long quotaBytes;

  public static final String JSON_PROPERTY_USED_PERCENTAGE = "used_percentage";
  private Double usedPercentage;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public QuotaWarningData() {}

  public QuotaWarningData thresholdPercentage(Integer thresholdPercentage) {
    setThresholdPercentage(thresholdPercentage);
    return this;
  }

  /** The threshold that was reached: 80, 90 or 100 per cent of the quota. */
  @JsonProperty(value = JSON_PROPERTY_THRESHOLD_PERCENTAGE, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Integer getThresholdPercentage() {
    return thresholdPercentage;
  }

  @JsonProperty(value = JSON_PROPERTY_THRESHOLD_PERCENTAGE, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setThresholdPercentage(Integer thresholdPercentage) {
    this.thresholdPercentage = thresholdPercentage;
  }

  public QuotaWarningData usedBytes(Long usedBytes) {
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

  public QuotaWarningData quotaBytes(Long quotaBytes) {
    setQuotaBytes(quotaBytes);
    return this;
  }

  /** The quota in bytes. */
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

  public QuotaWarningData usedPercentage(Double usedPercentage) {
    setUsedPercentage(usedPercentage);
    return this;
  }

  /** &#x60;used_bytes&#x60; in per cent of &#x60;quota_bytes&#x60;, rounded to 2 decimals. */
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

  /** Fields that this version of the package doesn't know, by name. */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  @JsonAnySetter
  public QuotaWarningData putAdditionalProperty(String name, @Nullable Object value) {
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
    QuotaWarningData that = (QuotaWarningData) other;
    return Objects.equals(thresholdPercentage, that.thresholdPercentage)
        && Objects.equals(usedBytes, that.usedBytes)
        && Objects.equals(quotaBytes, that.quotaBytes)
        && Objects.equals(usedPercentage, that.usedPercentage)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(thresholdPercentage, usedBytes, quotaBytes, usedPercentage, additionalProperties);
  }

  @Override
  public String toString() {
    return "QuotaWarningData{"
        + "thresholdPercentage=" + thresholdPercentage
        + ", usedBytes=" + usedBytes
        + ", quotaBytes=" + quotaBytes
        + ", usedPercentage=" + usedPercentage
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
