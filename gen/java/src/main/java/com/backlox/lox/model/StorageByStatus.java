// Generated from the API document of LOX by OpenAPI Generator. Do not edit.


package com.backlox.lox.model;

import java.util.Objects;
import java.util.Map;
import java.util.HashMap;
import com.backlox.lox.model.StorageCount;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


/**
 * Number and size of backups, by status.
 */
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

  public StorageByStatus() { 
  }

  public StorageByStatus pending(StorageCount pending) {
    this.pending = pending;
    return this;
  }

  /**
   * Get pending
   * @return pending
   */
  
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
    this.verifying = verifying;
    return this;
  }

  /**
   * Get verifying
   * @return verifying
   */
  
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
    this.completed = completed;
    return this;
  }

  /**
   * Get completed
   * @return completed
   */
  
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
    this.failed = failed;
    return this;
  }

  /**
   * Get failed
   * @return failed
   */
  
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


  /**
   * Return true if this StorageByStatus object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    StorageByStatus storageByStatus = (StorageByStatus) o;
    return Objects.equals(this.pending, storageByStatus.pending) &&
        Objects.equals(this.verifying, storageByStatus.verifying) &&
        Objects.equals(this.completed, storageByStatus.completed) &&
        Objects.equals(this.failed, storageByStatus.failed);
  }

  @Override
  public int hashCode() {
    return Objects.hash(pending, verifying, completed, failed);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class StorageByStatus {\n");
    sb.append("    pending: ").append(toIndentedString(pending)).append("\n");
    sb.append("    verifying: ").append(toIndentedString(verifying)).append("\n");
    sb.append("    completed: ").append(toIndentedString(completed)).append("\n");
    sb.append("    failed: ").append(toIndentedString(failed)).append("\n");
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

