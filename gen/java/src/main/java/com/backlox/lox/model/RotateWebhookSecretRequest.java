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
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How to rotate the secret of a webhook. */
@JsonPropertyOrder({
  RotateWebhookSecretRequest.JSON_PROPERTY_OVERLAP_SECONDS
})
public class RotateWebhookSecretRequest {
  public static final String JSON_PROPERTY_OVERLAP_SECONDS = "overlap_seconds";
  private @Nullable Integer overlapSeconds;

  public RotateWebhookSecretRequest() {}

  public RotateWebhookSecretRequest overlapSeconds(@Nullable Integer overlapSeconds) {
    setOverlapSeconds(overlapSeconds);
    return this;
  }

  /** For how long the old secret continues to sign beside the new one, at most 7 days. */
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

  @Override
  public boolean equals(Object other) {
    if (this == other) {
      return true;
    }
    if (other == null || getClass() != other.getClass()) {
      return false;
    }
    RotateWebhookSecretRequest that = (RotateWebhookSecretRequest) other;
    return Objects.equals(overlapSeconds, that.overlapSeconds);
  }

  @Override
  public int hashCode() {
    return Objects.hash(overlapSeconds);
  }

  @Override
  public String toString() {
    return "RotateWebhookSecretRequest{"
        + "overlapSeconds=" + overlapSeconds
        + "}";
  }
}
