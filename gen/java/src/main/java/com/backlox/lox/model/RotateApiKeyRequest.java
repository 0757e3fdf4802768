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
 * How to rotate an API key.
 */
@JsonPropertyOrder({
  RotateApiKeyRequest.JSON_PROPERTY_OVERLAP_SECONDS,
  RotateApiKeyRequest.JSON_PROPERTY_EXPIRES_AT
})

public class RotateApiKeyRequest {
  public static final String JSON_PROPERTY_OVERLAP_SECONDS = "overlap_seconds";
  
  private @Nullable Integer overlapSeconds;

  public static final String JSON_PROPERTY_EXPIRES_AT = "expires_at";
  
  private @Nullable OffsetDateTime expiresAt;

  public RotateApiKeyRequest() { 
  }

  public RotateApiKeyRequest overlapSeconds(@Nullable Integer overlapSeconds) {
    this.overlapSeconds = overlapSeconds;
    return this;
  }

  /**
   * For how long the old key goes on to work, at most 30 days. It never works longer than it would have without the rotation.
   * minimum: 0
   * maximum: 2592000
   * @return overlapSeconds
   */
  
  @JsonProperty(value = JSON_PROPERTY_OVERLAP_SECONDS, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable Integer getOverlapSeconds() {
    return overlapSeconds;
  }


  @JsonProperty(value = JSON_PROPERTY_OVERLAP_SECONDS, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setOverlapSeconds(@Nullable Integer overlapSeconds) {
    this.overlapSeconds = overlapSeconds;
  }


  public RotateApiKeyRequest expiresAt(@Nullable OffsetDateTime expiresAt) {
    this.expiresAt = expiresAt;
    return this;
  }

  /**
   * When the new key is to stop working, a time in the future. Left out, it is when the old key would have without the rotation.
   * @return expiresAt
   */
  
  @JsonProperty(value = JSON_PROPERTY_EXPIRES_AT, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable OffsetDateTime getExpiresAt() {
    return expiresAt;
  }


  @JsonProperty(value = JSON_PROPERTY_EXPIRES_AT, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setExpiresAt(@Nullable OffsetDateTime expiresAt) {
    this.expiresAt = expiresAt;
  }


  /**
   * Return true if this RotateApiKeyRequest object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    RotateApiKeyRequest rotateApiKeyRequest = (RotateApiKeyRequest) o;
    return Objects.equals(this.overlapSeconds, rotateApiKeyRequest.overlapSeconds) &&
        Objects.equals(this.expiresAt, rotateApiKeyRequest.expiresAt);
  }

  @Override
  public int hashCode() {
    return Objects.hash(overlapSeconds, expiresAt);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class RotateApiKeyRequest {\n");
    sb.append("    overlapSeconds: ").append(toIndentedString(overlapSeconds)).append("\n");
    sb.append("    expiresAt: ").append(toIndentedString(expiresAt)).append("\n");
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

