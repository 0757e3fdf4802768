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

/** The new secret of a webhook. */
@JsonPropertyOrder({
  RotatedWebhookSecret.JSON_PROPERTY_ID,
  RotatedWebhookSecret.JSON_PROPERTY_SECRET,
  RotatedWebhookSecret.JSON_PROPERTY_PREVIOUS_SECRET_EXPIRES_AT
})
public class RotatedWebhookSecret {
  public static final String JSON_PROPERTY_ID = "id";
  private String id;

  public static final String JSON_PROPERTY_SECRET = "secret";
  private String secret;

  public static final String JSON_PROPERTY_PREVIOUS_SECRET_EXPIRES_AT = "previous_secret_expires_at";
  private @Nullable OffsetDateTime previousSecretExpiresAt;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public RotatedWebhookSecret() {}

  public RotatedWebhookSecret id(String id) {
    setId(id);
    return this;
  }

  /** Identifies a webhook. &#x60;whk_&#x60; and 26 characters (a TypeID, that is a UUIDv7 in base32). */
  @JsonProperty(value = JSON_PROPERTY_ID, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public String getId() {
    return id;
  }

  @JsonProperty(value = JSON_PROPERTY_ID, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setId(String id) {
    this.id = id;
  }

  public RotatedWebhookSecret secret(String secret) {
    setSecret(secret);
    return this;
  }

  /** What deliveries are signed with: &#x60;whsec_&#x60; and the base64 of 32 random bytes (Standard Webhooks 1.0). Shown in this response and never again. */
  @JsonProperty(value = JSON_PROPERTY_SECRET, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public String getSecret() {
    return secret;
  }

  @JsonProperty(value = JSON_PROPERTY_SECRET, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setSecret(String secret) {
    this.secret = secret;
  }

  public RotatedWebhookSecret previousSecretExpiresAt(@Nullable OffsetDateTime previousSecretExpiresAt) {
    setPreviousSecretExpiresAt(previousSecretExpiresAt);
    return this;
  }

  /** When the old secret stops signing. Absent if it has already. */
  @JsonProperty(value = JSON_PROPERTY_PREVIOUS_SECRET_EXPIRES_AT, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable OffsetDateTime getPreviousSecretExpiresAt() {
    return previousSecretExpiresAt;
  }

  @JsonProperty(value = JSON_PROPERTY_PREVIOUS_SECRET_EXPIRES_AT, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setPreviousSecretExpiresAt(@Nullable OffsetDateTime previousSecretExpiresAt) {
    this.previousSecretExpiresAt = previousSecretExpiresAt;
  }

  /** Fields that this version of the package doesn't know, by name. */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  @JsonAnySetter
  public RotatedWebhookSecret putAdditionalProperty(String name, @Nullable Object value) {
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
    RotatedWebhookSecret that = (RotatedWebhookSecret) other;
    return Objects.equals(id, that.id)
        && Objects.equals(secret, that.secret)
        && Objects.equals(previousSecretExpiresAt, that.previousSecretExpiresAt)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, secret, previousSecretExpiresAt, additionalProperties);
  }

  @Override
  public String toString() {
    return "RotatedWebhookSecret{"
        + "id=" + id
        + ", secret=" + secret
        + ", previousSecretExpiresAt=" + previousSecretExpiresAt
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
