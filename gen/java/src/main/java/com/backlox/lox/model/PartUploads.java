// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.model;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import com.backlox.lox.model.PartUpload;
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

/** Where to upload parts. */
@JsonPropertyOrder({
  PartUploads.JSON_PROPERTY_PARTS,
  PartUploads.JSON_PROPERTY_EXPIRES_AT
})
public class PartUploads {
  public static final String JSON_PROPERTY_PARTS = "parts";
  private List<PartUpload> parts;

  public static final String JSON_PROPERTY_EXPIRES_AT = "expires_at";
  private OffsetDateTime expiresAt;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public PartUploads() {}

  public PartUploads parts(List<PartUpload> parts) {
    setParts(parts);
    return this;
  }

  public PartUploads addPartsItem(PartUpload item) {
    List<PartUpload> all = getParts();
    if (all == null) {
      all = new ArrayList<>();
      setParts(all);
    }
    all.add(item);
    return this;
  }

  /** The parts that were asked for, in the same order. */
  @JsonProperty(value = JSON_PROPERTY_PARTS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public List<PartUpload> getParts() {
    return parts;
  }

  @JsonProperty(value = JSON_PROPERTY_PARTS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setParts(List<PartUpload> parts) {
    this.parts = parts;
  }

  public PartUploads expiresAt(OffsetDateTime expiresAt) {
    setExpiresAt(expiresAt);
    return this;
  }

  /** When the URLs stop working. */
  @JsonProperty(value = JSON_PROPERTY_EXPIRES_AT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public OffsetDateTime getExpiresAt() {
    return expiresAt;
  }

  @JsonProperty(value = JSON_PROPERTY_EXPIRES_AT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setExpiresAt(OffsetDateTime expiresAt) {
    this.expiresAt = expiresAt;
  }

  /** Fields that this version of the package doesn't know, by name. */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  @JsonAnySetter
  public PartUploads putAdditionalProperty(String name, @Nullable Object value) {
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
    PartUploads that = (PartUploads) other;
    return Objects.equals(parts, that.parts)
        && Objects.equals(expiresAt, that.expiresAt)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(parts, expiresAt, additionalProperties);
  }

  @Override
  public String toString() {
    return "PartUploads{"
        + "parts=" + parts
        + ", expiresAt=" + expiresAt
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
