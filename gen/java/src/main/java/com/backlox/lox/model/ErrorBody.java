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
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What went wrong. */
@JsonPropertyOrder({
  ErrorBody.JSON_PROPERTY_CODE,
  ErrorBody.JSON_PROPERTY_MESSAGE,
  ErrorBody.JSON_PROPERTY_DETAILS
})
public class ErrorBody {
  public static final String JSON_PROPERTY_CODE = "code";
  private String code;

  public static final String JSON_PROPERTY_MESSAGE = "message";
  private String message;

  public static final String JSON_PROPERTY_DETAILS = "details";
  private @Nullable Map<String, String> details;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public ErrorBody() {}

  public ErrorBody code(String code) {
    setCode(code);
    return this;
  }

  /** A stable name for what went wrong. The guide has a table of them under Errors. Later versions may add codes. */
  @JsonProperty(value = JSON_PROPERTY_CODE, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public String getCode() {
    return code;
  }

  @JsonProperty(value = JSON_PROPERTY_CODE, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setCode(String code) {
    this.code = code;
  }

  public ErrorBody message(String message) {
    setMessage(message);
    return this;
  }

  /** What went wrong, for people to read. The wording may change; branch on &#x60;code&#x60;. */
  @JsonProperty(value = JSON_PROPERTY_MESSAGE, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public String getMessage() {
    return message;
  }

  @JsonProperty(value = JSON_PROPERTY_MESSAGE, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setMessage(String message) {
    this.message = message;
  }

  public ErrorBody details(@Nullable Map<String, String> details) {
    setDetails(details);
    return this;
  }

  public ErrorBody putDetailsItem(String key, String item) {
    Map<String, String> all = getDetails();
    if (all == null) {
      all = new LinkedHashMap<>();
      setDetails(all);
    }
    all.put(key, item);
    return this;
  }

  /** The wrong fields and parameters, by name, each with a text that says what is required. */
  @JsonProperty(value = JSON_PROPERTY_DETAILS, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable Map<String, String> getDetails() {
    return details;
  }

  @JsonProperty(value = JSON_PROPERTY_DETAILS, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setDetails(@Nullable Map<String, String> details) {
    this.details = details;
  }

  /** Fields that this version of the package doesn't know, by name. */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  @JsonAnySetter
  public ErrorBody putAdditionalProperty(String name, @Nullable Object value) {
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
    ErrorBody that = (ErrorBody) other;
    return Objects.equals(code, that.code)
        && Objects.equals(message, that.message)
        && Objects.equals(details, that.details)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(code, message, details, additionalProperties);
  }

  @Override
  public String toString() {
    return "ErrorBody{"
        + "code=" + code
        + ", message=" + message
        + ", details=" + details
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
