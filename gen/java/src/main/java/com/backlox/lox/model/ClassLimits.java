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
 * The caps of one class of requests.
 */
@JsonPropertyOrder({
  ClassLimits.JSON_PROPERTY_PER_MINUTE,
  ClassLimits.JSON_PROPERTY_PER_HOUR
})

public class ClassLimits {
  public static final String JSON_PROPERTY_PER_MINUTE = "per_minute";
  
  private Long perMinute;

  public static final String JSON_PROPERTY_PER_HOUR = "per_hour";
  
  private Long perHour;

  public ClassLimits() { 
  }

  public ClassLimits perMinute(Long perMinute) {
    this.perMinute = perMinute;
    return this;
  }

  /**
   * Requests allowed per minute.
   * minimum: 0
   * @return perMinute
   */
  
  @JsonProperty(value = JSON_PROPERTY_PER_MINUTE, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Long getPerMinute() {
    return perMinute;
  }


  @JsonProperty(value = JSON_PROPERTY_PER_MINUTE, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setPerMinute(Long perMinute) {
    this.perMinute = perMinute;
  }


  public ClassLimits perHour(Long perHour) {
    this.perHour = perHour;
    return this;
  }

  /**
   * Requests allowed per hour.
   * minimum: 0
   * @return perHour
   */
  
  @JsonProperty(value = JSON_PROPERTY_PER_HOUR, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Long getPerHour() {
    return perHour;
  }


  @JsonProperty(value = JSON_PROPERTY_PER_HOUR, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setPerHour(Long perHour) {
    this.perHour = perHour;
  }


  /**
   * Return true if this ClassLimits object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    ClassLimits classLimits = (ClassLimits) o;
    return Objects.equals(this.perMinute, classLimits.perMinute) &&
        Objects.equals(this.perHour, classLimits.perHour);
  }

  @Override
  public int hashCode() {
    return Objects.hash(perMinute, perHour);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class ClassLimits {\n");
    sb.append("    perMinute: ").append(toIndentedString(perMinute)).append("\n");
    sb.append("    perHour: ").append(toIndentedString(perHour)).append("\n");
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

