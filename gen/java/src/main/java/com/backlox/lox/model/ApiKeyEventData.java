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

/** The API key that was created or revoked, without the key itself. */
@JsonPropertyOrder({
  ApiKeyEventData.JSON_PROPERTY_ID,
  ApiKeyEventData.JSON_PROPERTY_NAME,
  ApiKeyEventData.JSON_PROPERTY_PREFIX,
  ApiKeyEventData.JSON_PROPERTY_LAST4,
  ApiKeyEventData.JSON_PROPERTY_SCOPES,
  ApiKeyEventData.JSON_PROPERTY_REPLACED_BY,
  ApiKeyEventData.JSON_PROPERTY_EXPIRES_AT
})
public class ApiKeyEventData {
  public static final String JSON_PROPERTY_ID = "id";
  private String id;

  public static final String JSON_PROPERTY_NAME = "name";
  private @Nullable String name;

  public static final String JSON_PROPERTY_PREFIX = "prefix";
  private String prefix;

  public static final String JSON_PROPERTY_LAST4 = "last4";
  private String last4;

  public static final String JSON_PROPERTY_SCOPES = "scopes";
  private @Nullable List<String> scopes;

  public static final String JSON_PROPERTY_REPLACED_BY = "replaced_by";
  private @Nullable String replacedBy;

  public static final String JSON_PROPERTY_EXPIRES_AT = "expires_at";
  private @Nullable OffsetDateTime expiresAt;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public ApiKeyEventData() {}

  public ApiKeyEventData id(String id) {
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

  public ApiKeyEventData name(@Nullable String name) {
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

  public ApiKeyEventData prefix(String prefix) {
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

  public ApiKeyEventData last4(String last4) {
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

  public ApiKeyEventData scopes(@Nullable List<String> scopes) {
    setScopes(scopes);
    return this;
  }

  public ApiKeyEventData addScopesItem(String item) {
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

  public ApiKeyEventData replacedBy(@Nullable String replacedBy) {
    setReplacedBy(replacedBy);
    return this;
  }

  /** The id of the key that it was rotated to. Absent if it was not rotated. */
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

  public ApiKeyEventData expiresAt(@Nullable OffsetDateTime expiresAt) {
    setExpiresAt(expiresAt);
    return this;
  }

  /** When the key stops working. Absent if it never does. */
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

  /** Fields that this version of the package doesn't know, by name. */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  @JsonAnySetter
  public ApiKeyEventData putAdditionalProperty(String name, @Nullable Object value) {
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
    ApiKeyEventData that = (ApiKeyEventData) other;
    return Objects.equals(id, that.id)
        && Objects.equals(name, that.name)
        && Objects.equals(prefix, that.prefix)
        && Objects.equals(last4, that.last4)
        && Objects.equals(scopes, that.scopes)
        && Objects.equals(replacedBy, that.replacedBy)
        && Objects.equals(expiresAt, that.expiresAt)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, name, prefix, last4, scopes, replacedBy, expiresAt, additionalProperties);
  }

  @Override
  public String toString() {
    return "ApiKeyEventData{"
        + "id=" + id
        + ", name=" + name
        + ", prefix=" + prefix
        + ", last4=" + last4
        + ", scopes=" + scopes
        + ", replacedBy=" + replacedBy
        + ", expiresAt=" + expiresAt
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
