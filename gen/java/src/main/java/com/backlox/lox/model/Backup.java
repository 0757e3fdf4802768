// Generated from the API document of LOX by OpenAPI Generator. Do not edit.


package com.backlox.lox.model;

import java.util.Objects;
import java.util.Map;
import java.util.HashMap;
import com.backlox.lox.model.BackupStatus;
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
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


/**
 * A backup.
 */
@JsonPropertyOrder({
  Backup.JSON_PROPERTY_ID,
  Backup.JSON_PROPERTY_NAME,
  Backup.JSON_PROPERTY_STATUS,
  Backup.JSON_PROPERTY_SIZE_BYTES,
  Backup.JSON_PROPERTY_CHECKSUM,
  Backup.JSON_PROPERTY_CREATED_AT,
  Backup.JSON_PROPERTY_COMPLETED_AT,
  Backup.JSON_PROPERTY_UPLOAD_EXPIRES_AT,
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
  
  private BackupStatus status;

  public static final String JSON_PROPERTY_SIZE_BYTES = "size_bytes";
  
  private Long sizeBytes;

  public static final String JSON_PROPERTY_CHECKSUM = "checksum";
  
  private @Nullable String checksum;

  public static final String JSON_PROPERTY_CREATED_AT = "created_at";
  
  private OffsetDateTime createdAt;

  public static final String JSON_PROPERTY_COMPLETED_AT = "completed_at";
  
  private @Nullable OffsetDateTime completedAt;

  public static final String JSON_PROPERTY_UPLOAD_EXPIRES_AT = "upload_expires_at";
  
  private @Nullable OffsetDateTime uploadExpiresAt;

  public static final String JSON_PROPERTY_CONTENT_TYPE = "content_type";
  
  private @Nullable String contentType;

  public static final String JSON_PROPERTY_METADATA = "metadata";
  
  private @Nullable Map<String, String> metadata;

  public static final String JSON_PROPERTY_ERROR = "error";
  
  private @Nullable String error;

  public Backup() { 
  }

  public Backup id(String id) {
    this.id = id;
    return this;
  }

  /**
   * Identifies a backup. &#x60;bkp_&#x60; and 26 characters (a TypeID, that is a UUIDv7 in base32).
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


  public Backup name(String name) {
    this.name = name;
    return this;
  }

  /**
   * A name for people to read, 1 to 255 characters without control characters. Needn&#39;t be unique.
   * @return name
   */
  
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


  public Backup status(BackupStatus status) {
    this.status = status;
    return this;
  }

  /**
   * Get status
   * @return status
   */
  
  @JsonProperty(value = JSON_PROPERTY_STATUS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public BackupStatus getStatus() {
    return status;
  }


  @JsonProperty(value = JSON_PROPERTY_STATUS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setStatus(BackupStatus status) {
    this.status = status;
  }


  public Backup sizeBytes(Long sizeBytes) {
    this.sizeBytes = sizeBytes;
    return this;
  }

  /**
   * The size of the file in bytes, as declared when the backup was created.
   * minimum: 1
   * @return sizeBytes
   */
  
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


  public Backup checksum(@Nullable String checksum) {
    this.checksum = checksum;
    return this;
  }

  /**
   * The SHA-256 of the bytes, &#x60;sha256:&#x60; and 64 lowercase hexadecimal digits.
   * @return checksum
   */
  
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
    this.createdAt = createdAt;
    return this;
  }

  /**
   * When the backup was created.
   * @return createdAt
   */
  
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
    this.completedAt = completedAt;
    return this;
  }

  /**
   * When the backup was completed. Absent until then.
   * @return completedAt
   */
  
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
    this.uploadExpiresAt = uploadExpiresAt;
    return this;
  }

  /**
   * When the upload URL stops working. Present only while &#x60;pending&#x60;.
   * @return uploadExpiresAt
   */
  
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


  public Backup contentType(@Nullable String contentType) {
    this.contentType = contentType;
    return this;
  }

  /**
   * The media type of the file, such as &#x60;application/gzip&#x60;, with optional parameters (RFC 9110, section 8.3.1).
   * @return contentType
   */
  
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
    this.metadata = metadata;
    return this;
  }

  public Backup putMetadataItem(String key, String metadataItem) {
    if (this.metadata == null) {
      this.metadata = new HashMap<>();
    }
    this.metadata.put(key, metadataItem);
    return this;
  }

  /**
   * Strings of the client&#39;s own, by key: at most 50 keys of 1 to 128 characters without control characters, and at most 16 KiB (16384 bytes of UTF-8) for all keys and values together. The server stores and returns them as they are.
   * @return metadata
   */
  
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
    this.error = error;
    return this;
  }

  /**
   * Why the backup failed, for people to read. Present only when &#x60;failed&#x60;.
   * @return error
   */
  
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


  /**
   * Return true if this Backup object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    Backup backup = (Backup) o;
    return Objects.equals(this.id, backup.id) &&
        Objects.equals(this.name, backup.name) &&
        Objects.equals(this.status, backup.status) &&
        Objects.equals(this.sizeBytes, backup.sizeBytes) &&
        Objects.equals(this.checksum, backup.checksum) &&
        Objects.equals(this.createdAt, backup.createdAt) &&
        Objects.equals(this.completedAt, backup.completedAt) &&
        Objects.equals(this.uploadExpiresAt, backup.uploadExpiresAt) &&
        Objects.equals(this.contentType, backup.contentType) &&
        Objects.equals(this.metadata, backup.metadata) &&
        Objects.equals(this.error, backup.error);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, name, status, sizeBytes, checksum, createdAt, completedAt, uploadExpiresAt, contentType, metadata, error);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class Backup {\n");
    sb.append("    id: ").append(toIndentedString(id)).append("\n");
    sb.append("    name: ").append(toIndentedString(name)).append("\n");
    sb.append("    status: ").append(toIndentedString(status)).append("\n");
    sb.append("    sizeBytes: ").append(toIndentedString(sizeBytes)).append("\n");
    sb.append("    checksum: ").append(toIndentedString(checksum)).append("\n");
    sb.append("    createdAt: ").append(toIndentedString(createdAt)).append("\n");
    sb.append("    completedAt: ").append(toIndentedString(completedAt)).append("\n");
    sb.append("    uploadExpiresAt: ").append(toIndentedString(uploadExpiresAt)).append("\n");
    sb.append("    contentType: ").append(toIndentedString(contentType)).append("\n");
    sb.append("    metadata: ").append(toIndentedString(metadata)).append("\n");
    sb.append("    error: ").append(toIndentedString(error)).append("\n");
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

