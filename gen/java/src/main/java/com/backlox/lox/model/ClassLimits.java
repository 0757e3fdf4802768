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

/** The caps of one class of requests. */
@JsonPropertyOrder({
  ClassLimits.JSON_PROPERTY_PER_MINUTE,
  ClassLimits.JSON_PROPERTY_PER_HOUR
})
public class ClassLimits {
  public static final String JSON_PROPERTY_PER_MINUTE = "per_minute";
  private Long perMinute;

  public static final String JSON_PROPERTY_PER_HOUR = "per_hour";
  private Long perHour;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public ClassLimits() {}

  public ClassLimits perMinute(Long perMinute) {
    setPerMinute(perMinute);
    return this;
  }

  /** Requests allowed per minute. */
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
    setPerHour(perHour);
    return this;
  }

  /** Requests allowed per hour. */
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

  /** Fields that this version of the package doesn't know, by name. */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  @JsonAnySetter
  public ClassLimits putAdditionalProperty(String name, @Nullable Object value) {
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
    ClassLimits that = (ClassLimits) other;
    return Objects.equals(perMinute, that.perMinute)
        && Objects.equals(perHour, that.perHour)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(perMinute, perHour, additionalProperties);
  }

  @Override
  public String toString() {
    return "ClassLimits{"
        + "perMinute=" + perMinute
        + ", perHour=" + perHour
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
