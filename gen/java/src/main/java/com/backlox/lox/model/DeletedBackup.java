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

/** The backup that was deleted. */
@JsonPropertyOrder({
  DeletedBackup.JSON_PROPERTY_ID,
  DeletedBackup.JSON_PROPERTY_DELETED
})
public class DeletedBackup {
  public static final String JSON_PROPERTY_ID = "id";
  private String id;

  public static final String JSON_PROPERTY_DELETED = "deleted";
  private Boolean deleted;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public DeletedBackup() {}

  public DeletedBackup id(String id) {
    setId(id);
    return this;
  }

  /** Identifies a backup. &#x60;bkp_&#x60; and 26 characters (a TypeID, that is a UUIDv7 in base32). */
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

  public DeletedBackup deleted(Boolean deleted) {
    setDeleted(deleted);
    return this;
  }

  /** Always &#x60;true&#x60;. */
  @JsonProperty(value = JSON_PROPERTY_DELETED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Boolean getDeleted() {
    return deleted;
  }

  @JsonProperty(value = JSON_PROPERTY_DELETED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setDeleted(Boolean deleted) {
    this.deleted = deleted;
  }

  /** Fields that this version of the package doesn't know, by name. */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  @JsonAnySetter
  public DeletedBackup putAdditionalProperty(String name, @Nullable Object value) {
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
    DeletedBackup that = (DeletedBackup) other;
    return Objects.equals(id, that.id)
        && Objects.equals(deleted, that.deleted)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, deleted, additionalProperties);
  }

  @Override
  public String toString() {
    return "DeletedBackup{"
        + "id=" + id
        + ", deleted=" + deleted
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
