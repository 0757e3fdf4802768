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
 * The new secret of a webhook.
 */
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

  public RotatedWebhookSecret() { 
  }

  public RotatedWebhookSecret id(String id) {
    this.id = id;
    return this;
  }

  /**
   * Identifies a webhook. &#x60;whk_&#x60; and 26 characters (a TypeID, that is a UUIDv7 in base32).
   * @return id
   */
  
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
    this.secret = secret;
    return this;
  }

  /**
   * What deliveries are signed with: &#x60;whsec_&#x60; and the base64 of 32 random bytes (Standard Webhooks 1.0). Shown in this response and never again.
   * @return secret
   */
  
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
    this.previousSecretExpiresAt = previousSecretExpiresAt;
    return this;
  }

  /**
   * When the old secret stops signing. Absent if it has already.
   * @return previousSecretExpiresAt
   */
  
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


  /**
   * Return true if this RotatedWebhookSecret object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    RotatedWebhookSecret rotatedWebhookSecret = (RotatedWebhookSecret) o;
    return Objects.equals(this.id, rotatedWebhookSecret.id) &&
        Objects.equals(this.secret, rotatedWebhookSecret.secret) &&
        Objects.equals(this.previousSecretExpiresAt, rotatedWebhookSecret.previousSecretExpiresAt);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, secret, previousSecretExpiresAt);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class RotatedWebhookSecret {\n");
    sb.append("    id: ").append(toIndentedString(id)).append("\n");
    sb.append("    secret: ").append(toIndentedString(secret)).append("\n");
    sb.append("    previousSecretExpiresAt: ").append(toIndentedString(previousSecretExpiresAt)).append("\n");
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

