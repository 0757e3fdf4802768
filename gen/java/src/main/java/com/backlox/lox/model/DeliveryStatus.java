// Generated from the API document of LOX by OpenAPI Generator. Do not edit.


package com.backlox.lox.model;

import java.util.Objects;
import java.util.Map;
import java.util.HashMap;
import org.jspecify.annotations.Nullable;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * Where a delivery stands. &#x60;pending&#x60;: the next attempt is due at &#x60;next_attempt_at&#x60;. &#x60;succeeded&#x60;: it has arrived. &#x60;failed&#x60;: given up.
 */
public enum DeliveryStatus {
  
  PENDING("pending"),
  
  SUCCEEDED("succeeded"),
  
  FAILED("failed"),
  
  UNKNOWN_DEFAULT_OPEN_API("unknown_default_open_api");

  private String value;

  DeliveryStatus(String value) {
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
  public static DeliveryStatus fromValue(String value) {
    for (DeliveryStatus b : DeliveryStatus.values()) {
      if (b.value.equals(value)) {
        return b;
      }
    }
    return UNKNOWN_DEFAULT_OPEN_API;
  }

}

