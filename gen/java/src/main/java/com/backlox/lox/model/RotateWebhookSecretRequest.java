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
 * How to rotate the secret of a webhook.
 */
@JsonPropertyOrder({
  RotateWebhookSecretRequest.JSON_PROPERTY_OVERLAP_SECONDS
})

public class RotateWebhookSecretRequest {
  public static final String JSON_PROPERTY_OVERLAP_SECONDS = "overlap_seconds";
  
  private @Nullable Integer overlapSeconds;

  public RotateWebhookSecretRequest() { 
  }

  public RotateWebhookSecretRequest overlapSeconds(@Nullable Integer overlapSeconds) {
    this.overlapSeconds = overlapSeconds;
    return this;
  }

  /**
   * For how long the old secret goes on to sign beside the new one, at most 7 days.
   * minimum: 0
   * maximum: 604800
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


  /**
   * Return true if this RotateWebhookSecretRequest object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    RotateWebhookSecretRequest rotateWebhookSecretRequest = (RotateWebhookSecretRequest) o;
    return Objects.equals(this.overlapSeconds, rotateWebhookSecretRequest.overlapSeconds);
  }

  @Override
  public int hashCode() {
    return Objects.hash(overlapSeconds);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class RotateWebhookSecretRequest {\n");
    sb.append("    overlapSeconds: ").append(toIndentedString(overlapSeconds)).append("\n");
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

