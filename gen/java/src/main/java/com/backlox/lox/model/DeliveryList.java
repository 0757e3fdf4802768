// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.model;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import com.backlox.lox.model.Delivery;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One page of deliveries. */
@JsonPropertyOrder({
  DeliveryList.JSON_PROPERTY_DELIVERIES,
  DeliveryList.JSON_PROPERTY_TOTAL,
  DeliveryList.JSON_PROPERTY_TOTAL_CAPPED,
  DeliveryList.JSON_PROPERTY_LIMIT,
  DeliveryList.JSON_PROPERTY_OFFSET
})
public class DeliveryList {
  public static final String JSON_PROPERTY_DELIVERIES = "deliveries";
  private List<Delivery> deliveries;

  public static final String JSON_PROPERTY_TOTAL = "total";
  private Long total;

  public static final String JSON_PROPERTY_TOTAL_CAPPED = "total_capped";
  private @Nullable Boolean totalCapped;

  public static final String JSON_PROPERTY_LIMIT = "limit";
  private Integer limit;

  public static final String JSON_PROPERTY_OFFSET = "offset";
  private Integer offset;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public DeliveryList() {}

  public DeliveryList deliveries(List<Delivery> deliveries) {
    setDeliveries(deliveries);
    return this;
  }

  public DeliveryList addDeliveriesItem(Delivery item) {
    List<Delivery> all = getDeliveries();
    if (all == null) {
      all = new ArrayList<>();
      setDeliveries(all);
    }
    all.add(item);
    return this;
  }

  /** The deliveries of this page, newest first. */
  @JsonProperty(value = JSON_PROPERTY_DELIVERIES, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public List<Delivery> getDeliveries() {
    return deliveries;
  }

  @JsonProperty(value = JSON_PROPERTY_DELIVERIES, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setDeliveries(List<Delivery> deliveries) {
    this.deliveries = deliveries;
  }

  public DeliveryList total(Long total) {
    setTotal(total);
    return this;
  }

  /** The number of deliveries that pass the filters, over all pages: exact up to 10,000. If there are more, it is 10,000 and &#x60;total_capped&#x60; is &#x60;true&#x60;. */
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

  public DeliveryList totalCapped(@Nullable Boolean totalCapped) {
    setTotalCapped(totalCapped);
    return this;
  }

  /** Whether more than 10,000 deliveries pass the filters. Absent if not. */
  @JsonProperty(value = JSON_PROPERTY_TOTAL_CAPPED, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable Boolean getTotalCapped() {
    return totalCapped;
  }

  @JsonProperty(value = JSON_PROPERTY_TOTAL_CAPPED, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setTotalCapped(@Nullable Boolean totalCapped) {
    this.totalCapped = totalCapped;
  }

  public DeliveryList limit(Integer limit) {
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

  public DeliveryList offset(Integer offset) {
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

  /** Fields that this version of the package doesn't know, by name. */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  @JsonAnySetter
  public DeliveryList putAdditionalProperty(String name, @Nullable Object value) {
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
    DeliveryList that = (DeliveryList) other;
    return Objects.equals(deliveries, that.deliveries)
        && Objects.equals(total, that.total)
        && Objects.equals(totalCapped, that.totalCapped)
        && Objects.equals(limit, that.limit)
        && Objects.equals(offset, that.offset)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(deliveries, total, totalCapped, limit, offset, additionalProperties);
  }

  @Override
  public String toString() {
    return "DeliveryList{"
        + "deliveries=" + deliveries
        + ", total=" + total
        + ", totalCapped=" + totalCapped
        + ", limit=" + limit
        + ", offset=" + offset
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
