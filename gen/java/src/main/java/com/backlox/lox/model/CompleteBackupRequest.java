// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.model;

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

/** What was uploaded. All of it may be left out, but for the size of a stream. */
@JsonPropertyOrder({
  CompleteBackupRequest.JSON_PROPERTY_SIZE_BYTES,
  CompleteBackupRequest.JSON_PROPERTY_CHECKSUM
})
public class CompleteBackupRequest {
  public static final String JSON_PROPERTY_SIZE_BYTES = "size_bytes";
  private @Nullable Long sizeBytes;

  public static final String JSON_PROPERTY_CHECKSUM = "checksum";
  private @Nullable String checksum;

  public CompleteBackupRequest() {}

  public CompleteBackupRequest sizeBytes(@Nullable Long sizeBytes) {
    setSizeBytes(sizeBytes);
    return this;
  }

  /** The exact size of the file in bytes. Required for a stream. It must be what was declared, if that was. */
  @JsonProperty(value = JSON_PROPERTY_SIZE_BYTES, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable Long getSizeBytes() {
    return sizeBytes;
  }

  @JsonProperty(value = JSON_PROPERTY_SIZE_BYTES, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setSizeBytes(@Nullable Long sizeBytes) {
    this.sizeBytes = sizeBytes;
  }

  public CompleteBackupRequest checksum(@Nullable String checksum) {
    setChecksum(checksum);
    return this;
  }

  /** The SHA-256 of the bytes, &#x60;sha256:&#x60; and 64 hexadecimal digits of either case. Responses have it in lower case. */
  @JsonProperty(value = JSON_PROPERTY_CHECKSUM, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable String getChecksum() {
    return checksum;
  }

  @JsonProperty(value = JSON_PROPERTY_CHECKSUM, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setChecksum(@Nullable String checksum) {
    this.checksum = checksum;
  }

  @Override
  public boolean equals(Object other) {
    if (this == other) {
      return true;
    }
    if (other == null || getClass() != other.getClass()) {
      return false;
    }
    CompleteBackupRequest that = (CompleteBackupRequest) other;
    return Objects.equals(sizeBytes, that.sizeBytes)
        && Objects.equals(checksum, that.checksum);
  }

  @Override
  public int hashCode() {
    return Objects.hash(sizeBytes, checksum);
  }

  @Override
  public String toString() {
    return "CompleteBackupRequest{"
        + "sizeBytes=" + sizeBytes
        + ", checksum=" + checksum
        + "}";
  }
}
