// Generated from the API document of LOX by OpenAPI Generator. Do not edit.


package com.backlox.lox.model;

import java.util.Objects;
import java.util.Map;
import java.util.HashMap;
import com.backlox.lox.model.Scope;
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
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


/**
 * What a new API key is to be.
 */
@JsonPropertyOrder({
  CreateApiKeyRequest.JSON_PROPERTY_NAME,
  CreateApiKeyRequest.JSON_PROPERTY_SCOPES,
  CreateApiKeyRequest.JSON_PROPERTY_EXPIRES_AT
})

public class CreateApiKeyRequest {
  public static final String JSON_PROPERTY_NAME = "name";
  
  private @Nullable String name;

  public static final String JSON_PROPERTY_SCOPES = "scopes";
  
  private @Nullable Set<Scope> scopes;

  public static final String JSON_PROPERTY_EXPIRES_AT = "expires_at";
  
  private @Nullable OffsetDateTime expiresAt;

  public CreateApiKeyRequest() { 
  }

  public CreateApiKeyRequest name(@Nullable String name) {
    this.name = name;
    return this;
  }

  /**
   * A name for people to read, 1 to 255 characters without control characters. Needn&#39;t be unique.
   * @return name
   */
  
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


  public CreateApiKeyRequest scopes(@Nullable Set<Scope> scopes) {
    this.scopes = scopes;
    return this;
  }

  public CreateApiKeyRequest addScopesItem(Scope scopesItem) {
    if (this.scopes == null) {
      this.scopes = new LinkedHashSet<>();
    }
    this.scopes.add(scopesItem);
    return this;
  }

  /**
   * All that the key may do. Left out for a key that may do everything.
   * @return scopes
   */
  
  @JsonProperty(value = JSON_PROPERTY_SCOPES, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable Set<Scope> getScopes() {
    return scopes;
  }


  @JsonDeserialize(as = LinkedHashSet.class)
  @JsonProperty(value = JSON_PROPERTY_SCOPES, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setScopes(@Nullable Set<Scope> scopes) {
    this.scopes = scopes;
  }


  public CreateApiKeyRequest expiresAt(@Nullable OffsetDateTime expiresAt) {
    this.expiresAt = expiresAt;
    return this;
  }

  /**
   * When the key is to stop working, a time in the future. Left out for a key that never does.
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
   * Return true if this CreateApiKeyRequest object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    CreateApiKeyRequest createApiKeyRequest = (CreateApiKeyRequest) o;
    return Objects.equals(this.name, createApiKeyRequest.name) &&
        Objects.equals(this.scopes, createApiKeyRequest.scopes) &&
        Objects.equals(this.expiresAt, createApiKeyRequest.expiresAt);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, scopes, expiresAt);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class CreateApiKeyRequest {\n");
    sb.append("    name: ").append(toIndentedString(name)).append("\n");
    sb.append("    scopes: ").append(toIndentedString(scopes)).append("\n");
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

