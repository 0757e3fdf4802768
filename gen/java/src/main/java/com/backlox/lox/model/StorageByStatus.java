// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.model;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import com.backlox.lox.model.StorageCount;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Number and size of backups, by status. */
@JsonPropertyOrder({
  StorageByStatus.JSON_PROPERTY_PENDING,
  StorageByStatus.JSON_PROPERTY_VERIFYING,
  StorageByStatus.JSON_PROPERTY_COMPLETED,
  StorageByStatus.JSON_PROPERTY_FAILED
})
public class StorageByStatus {
  public static final String JSON_PROPERTY_PENDING = "pending";
  private StorageCount pending;

  public static final String JSON_PROPERTY_VERIFYING = "verifying";
  private StorageCount verifying;

  public static final String JSON_PROPERTY_COMPLETED = "completed";
  private StorageCount completed;

  public static final String JSON_PROPERTY_FAILED = "failed";
  private StorageCount failed;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public StorageByStatus() {}

  public StorageByStatus pending(StorageCount pending) {
    setPending(pending);
    return this;
  }

  @JsonProperty(value = JSON_PROPERTY_PENDING, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public StorageCount getPending() {
    return pending;
  }

  @JsonProperty(value = JSON_PROPERTY_PENDING, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setPending(StorageCount pending) {
    this.pending = pending;
  }

  public StorageByStatus verifying(StorageCount verifying) {
    setVerifying(verifying);
    return this;
  }

  @JsonProperty(value = JSON_PROPERTY_VERIFYING, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public StorageCount getVerifying() {
    return verifying;
  }

  @JsonProperty(value = JSON_PROPERTY_VERIFYING, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setVerifying(StorageCount verifying) {
    this.verifying = verifying;
  }

  public StorageByStatus completed(StorageCount completed) {
    setCompleted(completed);
    return this;
  }

  @JsonProperty(value = JSON_PROPERTY_COMPLETED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public StorageCount getCompleted() {
    return completed;
  }

  @JsonProperty(value = JSON_PROPERTY_COMPLETED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setCompleted(StorageCount completed) {
    this.completed = completed;
  }

  public StorageByStatus failed(StorageCount failed) {
    setFailed(failed);
    return this;
  }

  @JsonProperty(value = JSON_PROPERTY_FAILED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public StorageCount getFailed() {
    return failed;
  }

  @JsonProperty(value = JSON_PROPERTY_FAILED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setFailed(StorageCount failed) {
    this.failed = failed;
  }

  /** Fields that this version of the package doesn't know, by name. */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  @JsonAnySetter
  public StorageByStatus putAdditionalProperty(String name, @Nullable Object value) {
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
    StorageByStatus that = (StorageByStatus) other;
    return Objects.equals(pending, that.pending)
        && Objects.equals(verifying, that.verifying)
        && Objects.equals(completed, that.completed)
        && Objects.equals(failed, that.failed)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(pending, verifying, completed, failed, additionalProperties);
  }

  @Override
  public String toString() {
    return "StorageByStatus{"
        + "pending=" + pending
        + ", verifying=" + verifying
        + ", completed=" + completed
        + ", failed=" + failed
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
