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
import java.time.OffsetDateTime;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


/**
 * One attempt of a delivery, and the answer to it.
 */
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

  public Attempt() { 
  }

  public Attempt number(Integer number) {
    this.number = number;
    return this;
  }

  /**
   * Which attempt of the delivery it was, 1 for the first.
   * minimum: 1
   * @return number
   */
  
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
    this.at = at;
    return this;
  }

  /**
   * When it began.
   * @return at
   */
  
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
    this.latencyMs = latencyMs;
    return this;
  }

  /**
   * How long it took until the answer was there or the attempt had failed, in milliseconds.
   * minimum: 0
   * @return latencyMs
   */
  
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
    this.status = status;
    return this;
  }

  /**
   * The HTTP status of the answer. Absent if there was none.
   * minimum: 100
   * maximum: 999
   * @return status
   */
  
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
    this.responseBody = responseBody;
    return this;
  }

  /**
   * The first 4 KiB of the answer&#39;s body, as text: what is no UTF-8 is replaced by U+FFFD. Absent if there was none.
   * @return responseBody
   */
  
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
    this.error = error;
    return this;
  }

  /**
   * Why there was no answer, for people to read. Absent if there was one.
   * @return error
   */
  
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


  /**
   * Return true if this Attempt object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    Attempt attempt = (Attempt) o;
    return Objects.equals(this.number, attempt.number) &&
        Objects.equals(this.at, attempt.at) &&
        Objects.equals(this.latencyMs, attempt.latencyMs) &&
        Objects.equals(this.status, attempt.status) &&
        Objects.equals(this.responseBody, attempt.responseBody) &&
        Objects.equals(this.error, attempt.error);
  }

  @Override
  public int hashCode() {
    return Objects.hash(number, at, latencyMs, status, responseBody, error);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class Attempt {\n");
    sb.append("    number: ").append(toIndentedString(number)).append("\n");
    sb.append("    at: ").append(toIndentedString(at)).append("\n");
    sb.append("    latencyMs: ").append(toIndentedString(latencyMs)).append("\n");
    sb.append("    status: ").append(toIndentedString(status)).append("\n");
    sb.append("    responseBody: ").append(toIndentedString(responseBody)).append("\n");
    sb.append("    error: ").append(toIndentedString(error)).append("\n");
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

