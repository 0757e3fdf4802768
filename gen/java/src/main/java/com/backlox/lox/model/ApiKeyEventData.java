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
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


/**
 * The API key that was created or revoked, without the key itself.
 */
@JsonPropertyOrder({
  ApiKeyEventData.JSON_PROPERTY_ID,
  ApiKeyEventData.JSON_PROPERTY_NAME,
  ApiKeyEventData.JSON_PROPERTY_PREFIX,
  ApiKeyEventData.JSON_PROPERTY_LAST4,
  ApiKeyEventData.JSON_PROPERTY_SCOPES
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
  
  private @Nullable Set<Scope> scopes;

  public ApiKeyEventData() { 
  }

  public ApiKeyEventData id(String id) {
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


  public ApiKeyEventData name(@Nullable String name) {
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


  public ApiKeyEventData prefix(String prefix) {
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


  public ApiKeyEventData last4(String last4) {
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


  public ApiKeyEventData scopes(@Nullable Set<Scope> scopes) {
    this.scopes = scopes;
    return this;
  }

  public ApiKeyEventData addScopesItem(Scope scopesItem) {
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


  /**
   * Return true if this ApiKeyEventData object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    ApiKeyEventData apiKeyEventData = (ApiKeyEventData) o;
    return Objects.equals(this.id, apiKeyEventData.id) &&
        Objects.equals(this.name, apiKeyEventData.name) &&
        Objects.equals(this.prefix, apiKeyEventData.prefix) &&
        Objects.equals(this.last4, apiKeyEventData.last4) &&
        Objects.equals(this.scopes, apiKeyEventData.scopes);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, name, prefix, last4, scopes);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class ApiKeyEventData {\n");
    sb.append("    id: ").append(toIndentedString(id)).append("\n");
    sb.append("    name: ").append(toIndentedString(name)).append("\n");
    sb.append("    prefix: ").append(toIndentedString(prefix)).append("\n");
    sb.append("    last4: ").append(toIndentedString(last4)).append("\n");
    sb.append("    scopes: ").append(toIndentedString(scopes)).append("\n");
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

