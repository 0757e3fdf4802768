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

/** How many deliveries are sent again. */
@JsonPropertyOrder({
  RecoveredDeliveries.JSON_PROPERTY_RECOVERED
})
public class RecoveredDeliveries {
  public static final String JSON_PROPERTY_RECOVERED = "recovered";
  private Long recovered;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public RecoveredDeliveries() {}

  public RecoveredDeliveries recovered(Long recovered) {
    setRecovered(recovered);
    return this;
  }

  /** The number of deliveries that are pending again. */
  @JsonProperty(value = JSON_PROPERTY_RECOVERED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Long getRecovered() {
    return recovered;
  }

  @JsonProperty(value = JSON_PROPERTY_RECOVERED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setRecovered(Long recovered) {
    this.recovered = recovered;
  }

  /** Fields that this version of the package doesn't know, by name. */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  @JsonAnySetter
  public RecoveredDeliveries putAdditionalProperty(String name, @Nullable Object value) {
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
    RecoveredDeliveries that = (RecoveredDeliveries) other;
    return Objects.equals(recovered, that.recovered)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(recovered, additionalProperties);
  }

  @Override
  public String toString() {
    return "RecoveredDeliveries{"
        + "recovered=" + recovered
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
