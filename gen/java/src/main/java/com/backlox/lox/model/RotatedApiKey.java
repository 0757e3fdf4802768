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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A new API key, with the key itself, that takes the place of another. */
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
  private @Nullable List<String> scopes;

  public static final String JSON_PROPERTY_CREATED_AT = "created_at";
  private OffsetDateTime createdAt;

  public static final String JSON_PROPERTY_EXPIRES_AT = "expires_at";
  private @Nullable OffsetDateTime expiresAt;

  public static final String JSON_PROPERTY_REPLACES = "replaces";
  private String replaces;

  public static final String JSON_PROPERTY_OVERLAP_ENDS_AT = "overlap_ends_at";
  private OffsetDateTime overlapEndsAt;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public RotatedApiKey() {}

  public RotatedApiKey id(String id) {
    setId(id);
    return this;
  }

  /** Identifies an API key, without being one. &#x60;key_&#x60; and 26 characters (a TypeID, that is a UUIDv7 in base32). */
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

  public RotatedApiKey key(String key) {
    setKey(key);
    return this;
  }

  /** The key itself, to be sent as &#x60;Authorization: Bearer lox_…&#x60;: &#x60;lox_&#x60; and 36 letters and digits. Shown in this response and never again. */
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
    setPrefix(prefix);
    return this;
  }

  /** How the key begins, &#x60;lox_&#x60; and 4 characters, by which a person recognises it. */
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
    setLast4(last4);
    return this;
  }

  /** The last 4 characters of the key. */
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

  public RotatedApiKey scopes(@Nullable List<String> scopes) {
    setScopes(scopes);
    return this;
  }

  public RotatedApiKey addScopesItem(String item) {
    List<String> all = getScopes();
    if (all == null) {
      all = new ArrayList<>();
      setScopes(all);
    }
    all.add(item);
    return this;
  }

  /** All that the key may do. Absent for a key that may do everything. */
  @JsonProperty(value = JSON_PROPERTY_SCOPES, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable List<String> getScopes() {
    return scopes;
  }

  @JsonProperty(value = JSON_PROPERTY_SCOPES, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setScopes(@Nullable List<String> scopes) {
    this.scopes = scopes;
  }

  public RotatedApiKey createdAt(OffsetDateTime createdAt) {
    setCreatedAt(createdAt);
    return this;
  }

  /** When the new key was created. */
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
    setExpiresAt(expiresAt);
    return this;
  }

  /** When the new key stops working. Absent if it never does. */
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
    setReplaces(replaces);
    return this;
  }

  /** The id of the old key. */
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
    setOverlapEndsAt(overlapEndsAt);
    return this;
  }

  /** When the old key stops working. */
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

  /** Fields that this version of the package doesn't know, by name. */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  @JsonAnySetter
  public RotatedApiKey putAdditionalProperty(String name, @Nullable Object value) {
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
    RotatedApiKey that = (RotatedApiKey) other;
    return Objects.equals(id, that.id)
        && Objects.equals(name, that.name)
        && Objects.equals(key, that.key)
        && Objects.equals(prefix, that.prefix)
        && Objects.equals(last4, that.last4)
        && Objects.equals(scopes, that.scopes)
        && Objects.equals(createdAt, that.createdAt)
        && Objects.equals(expiresAt, that.expiresAt)
        && Objects.equals(replaces, that.replaces)
        && Objects.equals(overlapEndsAt, that.overlapEndsAt)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, name, key, prefix, last4, scopes, createdAt, expiresAt, replaces, overlapEndsAt, additionalProperties);
  }

  @Override
  public String toString() {
    return "RotatedApiKey{"
        + "id=" + id
        + ", name=" + name
        + ", key=" + key
        + ", prefix=" + prefix
        + ", last4=" + last4
        + ", scopes=" + scopes
        + ", createdAt=" + createdAt
        + ", expiresAt=" + expiresAt
        + ", replaces=" + replaces
        + ", overlapEndsAt=" + overlapEndsAt
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
