// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.model;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import com.backlox.lox.model.Multipart;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A backup. */
@JsonPropertyOrder({
  Backup.JSON_PROPERTY_ID,
  Backup.JSON_PROPERTY_NAME,
  Backup.JSON_PROPERTY_STATUS,
  Backup.JSON_PROPERTY_SIZE_BYTES,
  Backup.JSON_PROPERTY_VERIFIED_BYTES,
  Backup.JSON_PROPERTY_CHECKSUM,
  Backup.JSON_PROPERTY_CREATED_AT,
  Backup.JSON_PROPERTY_COMPLETED_AT,
  Backup.JSON_PROPERTY_UPLOAD_EXPIRES_AT,
  Backup.JSON_PROPERTY_MULTIPART,
  Backup.JSON_PROPERTY_CONTENT_TYPE,
  Backup.JSON_PROPERTY_METADATA,
  Backup.JSON_PROPERTY_ERROR
})
public class Backup {
  public static final String JSON_PROPERTY_ID = "id";
  private String id;

  public static final String JSON_PROPERTY_NAME = "name";
  private String name;

  public static final String JSON_PROPERTY_STATUS = "status";
  private String status;

  public static final String JSON_PROPERTY_SIZE_BYTES = "size_bytes";
  private Long sizeBytes;

  public static final String JSON_PROPERTY_VERIFIED_BYTES = "verified_bytes";
  private @Nullable Long verifiedBytes;

  public static final String JSON_PROPERTY_CHECKSUM = "checksum";
  private @Nullable String checksum;

  public static final String JSON_PROPERTY_CREATED_AT = "created_at";
  private OffsetDateTime createdAt;

  public static final String JSON_PROPERTY_COMPLETED_AT = "completed_at";
  private @Nullable OffsetDateTime completedAt;

  public static final String JSON_PROPERTY_UPLOAD_EXPIRES_AT = "upload_expires_at";
  private @Nullable OffsetDateTime uploadExpiresAt;

  public static final String JSON_PROPERTY_MULTIPART = "multipart";
  private @Nullable Multipart multipart;

  public static final String JSON_PROPERTY_CONTENT_TYPE = "content_type";
  private @Nullable String contentType;

  public static final String JSON_PROPERTY_METADATA = "metadata";
  private @Nullable Map<String, String> metadata;

  public static final String JSON_PROPERTY_ERROR = "error";
  private @Nullable String error;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public Backup() {}

