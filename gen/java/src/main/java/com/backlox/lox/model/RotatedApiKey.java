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
 * A new API key, with the key itself, that takes the place of another.
 */
@JsonPropertyOrder({
  RotatedApiKey.JSON_PROPERTY_ID,
  RotatedApiKey.JSON_PROPERTY_NAME,
  RotatedApiKey.JSON_PROPERTY_KEY,
  RotatedApiKey.JSON_PROPERTY_PREFIX,
  RotatedApiKey.JSON_PROPERTY_LAST4,
  RotatedApiKey.JSON_PROPERTY_SCOPES,
  RotatedApiKey.JSON_PROPERTY_CREATED_AT,
  RotatedApiKey.JSON_PROPERTY_EXPIRES_AT,
  RotatedApiKey.JSON_PROPERTY_REPLACES,
  RotatedApiKey.JSON_PROPERTY_OVERLAP_ENDS_AT
})

public class RotatedApiKey {
  public static final String JSON_PROPERTY_ID = "id";
  
  private String id;

  public static final String JSON_PROPERTY_NAME = "name";
  
  private @Nullable String name;

  public static final String JSON_PROPERTY_KEY = "key";
  
  private String key;

  public static final String JSON_PROPERTY_PREFIX = "prefix";
  
  private String prefix;

  public static final String JSON_PROPERTY_LAST4 = "last4";
  
  private String last4;

  public static final String JSON_PROPERTY_SCOPES = "scopes";
  
  private @Nullable Set<Scope> scopes;

  public static final String JSON_PROPERTY_CREATED_AT = "created_at";
  
  private OffsetDateTime createdAt;

  public static final String JSON_PROPERTY_EXPIRES_AT = "expires_at";
  
  private @Nullable OffsetDateTime expiresAt;

  public static final String JSON_PROPERTY_REPLACES = "replaces";
  
  private String replaces;

  public static final String JSON_PROPERTY_OVERLAP_ENDS_AT = "overlap_ends_at";
  
  private OffsetDateTime overlapEndsAt;

  public RotatedApiKey() { 
  }

  public RotatedApiKey id(String id) {
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


  public RotatedApiKey name(@Nullable String name) {
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


  public RotatedApiKey key(String key) {
    this.key = key;
    return this;
  }

  /**
   * The key itself, to be sent as &#x60;Authorization: Bearer lox_…&#x60;: &#x60;lox_&#x60; and 36 letters and digits. Shown in this response and never again.
   * @return key
   */
  
  @JsonProperty(value = JSON_PROPERTY_KEY, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public String getKey() {
    return key;
  }


  @JsonProperty(value = JSON_PROPERTY_KEY, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setKey(String key) {
    this.key = key;
  }


  public RotatedApiKey prefix(String prefix) {
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


  public RotatedApiKey last4(String last4) {
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


  public RotatedApiKey scopes(@Nullable Set<Scope> scopes) {
    this.scopes = scopes;
    return this;
  }

  public RotatedApiKey addScopesItem(Scope scopesItem) {
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


  public RotatedApiKey createdAt(OffsetDateTime createdAt) {
    this.createdAt = createdAt;
    return this;
  }

  /**
   * When the new key was created.
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


  public RotatedApiKey expiresAt(@Nullable OffsetDateTime expiresAt) {
    this.expiresAt = expiresAt;
    return this;
  }

  /**
   * When the new key stops working. Absent if it never does.
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


  public RotatedApiKey replaces(String replaces) {
    this.replaces = replaces;
    return this;
  }

  /**
   * The id of the old key.
   * @return replaces
   */
  
  @JsonProperty(value = JSON_PROPERTY_REPLACES, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public String getReplaces() {
    return replaces;
  }


  @JsonProperty(value = JSON_PROPERTY_REPLACES, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setReplaces(String replaces) {
    this.replaces = replaces;
  }


  public RotatedApiKey overlapEndsAt(OffsetDateTime overlapEndsAt) {
    this.overlapEndsAt = overlapEndsAt;
    return this;
  }

  /**
   * When the old key stops working.
   * @return overlapEndsAt
   */
  
  @JsonProperty(value = JSON_PROPERTY_OVERLAP_ENDS_AT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public OffsetDateTime getOverlapEndsAt() {
    return overlapEndsAt;
  }


  @JsonProperty(value = JSON_PROPERTY_OVERLAP_ENDS_AT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setOverlapEndsAt(OffsetDateTime overlapEndsAt) {
    this.overlapEndsAt = overlapEndsAt;
  }


  /**
   * Return true if this RotatedApiKey object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    RotatedApiKey rotatedApiKey = (RotatedApiKey) o;
    return Objects.equals(this.id, rotatedApiKey.id) &&
        Objects.equals(this.name, rotatedApiKey.name) &&
        Objects.equals(this.key, rotatedApiKey.key) &&
        Objects.equals(this.prefix, rotatedApiKey.prefix) &&
        Objects.equals(this.last4, rotatedApiKey.last4) &&
        Objects.equals(this.scopes, rotatedApiKey.scopes) &&
        Objects.equals(this.createdAt, rotatedApiKey.createdAt) &&
        Objects.equals(this.expiresAt, rotatedApiKey.expiresAt) &&
        Objects.equals(this.replaces, rotatedApiKey.replaces) &&
        Objects.equals(this.overlapEndsAt, rotatedApiKey.overlapEndsAt);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, name, key, prefix, last4, scopes, createdAt, expiresAt, replaces, overlapEndsAt);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class RotatedApiKey {\n");
    sb.append("    id: ").append(toIndentedString(id)).append("\n");
    sb.append("    name: ").append(toIndentedString(name)).append("\n");
    sb.append("    key: ").append(toIndentedString(key)).append("\n");
    sb.append("    prefix: ").append(toIndentedString(prefix)).append("\n");
    sb.append("    last4: ").append(toIndentedString(last4)).append("\n");
    sb.append("    scopes: ").append(toIndentedString(scopes)).append("\n");
    sb.append("    createdAt: ").append(toIndentedString(createdAt)).append("\n");
    sb.append("    expiresAt: ").append(toIndentedString(expiresAt)).append("\n");
    sb.append("    replaces: ").append(toIndentedString(replaces)).append("\n");
    sb.append("    overlapEndsAt: ").append(toIndentedString(overlapEndsAt)).append("\n");
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

