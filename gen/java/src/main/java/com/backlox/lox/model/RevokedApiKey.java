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
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The API key that was revoked. */
@JsonPropertyOrder({
  RevokedApiKey.JSON_PROPERTY_ID,
  RevokedApiKey.JSON_PROPERTY_REVOKED
})
public class RevokedApiKey {
  public static final String JSON_PROPERTY_ID = "id";
  private String id;

  public static final String JSON_PROPERTY_REVOKED = "revoked";
  private Boolean revoked;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public RevokedApiKey() {}

  public RevokedApiKey id(String id) {
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

  public RevokedApiKey revoked(Boolean revoked) {
    setRevoked(revoked);
    return this;
  }

  /** Always &#x60;true&#x60;. */
  @JsonProperty(value = JSON_PROPERTY_REVOKED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Boolean getRevoked() {
    return revoked;
  }

  @JsonProperty(value = JSON_PROPERTY_REVOKED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setRevoked(Boolean revoked) {
    this.revoked = revoked;
  }

  /** Fields that this version of the package doesn't know, by name. */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  @JsonAnySetter
  public RevokedApiKey putAdditionalProperty(String name, @Nullable Object value) {
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
    RevokedApiKey that = (RevokedApiKey) other;
    return Objects.equals(id, that.id)
        && Objects.equals(revoked, that.revoked)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, revoked, additionalProperties);
  }

  @Override
  public String toString() {
    return "RevokedApiKey{"
        + "id=" + id
        + ", revoked=" + revoked
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