  public Backup id(String id) {
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

  public Backup name(String name) {
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

  public Backup status(String status) {
    setStatus(status);
    return this;
  }

  /** Where a backup stands. &#x60;pending&#x60;: waits for its upload. &#x60;verifying&#x60;: the upload is being checked. &#x60;completed&#x60;: stored and verified, can be downloaded. &#x60;failed&#x60;: not uploaded in time, or not what was declared; see &#x60;error&#x60;. Later versions may add values. */
  @JsonProperty(value = JSON_PROPERTY_STATUS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public String getStatus() {
    return status;
  }

  @JsonProperty(value = JSON_PROPERTY_STATUS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setStatus(String status) {
    this.status = status;
  }

  public Backup sizeBytes(Long sizeBytes) {
    setSizeBytes(sizeBytes);
    return this;
  }

  /** The size of the file in bytes. Of a stream that is &#x60;pending&#x60; it is what its parts have reserved so far. */
  @JsonProperty(value = JSON_PROPERTY_SIZE_BYTES, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Long getSizeBytes() {
    return sizeBytes;
  }

  @JsonProperty(value = JSON_PROPERTY_SIZE_BYTES, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setSizeBytes(Long sizeBytes) {
    this.sizeBytes = sizeBytes;
  }

  public Backup verifiedBytes(@Nullable Long verifiedBytes) {
    setVerifiedBytes(verifiedBytes);
    return this;
  }

  /** How many bytes have been read again to verify them. Absent before the first of them, and unless the backup is &#x60;verifying&#x60;. */
  @JsonProperty(value = JSON_PROPERTY_VERIFIED_BYTES, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable Long getVerifiedBytes() {
    return verifiedBytes;
  }

  @JsonProperty(value = JSON_PROPERTY_VERIFIED_BYTES, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setVerifiedBytes(@Nullable Long verifiedBytes) {
    this.verifiedBytes = verifiedBytes;
  }

  public Backup checksum(@Nullable String checksum) {
    setChecksum(checksum);
    return this;
  }

  /** The SHA-256 of the bytes, &#x60;sha256:&#x60; and 64 lowercase hexadecimal digits. */
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

  public Backup createdAt(OffsetDateTime createdAt) {
    setCreatedAt(createdAt);
    return this;
  }

  /** When the backup was created. */
  @JsonProperty(value = JSON_PROPERTY_CREATED_AT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public OffsetDateTime getCreatedAt() {
    return createdAt;
  }

  @JsonProperty(value = JSON_PROPERTY_CREATED_AT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setCreatedAt(OffsetDateTime createdAt) {
    this.createdAt = createdAt;
  }

  public Backup completedAt(@Nullable OffsetDateTime completedAt) {
    setCompletedAt(completedAt);
    return this;
  }

  /** When the backup was completed. Absent until then. */
  @JsonProperty(value = JSON_PROPERTY_COMPLETED_AT, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable OffsetDateTime getCompletedAt() {
    return completedAt;
  }

  @JsonProperty(value = JSON_PROPERTY_COMPLETED_AT, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setCompletedAt(@Nullable OffsetDateTime completedAt) {
    this.completedAt = completedAt;
  }

  public Backup uploadExpiresAt(@Nullable OffsetDateTime uploadExpiresAt) {
    setUploadExpiresAt(uploadExpiresAt);
    return this;
  }

  /** When the upload URL, or the latest of a part, stops working. Present only while &#x60;pending&#x60;. */
  @JsonProperty(value = JSON_PROPERTY_UPLOAD_EXPIRES_AT, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable OffsetDateTime getUploadExpiresAt() {
    return uploadExpiresAt;
  }

  @JsonProperty(value = JSON_PROPERTY_UPLOAD_EXPIRES_AT, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setUploadExpiresAt(@Nullable OffsetDateTime uploadExpiresAt) {
    this.uploadExpiresAt = uploadExpiresAt;
  }

  public Backup multipart(@Nullable Multipart multipart) {
    setMultipart(multipart);
    return this;
  }

  @JsonProperty(value = JSON_PROPERTY_MULTIPART, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable Multipart getMultipart() {
    return multipart;
  }

  @JsonProperty(value = JSON_PROPERTY_MULTIPART, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setMultipart(@Nullable Multipart multipart) {
    this.multipart = multipart;
  }

  public Backup contentType(@Nullable String contentType) {
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

  public Backup metadata(@Nullable Map<String, String> metadata) {
    setMetadata(metadata);
    return this;
  }

  public Backup putMetadataItem(String key, String item) {
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

  public Backup error(@Nullable String error) {
    setError(error);
    return this;
  }

  /** Why the backup failed, for people to read. Present only when &#x60;failed&#x60;. */
  @JsonProperty(value = JSON_PROPERTY_ERROR, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable String getError() {
    return error;
  }

  @JsonProperty(value = JSON_PROPERTY_ERROR, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setError(@Nullable String error) {
    this.error = error;
  }

  /** Fields that this version of the package doesn't know, by name. */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  @JsonAnySetter
  public Backup putAdditionalProperty(String name, @Nullable Object value) {
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
    Backup that = (Backup) other;
    return Objects.equals(id, that.id)
        && Objects.equals(name, that.name)
        && Objects.equals(status, that.status)
        && Objects.equals(sizeBytes, that.sizeBytes)
        && Objects.equals(verifiedBytes, that.verifiedBytes)
        && Objects.equals(checksum, that.checksum)
        && Objects.equals(createdAt, that.createdAt)
        && Objects.equals(completedAt, that.completedAt)
        && Objects.equals(uploadExpiresAt, that.uploadExpiresAt)
        && Objects.equals(multipart, that.multipart)
        && Objects.equals(contentType, that.contentType)
        && Objects.equals(metadata, that.metadata)
        && Objects.equals(error, that.error)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, name, status, sizeBytes, verifiedBytes, checksum, createdAt, completedAt, uploadExpiresAt, multipart, contentType, metadata, error, additionalProperties);
  }

  @Override
  public String toString() {
    return "Backup{"
        + "id=" + id
        + ", name=" + name
        + ", status=" + status
        + ", sizeBytes=" + sizeBytes
        + ", verifiedBytes=" + verifiedBytes
        + ", checksum=" + checksum
        + ", createdAt=" + createdAt
        + ", completedAt=" + completedAt
        + ", uploadExpiresAt=" + uploadExpiresAt
        + ", multipart=" + multipart
        + ", contentType=" + contentType
        + ", metadata=" + metadata
        + ", error=" + error
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
