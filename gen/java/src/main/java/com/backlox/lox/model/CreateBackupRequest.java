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
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A file that is going to be uploaded. */
@JsonPropertyOrder({
  CreateBackupRequest.JSON_PROPERTY_NAME,
  CreateBackupRequest.JSON_PROPERTY_SIZE_BYTES,
  CreateBackupRequest.JSON_PROPERTY_MULTIPART,
  CreateBackupRequest.JSON_PROPERTY_MAX_SIZE_BYTES,
  CreateBackupRequest.JSON_PROPERTY_CONTENT_TYPE,
  CreateBackupRequest.JSON_PROPERTY_METADATA,
  CreateBackupRequest.JSON_PROPERTY_CHECKSUM
})
public class CreateBackupRequest {
  public static final String JSON_PROPERTY_NAME = "name";
  private String name;

  public static final String JSON_PROPERTY_SIZE_BYTES = "size_bytes";
  private @Nullable Long sizeBytes;

  public static final String JSON_PROPERTY_MULTIPART = "multipart";
  private @Nullable Boolean multipart;

  public static final String JSON_PROPERTY_MAX_SIZE_BYTES = "max_size_bytes";
  private @Nullable Long maxSizeBytes;

  public static final String JSON_PROPERTY_CONTENT_TYPE = "content_type";
  private @Nullable String contentType;

  public static final String JSON_PROPERTY_METADATA = "metadata";
  private @Nullable Map<String, String> metadata;

  public static final String JSON_PROPERTY_CHECKSUM = "checksum";
  private @Nullable String checksum;

  public CreateBackupRequest() {}

  public CreateBackupRequest name(String name) {
    setName(name);
    return this;
  }

  /** A name for people to read, 1 to 255 characters, none of them a control, bidirectional or zero-width character. Needn&#39;t be unique. */
  @JsonProperty(value = JSON_PROPERTY_NAME, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public String getName() {
    return name;
  }

  @JsonProperty(value = JSON_PROPERTY_NAME, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setName(String name) {
    this.name = name;
  }

  public CreateBackupRequest sizeBytes(@Nullable Long sizeBytes) {
    setSizeBytes(sizeBytes);
    return this;
  }

  /** The exact size of the file in bytes, up to 53687091200000 (48.8 TiB). One byte more or less is refused. Required unless &#x60;multipart&#x60; is &#x60;true&#x60;: a stream leaves it out. */
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

  public CreateBackupRequest multipart(@Nullable Boolean multipart) {
    setMultipart(multipart);
    return this;
  }

  /** Whether the file is uploaded in parts. Above 5368709120 bytes (5 GiB) it is, unless this is &#x60;false&#x60;, which is refused then. */
  @JsonProperty(value = JSON_PROPERTY_MULTIPART, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable Boolean getMultipart() {
    return multipart;
  }

  @JsonProperty(value = JSON_PROPERTY_MULTIPART, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setMultipart(@Nullable Boolean multipart) {
    this.multipart = multipart;
  }

  public CreateBackupRequest maxSizeBytes(@Nullable Long maxSizeBytes) {
    setMaxSizeBytes(maxSizeBytes);
    return this;
  }

  /** The most that a stream may have, in bytes: it decides how large its parts are. Without it a stream can have 10000 parts of 32 MiB (312.5 GiB). Only without &#x60;size_bytes&#x60;. */
  @JsonProperty(value = JSON_PROPERTY_MAX_SIZE_BYTES, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable Long getMaxSizeBytes() {
    return maxSizeBytes;
  }

  @JsonProperty(value = JSON_PROPERTY_MAX_SIZE_BYTES, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setMaxSizeBytes(@Nullable Long maxSizeBytes) {
    this.maxSizeBytes = maxSizeBytes;
  }

  public CreateBackupRequest contentType(@Nullable String contentType) {
    setContentType(contentType);
    return this;
  }

  /** The media type of the file, such as &#x60;application/gzip&#x60;, with optional parameters (RFC 9110, section 8.3.1). */
  @JsonProperty(value = JSON_PROPERTY_CONTENT_TYPE, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable String getContentType() {
    return contentType;
  }

  @JsonProperty(value = JSON_PROPERTY_CONTENT_TYPE, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setContentType(@Nullable String contentType) {
    this.contentType = contentType;
  }

  public CreateBackupRequest metadata(@Nullable Map<String, String> metadata) {
    setMetadata(metadata);
    return this;
  }

  public CreateBackupRequest putMetadataItem(String key, String item) {
    Map<String, String> all = getMetadata();
    if (all == null) {
      all = new LinkedHashMap<>();
      setMetadata(all);
    }
    all.put(key, item);
    return this;
  }

  /** Strings of the client&#39;s own, by key: at most 50 keys of 1 to 128 characters, none of them a control, bidirectional or zero-width character, and at most 16 KiB (16384 bytes of UTF-8) for all keys and values together. The server stores and returns them as they are. */
  @JsonProperty(value = JSON_PROPERTY_METADATA, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable Map<String, String> getMetadata() {
    return metadata;
  }

  @JsonProperty(value = JSON_PROPERTY_METADATA, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setMetadata(@Nullable Map<String, String> metadata) {
    this.metadata = metadata;
  }

  public CreateBackupRequest checksum(@Nullable String checksum) {
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
    CreateBackupRequest that = (CreateBackupRequest) other;
    return Objects.equals(name, that.name)
        && Objects.equals(sizeBytes, that.sizeBytes)
        && Objects.equals(multipart, that.multipart)
        && Objects.equals(maxSizeBytes, that.maxSizeBytes)
        && Objects.equals(contentType, that.contentType)
        && Objects.equals(metadata, that.metadata)
        && Objects.equals(checksum, that.checksum);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, sizeBytes, multipart, maxSizeBytes, contentType, metadata, checksum);
  }

  @Override
  public String toString() {
    return "CreateBackupRequest{"
        + "name=" + name
        + ", sizeBytes=" + sizeBytes
        + ", multipart=" + multipart
        + ", maxSizeBytes=" + maxSizeBytes
        + ", contentType=" + contentType
        + ", metadata=" + metadata
        + ", checksum=" + checksum
        + "}";
  }
}
