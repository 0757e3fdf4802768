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
 * What is sent again.
 */
@JsonPropertyOrder({
  RecoveredDeliveries.JSON_PROPERTY_RECOVERED
})

public class RecoveredDeliveries {
  public static final String JSON_PROPERTY_RECOVERED = "recovered";
  
  private Long recovered;

  public RecoveredDeliveries() { 
  }

  public RecoveredDeliveries recovered(Long recovered) {
    this.recovered = recovered;
    return this;
  }

  /**
   * The number of deliveries that are on their way again.
   * minimum: 0
   * @return recovered
   */
  
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


  /**
   * Return true if this RecoveredDeliveries object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    RecoveredDeliveries recoveredDeliveries = (RecoveredDeliveries) o;
    return Objects.equals(this.recovered, recoveredDeliveries.recovered);
  }

  @Override
  public int hashCode() {
    return Objects.hash(recovered);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class RecoveredDeliveries {\n");
    sb.append("    recovered: ").append(toIndentedString(recovered)).append("\n");
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

