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
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


/**
 * The API key that was revoked.
 */
@JsonPropertyOrder({
  RevokedApiKey.JSON_PROPERTY_ID,
  RevokedApiKey.JSON_PROPERTY_REVOKED
})

public class RevokedApiKey {
  public static final String JSON_PROPERTY_ID = "id";
  
  private String id;

  public static final String JSON_PROPERTY_REVOKED = "revoked";
  
  private Boolean revoked;

  public RevokedApiKey() { 
  }

  public RevokedApiKey id(String id) {
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


  public RevokedApiKey revoked(Boolean revoked) {
    this.revoked = revoked;
    return this;
  }

  /**
   * Always &#x60;true&#x60;.
   * @return revoked
   */
  
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


  /**
   * Return true if this RevokedApiKey object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    RevokedApiKey revokedApiKey = (RevokedApiKey) o;
    return Objects.equals(this.id, revokedApiKey.id) &&
        Objects.equals(this.revoked, revokedApiKey.revoked);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, revoked);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class RevokedApiKey {\n");
    sb.append("    id: ").append(toIndentedString(id)).append("\n");
    sb.append("    revoked: ").append(toIndentedString(revoked)).append("\n");
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

