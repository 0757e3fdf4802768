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

/** A part that is going to be uploaded. */
@JsonPropertyOrder({
  RequestedPart.JSON_PROPERTY_PART_NUMBER,
  RequestedPart.JSON_PROPERTY_SIZE_BYTES,
  RequestedPart.JSON_PROPERTY_CHECKSUM
})
public class RequestedPart {
  public static final String JSON_PROPERTY_PART_NUMBER = "part_number";
  private Integer partNumber;

  public static final String JSON_PROPERTY_SIZE_BYTES = "size_bytes";
  private @Nullable Long sizeBytes;

  public static final String JSON_PROPERTY_CHECKSUM = "checksum";
  private @Nullable String checksum;

  public RequestedPart() {}

  public RequestedPart partNumber(Integer partNumber) {
    setPartNumber(partNumber);
    return this;
  }

  /** The number of a part. The first is 1. */
  @JsonProperty(value = JSON_PROPERTY_PART_NUMBER, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Integer getPartNumber() {
    return partNumber;
  }

  @JsonProperty(value = JSON_PROPERTY_PART_NUMBER, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setPartNumber(Integer partNumber) {
    this.partNumber = partNumber;
  }

  public RequestedPart sizeBytes(@Nullable Long sizeBytes) {
    setSizeBytes(sizeBytes);
    return this;
  }

  /** The size of the part in bytes. The last part of a stream needs it, unless it has &#x60;part_size_bytes&#x60;. Of other parts it is known, and must be right. */
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

  public RequestedPart checksum(@Nullable String checksum) {
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
    RequestedPart that = (RequestedPart) other;
    return Objects.equals(partNumber, that.partNumber)
        && Objects.equals(sizeBytes, that.sizeBytes)
        && Objects.equals(checksum, that.checksum);
  }

  @Override
  public int hashCode() {
    return Objects.hash(partNumber, sizeBytes, checksum);
  }

  @Override
  public String toString() {
    return "RequestedPart{"
        + "partNumber=" + partNumber
        + ", sizeBytes=" + sizeBytes
        + ", checksum=" + checksum
        + "}";
  }
}
