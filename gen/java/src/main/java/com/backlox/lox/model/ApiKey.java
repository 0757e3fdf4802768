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
 * What is known of an API key, without the key itself.
 */
@JsonPropertyOrder({
  ApiKey.JSON_PROPERTY_ID,
  ApiKey.JSON_PROPERTY_NAME,
  ApiKey.JSON_PROPERTY_PREFIX,
  ApiKey.JSON_PROPERTY_LAST4,
  ApiKey.JSON_PROPERTY_SCOPES,
  ApiKey.JSON_PROPERTY_CREATED_AT,
  ApiKey.JSON_PROPERTY_LAST_USED_AT,
  ApiKey.JSON_PROPERTY_EXPIRES_AT,
  ApiKey.JSON_PROPERTY_REPLACED_BY
})

public class ApiKey {
  public static final String JSON_PROPERTY_ID = "id";
  
  private String id;

  public static final String JSON_PROPERTY_NAME = "name";
  
  private @Nullable String name;

  public static final String JSON_PROPERTY_PREFIX = "prefix";
  
  private String prefix;

  public static final String JSON_PROPERTY_LAST4 = "last4";
  
  private String last4;

  public static final String JSON_PROPERTY_SCOPES = "scopes";
  
  private @Nullable Set<Scope> scopes;

  public static final String JSON_PROPERTY_CREATED_AT = "created_at";
  
  private OffsetDateTime createdAt;

  public static final String JSON_PROPERTY_LAST_USED_AT = "last_used_at";
  
  private @Nullable OffsetDateTime lastUsedAt;

  public static final String JSON_PROPERTY_EXPIRES_AT = "expires_at";
  
  private @Nullable OffsetDateTime expiresAt;

  public static final String JSON_PROPERTY_REPLACED_BY = "replaced_by";
  
  private @Nullable String replacedBy;

  public ApiKey() { 
  }

  public ApiKey id(String id) {
    this.id = id;
    return this;
  }

  /**
   * Identifies an API key, without being one. &#x60;key_&#x60; and 26 characters (a TypeID, that is a UUIDv7 in base32).
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


  public ApiKey name(@Nullable String name) {
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


  public ApiKey prefix(String prefix) {
    this.prefix = prefix;
    return this;
  }

  /**
   * How the key begins, &#x60;lox_&#x60; and 4 characters, by which a person recognises it.
   * @return prefix
   */
  
  @JsonProperty(value = JSON_PROPERTY_PREFIX, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public String getPrefix() {
    return prefix;
  }


  @JsonProperty(value = JSON_PROPERTY_PREFIX, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setPrefix(String prefix) {
    this.prefix = prefix;
  }


  public ApiKey last4(String last4) {
    this.last4 = last4;
    return this;
  }

  /**
   * The last 4 characters of the key.
   * @return last4
   */
  
  @JsonProperty(value = JSON_PROPERTY_LAST4, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public String getLast4() {
    return last4;
  }


  @JsonProperty(value = JSON_PROPERTY_LAST4, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setLast4(String last4) {
    this.last4 = last4;
  }


  public ApiKey scopes(@Nullable Set<Scope> scopes) {
    this.scopes = scopes;
    return this;
  }

  public ApiKey addScopesItem(Scope scopesItem) {
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


  public ApiKey createdAt(OffsetDateTime createdAt) {
    this.createdAt = createdAt;
    return this;
  }

  /**
   * When the key was created.
   * @return createdAt
   */
  
  @JsonProperty(value = JSON_PROPERTY_CREATED_AT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public OffsetDateTime getCreatedAt() {
    return createdAt;
  }


  @JsonProperty(value = JSON_PROPERTY_CREATED_AT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setCreatedAt(OffsetDateTime createdAt) {
    this.createdAt = createdAt;
  }


  public ApiKey lastUsedAt(@Nullable OffsetDateTime lastUsedAt) {
    this.lastUsedAt = lastUsedAt;
    return this;
  }

  /**
   * When the key was last used, up to a minute behind. Absent until its first use.
   * @return lastUsedAt
   */
  
  @JsonProperty(value = JSON_PROPERTY_LAST_USED_AT, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable OffsetDateTime getLastUsedAt() {
    return lastUsedAt;
  }


  @JsonProperty(value = JSON_PROPERTY_LAST_USED_AT, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setLastUsedAt(@Nullable OffsetDateTime lastUsedAt) {
    this.lastUsedAt = lastUsedAt;
  }


  public ApiKey expiresAt(@Nullable OffsetDateTime expiresAt) {
    this.expiresAt = expiresAt;
    return this;
  }

  /**
   * When the key stops working, or did. Absent if it never does.
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


  public ApiKey replacedBy(@Nullable String replacedBy) {
    this.replacedBy = replacedBy;
    return this;
  }

  /**
   * The id of the key that this one was rotated to. Absent if it wasn&#39;t.
   * @return replacedBy
   */
  
  @JsonProperty(value = JSON_PROPERTY_REPLACED_BY, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable String getReplacedBy() {
    return replacedBy;
  }


  @JsonProperty(value = JSON_PROPERTY_REPLACED_BY, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setReplacedBy(@Nullable String replacedBy) {
    this.replacedBy = replacedBy;
  }


  /**
   * Return true if this ApiKey object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    ApiKey apiKey = (ApiKey) o;
    return Objects.equals(this.id, apiKey.id) &&
        Objects.equals(this.name, apiKey.name) &&
        Objects.equals(this.prefix, apiKey.prefix) &&
        Objects.equals(this.last4, apiKey.last4) &&
        Objects.equals(this.scopes, apiKey.scopes) &&
        Objects.equals(this.createdAt, apiKey.createdAt) &&
        Objects.equals(this.lastUsedAt, apiKey.lastUsedAt) &&
        Objects.equals(this.expiresAt, apiKey.expiresAt) &&
        Objects.equals(this.replacedBy, apiKey.replacedBy);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, name, prefix, last4, scopes, createdAt, lastUsedAt, expiresAt, replacedBy);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class ApiKey {\n");
    sb.append("    id: ").append(toIndentedString(id)).append("\n");
    sb.append("    name: ").append(toIndentedString(name)).append("\n");
    sb.append("    prefix: ").append(toIndentedString(prefix)).append("\n");
    sb.append("    last4: ").append(toIndentedString(last4)).append("\n");
    sb.append("    scopes: ").append(toIndentedString(scopes)).append("\n");
    sb.append("    createdAt: ").append(toIndentedString(createdAt)).append("\n");
    sb.append("    lastUsedAt: ").append(toIndentedString(lastUsedAt)).append("\n");
    sb.append("    expiresAt: ").append(toIndentedString(expiresAt)).append("\n");
    sb.append("    replacedBy: ").append(toIndentedString(replacedBy)).append("\n");
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

