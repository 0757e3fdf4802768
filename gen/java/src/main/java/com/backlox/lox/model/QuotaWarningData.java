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
 * How full the quota is.
 */
@JsonPropertyOrder({
  QuotaWarningData.JSON_PROPERTY_THRESHOLD_PERCENTAGE,
  QuotaWarningData.JSON_PROPERTY_USED_BYTES,
  QuotaWarningData.JSON_PROPERTY_QUOTA_BYTES,
  QuotaWarningData.JSON_PROPERTY_USED_PERCENTAGE
})

public class QuotaWarningData {
  /**
   * The threshold that was reached: 80, 90 or 100 per cent of the quota.
   */
  public enum ThresholdPercentageEnum {
    NUMBER_80(Integer.valueOf(80)),
    
    NUMBER_90(Integer.valueOf(90)),
    
    NUMBER_100(Integer.valueOf(100)),
    
    NUMBER_unknown_default_open_api(Integer.valueOf(11184809));

    private Integer value;

    ThresholdPercentageEnum(Integer value) {
      this.value = value;
    }

    @JsonValue
    public Integer getValue() {
      return value;
    }

    @Override
    public String toString() {
      return String.valueOf(value);
    }

    @JsonCreator
    public static ThresholdPercentageEnum fromValue(Integer value) {
      for (ThresholdPercentageEnum b : ThresholdPercentageEnum.values()) {
        if (b.value.equals(value)) {
          return b;
        }
      }
      return NUMBER_unknown_default_open_api;
    }
  }

  public static final String JSON_PROPERTY_THRESHOLD_PERCENTAGE = "threshold_percentage";
  
  private ThresholdPercentageEnum thresholdPercentage;

  public static final String JSON_PROPERTY_USED_BYTES = "used_bytes";
  
  private Long usedBytes;

  public static final String JSON_PROPERTY_QUOTA_BYTES = "quota_bytes";
  
  private Long quotaBytes;

  public static final String JSON_PROPERTY_USED_PERCENTAGE = "used_percentage";
  
  private Double usedPercentage;

  public QuotaWarningData() { 
  }

  public QuotaWarningData thresholdPercentage(ThresholdPercentageEnum thresholdPercentage) {
    this.thresholdPercentage = thresholdPercentage;
    return this;
  }

  /**
   * The threshold that was reached: 80, 90 or 100 per cent of the quota.
   * @return thresholdPercentage
   */
  
  @JsonProperty(value = JSON_PROPERTY_THRESHOLD_PERCENTAGE, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public ThresholdPercentageEnum getThresholdPercentage() {
    return thresholdPercentage;
  }


  @JsonProperty(value = JSON_PROPERTY_THRESHOLD_PERCENTAGE, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setThresholdPercentage(ThresholdPercentageEnum thresholdPercentage) {
    this.thresholdPercentage = thresholdPercentage;
  }


  public QuotaWarningData usedBytes(Long usedBytes) {
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


  public QuotaWarningData quotaBytes(Long quotaBytes) {
    this.quotaBytes = quotaBytes;
    return this;
  }

  /**
   * The quota in bytes.
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


  public QuotaWarningData usedPercentage(Double usedPercentage) {
    this.usedPercentage = usedPercentage;
    return this;
  }

  /**
   * &#x60;used_bytes&#x60; in per cent of &#x60;quota_bytes&#x60;, rounded to 2 decimals.
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


  /**
   * Return true if this QuotaWarningData object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    QuotaWarningData quotaWarningData = (QuotaWarningData) o;
    return Objects.equals(this.thresholdPercentage, quotaWarningData.thresholdPercentage) &&
        Objects.equals(this.usedBytes, quotaWarningData.usedBytes) &&
        Objects.equals(this.quotaBytes, quotaWarningData.quotaBytes) &&
        Objects.equals(this.usedPercentage, quotaWarningData.usedPercentage);
  }

  @Override
  public int hashCode() {
    return Objects.hash(thresholdPercentage, usedBytes, quotaBytes, usedPercentage);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class QuotaWarningData {\n");
    sb.append("    thresholdPercentage: ").append(toIndentedString(thresholdPercentage)).append("\n");
    sb.append("    usedBytes: ").append(toIndentedString(usedBytes)).append("\n");
    sb.append("    quotaBytes: ").append(toIndentedString(quotaBytes)).append("\n");
    sb.append("    usedPercentage: ").append(toIndentedString(usedPercentage)).append("\n");
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

