// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.model;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import com.backlox.lox.model.RequestedScope;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An API key to create. */
@JsonPropertyOrder({
  CreateApiKeyRequest.JSON_PROPERTY_NAME,
  CreateApiKeyRequest.JSON_PROPERTY_SCOPES,
  CreateApiKeyRequest.JSON_PROPERTY_EXPIRES_AT
})
public class CreateApiKeyRequest {
  public static final String JSON_PROPERTY_NAME = "name";
  private @Nullable String name;

  public static final String JSON_PROPERTY_SCOPES = "scopes";
  private @Nullable Set<RequestedScope> scopes;

  public static final String JSON_PROPERTY_EXPIRES_AT = "expires_at";
  private @Nullable OffsetDateTime expiresAt;

  public CreateApiKeyRequest() {}

  public CreateApiKeyRequest name(@Nullable String name) {
    setName(name);
    return this;
  }

  /** A name for people to read, 1 to 255 characters, none of them a control, bidirectional or zero-width character. Needn&#39;t be unique. */
  @JsonProperty(value = JSON_PROPERTY_NAME, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable String getName() {
    return name;
  }

  @JsonProperty(value = JSON_PROPERTY_NAME, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setName(@Nullable String name) {
    this.name = name;
  }

  public CreateApiKeyRequest scopes(@Nullable Set<RequestedScope> scopes) {
    setScopes(scopes);
    return this;
  }

  public CreateApiKeyRequest addScopesItem(RequestedScope item) {
    Set<RequestedScope> all = getScopes();
    if (all == null) {
      all = new LinkedHashSet<>();
      setScopes(all);
    }
    all.add(item);
    return this;
  }

  /** All that the key may do. Leave it out for a key that may do everything. */
  @JsonProperty(value = JSON_PROPERTY_SCOPES, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable Set<RequestedScope> getScopes() {
    return scopes;
  }

  @JsonDeserialize(as = LinkedHashSet.class)
  @JsonProperty(value = JSON_PROPERTY_SCOPES, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setScopes(@Nullable Set<RequestedScope> scopes) {
    this.scopes = scopes;
  }

  public CreateApiKeyRequest expiresAt(@Nullable OffsetDateTime expiresAt) {
    setExpiresAt(expiresAt);
    return this;
  }

  /** When the key is to stop working, a time in the future. Left out for a key that never does. */
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
    CreateApiKeyRequest that = (CreateApiKeyRequest) other;
    return Objects.equals(name, that.name)
        && Objects.equals(scopes, that.scopes)
        && Objects.equals(expiresAt, that.expiresAt);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, scopes, expiresAt);
  }

  @Override
  public String toString() {
    return "CreateApiKeyRequest{"
        + "name=" + name
        + ", scopes=" + scopes
        + ", expiresAt=" + expiresAt
        + "}";
  }
}
