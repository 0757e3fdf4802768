// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.model;

import org.jspecify.annotations.Nullable;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A &#x60;DeliveryStatus&#x60; to filter by.
 */
public enum DeliveryStatusFilter {
  
  DELIVERY_PENDING("pending"),
  
  DELIVERY_SUCCEEDED("succeeded"),
  
  DELIVERY_FAILED("failed");

  private String value;

  DeliveryStatusFilter(String value) {
    this.value = value;
  }

  @JsonValue
  public String getValue() {
    return value;
  }

  @Override
  public String toString() {
    return String.valueOf(value);
  }

  @JsonCreator
  public static DeliveryStatusFilter fromValue(String value) {
    for (DeliveryStatusFilter b : DeliveryStatusFilter.values()) {
      if (b.value.equals(value)) {
        return b;
      }
    }
    throw new IllegalArgumentException("Unexpected value '" + value + "'");
  }

}
