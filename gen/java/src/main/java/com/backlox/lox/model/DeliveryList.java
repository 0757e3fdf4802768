// Generated from the API document of LOX by OpenAPI Generator. Do not edit.


package com.backlox.lox.model;

import java.util.Objects;
import java.util.Map;
import java.util.HashMap;
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
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


/**
 * One page of deliveries.
 */
@JsonPropertyOrder({
  DeliveryList.JSON_PROPERTY_DELIVERIES,
  DeliveryList.JSON_PROPERTY_TOTAL,
  DeliveryList.JSON_PROPERTY_LIMIT,
  DeliveryList.JSON_PROPERTY_OFFSET
})

public class DeliveryList {
  public static final String JSON_PROPERTY_DELIVERIES = "deliveries";
  
  private List<Delivery> deliveries;

  public static final String JSON_PROPERTY_TOTAL = "total";
  
  private Long total;

  public static final String JSON_PROPERTY_LIMIT = "limit";
  
  private Integer limit;

  public static final String JSON_PROPERTY_OFFSET = "offset";
  
  private Integer offset;

  public DeliveryList() { 
  }

  public DeliveryList deliveries(List<Delivery> deliveries) {
    this.deliveries = deliveries;
    return this;
  }

  public DeliveryList addDeliveriesItem(Delivery deliveriesItem) {
    if (this.deliveries == null) {
      this.deliveries = new ArrayList<>();
    }
    this.deliveries.add(deliveriesItem);
    return this;
  }

  /**
   * The deliveries of this page, newest first.
   * @return deliveries
   */
  
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
    this.total = total;
    return this;
  }

  /**
   * The exact number of deliveries that pass the filters, over all pages.
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


  public DeliveryList limit(Integer limit) {
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


  public DeliveryList offset(Integer offset) {
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


  /**
   * Return true if this DeliveryList object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    DeliveryList deliveryList = (DeliveryList) o;
    return Objects.equals(this.deliveries, deliveryList.deliveries) &&
        Objects.equals(this.total, deliveryList.total) &&
        Objects.equals(this.limit, deliveryList.limit) &&
        Objects.equals(this.offset, deliveryList.offset);
  }

  @Override
  public int hashCode() {
    return Objects.hash(deliveries, total, limit, offset);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class DeliveryList {\n");
    sb.append("    deliveries: ").append(toIndentedString(deliveries)).append("\n");
    sb.append("    total: ").append(toIndentedString(total)).append("\n");
    sb.append("    limit: ").append(toIndentedString(limit)).append("\n");
    sb.append("    offset: ").append(toIndentedString(offset)).append("\n");
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

