// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.model;

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

/** How to rotate an API key. */
@JsonPropertyOrder({
  RotateApiKeyRequest.JSON_PROPERTY_OVERLAP_SECONDS,
  RotateApiKeyRequest.JSON_PROPERTY_EXPIRES_AT
})
public class RotateApiKeyRequest {
  public static final String JSON_PROPERTY_OVERLAP_SECONDS = "overlap_seconds";
  private @Nullable Integer overlapSeconds;

  public static final String JSON_PROPERTY_EXPIRES_AT = "expires_at";
  private @Nullable OffsetDateTime expiresAt;

  public RotateApiKeyRequest() {}

  public RotateApiKeyRequest overlapSeconds(@Nullable Integer overlapSeconds) {
    setOverlapSeconds(overlapSeconds);
    return this;
  }

  /** For how long the old key continues to work, at most 30 days. The old key&#39;s own expiry still applies. */
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
    setExpiresAt(expiresAt);
    return this;
  }

  /** When the new key is to stop working, a time in the future. If left out, the new key gets the old key&#39;s expiry. */
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

  @Override
  public boolean equals(Object other) {
    if (this == other) {
      return true;
    }
    if (other == null || getClass() != other.getClass()) {
      return false;
    }
    RotateApiKeyRequest that = (RotateApiKeyRequest) other;
    return Objects.equals(overlapSeconds, that.overlapSeconds)
        && Objects.equals(expiresAt, that.expiresAt);
  }

  @Override
  public int hashCode() {
    return Objects.hash(overlapSeconds, expiresAt);
  }

  @Override
  public String toString() {
    return "RotateApiKeyRequest{"
        + "overlapSeconds=" + overlapSeconds
        + ", expiresAt=" + expiresAt
        + "}";
  }
}
