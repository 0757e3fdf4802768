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
import java.time.OffsetDateTime;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One attempt of a delivery, and the answer to it. */
@JsonPropertyOrder({
  Attempt.JSON_PROPERTY_NUMBER,
  Attempt.JSON_PROPERTY_AT,
  Attempt.JSON_PROPERTY_LATENCY_MS,
  Attempt.JSON_PROPERTY_STATUS,
  Attempt.JSON_PROPERTY_RESPONSE_BODY,
  Attempt.JSON_PROPERTY_ERROR
})
public class Attempt {
  public static final String JSON_PROPERTY_NUMBER = "number";
  private Integer number;

  public static final String JSON_PROPERTY_AT = "at";
  private OffsetDateTime at;

  public static final String JSON_PROPERTY_LATENCY_MS = "latency_ms";
  private Long latencyMs;

  public static final String JSON_PROPERTY_STATUS = "status";
  private @Nullable Integer status;

  public static final String JSON_PROPERTY_RESPONSE_BODY = "response_body";
  private @Nullable String responseBody;

  public static final String JSON_PROPERTY_ERROR = "error";
  private @Nullable String error;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public Attempt() {}

  public Attempt number(Integer number) {
    setNumber(number);
    return this;
  }

  /** Which attempt of the delivery it was, 1 for the first. */
  @JsonProperty(value = JSON_PROPERTY_NUMBER, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Integer getNumber() {
    return number;
  }

  @JsonProperty(value = JSON_PROPERTY_NUMBER, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setNumber(Integer number) {
    this.number = number;
  }

  public Attempt at(OffsetDateTime at) {
    setAt(at);
    return this;
  }

  /** When it began. */
  @JsonProperty(value = JSON_PROPERTY_AT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public OffsetDateTime getAt() {
    return at;
  }

  @JsonProperty(value = JSON_PROPERTY_AT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setAt(OffsetDateTime at) {
    this.at = at;
  }

  public Attempt latencyMs(Long latencyMs) {
    setLatencyMs(latencyMs);
    return this;
  }

  /** How long it took until the answer was there or the attempt had failed, in milliseconds; 0 if the URL led to no address that webhooks may go to. */
  @JsonProperty(value = JSON_PROPERTY_LATENCY_MS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Long getLatencyMs() {
    return latencyMs;
  }

  @JsonProperty(value = JSON_PROPERTY_LATENCY_MS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setLatencyMs(Long latencyMs) {
    this.latencyMs = latencyMs;
  }

  public Attempt status(@Nullable Integer status) {
    setStatus(status);
    return this;
  }

  /** The HTTP status of the answer. Absent if there was none, or none from 100 to 999. */
  @JsonProperty(value = JSON_PROPERTY_STATUS, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable Integer getStatus() {
    return status;
  }

  @JsonProperty(value = JSON_PROPERTY_STATUS, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setStatus(@Nullable Integer status) {
    this.status = status;
  }

  public Attempt responseBody(@Nullable String responseBody) {
    setResponseBody(responseBody);
    return this;
  }

  /** The first 4 KiB of the answer&#39;s body, as text: what is no UTF-8 is replaced by U+FFFD. Absent if there was none. */
  @JsonProperty(value = JSON_PROPERTY_RESPONSE_BODY, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable String getResponseBody() {
    return responseBody;
  }

  @JsonProperty(value = JSON_PROPERTY_RESPONSE_BODY, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setResponseBody(@Nullable String responseBody) {
    this.responseBody = responseBody;
  }

  public Attempt error(@Nullable String error) {
    setError(error);
    return this;
  }

  /** Why there was no answer, for people to read. Absent if there was one. */
  @JsonProperty(value = JSON_PROPERTY_ERROR, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable String getError() {
    return error;
  }

  @JsonProperty(value = JSON_PROPERTY_ERROR, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setError(@Nullable String error) {
    this.error = error;
  }

  /** Fields that this version of the package doesn't know, by name. */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  @JsonAnySetter
  public Attempt putAdditionalProperty(String name, @Nullable Object value) {
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
    Attempt that = (Attempt) other;
    return Objects.equals(number, that.number)
        && Objects.equals(at, that.at)
        && Objects.equals(latencyMs, that.latencyMs)
        && Objects.equals(status, that.status)
        && Objects.equals(responseBody, that.responseBody)
        && Objects.equals(error, that.error)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(number, at, latencyMs, status, responseBody, error, additionalProperties);
  }

  @Override
  public String toString() {
    return "Attempt{"
        + "number=" + number
        + ", at=" + at
        + ", latencyMs=" + latencyMs
        + ", status=" + status
        + ", responseBody=" + responseBody
        + ", error=" + error
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
