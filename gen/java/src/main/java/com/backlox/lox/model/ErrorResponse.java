// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.model;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import com.backlox.lox.model.ErrorBody;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The body of every response from 400 up. */
@JsonPropertyOrder({
  ErrorResponse.JSON_PROPERTY_ERROR
})
public class ErrorResponse {
  public static final String JSON_PROPERTY_ERROR = "error";
  private ErrorBody error;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public ErrorResponse() {}

  public ErrorResponse error(ErrorBody error) {
    setError(error);
    return this;
  }

  @JsonProperty(value = JSON_PROPERTY_ERROR, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public ErrorBody getError() {
    return error;
  }

  @JsonProperty(value = JSON_PROPERTY_ERROR, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setError(ErrorBody error) {
    this.error = error;
  }

  /** Fields that this version of the package doesn't know, by name. */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  @JsonAnySetter
  public ErrorResponse putAdditionalProperty(String name, @Nullable Object value) {
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
    ErrorResponse that = (ErrorResponse) other;
    return Objects.equals(error, that.error)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(error, additionalProperties);
  }

  @Override
  public String toString() {
    return "ErrorResponse{"
        + "error=" + error
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
