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
import java.net.URI;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


/**
 * A new backup with the URL to upload it to. &#x60;upload_url&#x60;, &#x60;upload_expires_at&#x60; and &#x60;upload_headers&#x60; are absent only when a repeated request (Idempotency-Key) finds the backup no longer &#x60;pending&#x60;.
 */
@JsonPropertyOrder({
  BackupUpload.JSON_PROPERTY_ID,
  BackupUpload.JSON_PROPERTY_NAME,
  BackupUpload.JSON_PROPERTY_STATUS,
  BackupUpload.JSON_PROPERTY_UPLOAD_URL,
  BackupUpload.JSON_PROPERTY_UPLOAD_EXPIRES_AT,
  BackupUpload.JSON_PROPERTY_UPLOAD_HEADERS
})

public class BackupUpload {
  public static final String JSON_PROPERTY_ID = "id";
  
  private String id;

  public static final String JSON_PROPERTY_NAME = "name";
  
  private String name;

  public static final String JSON_PROPERTY_STATUS = "status";
  
  private BackupStatus status;

  public static final String JSON_PROPERTY_UPLOAD_URL = "upload_url";
  
  private @Nullable URI uploadUrl;

  public static final String JSON_PROPERTY_UPLOAD_EXPIRES_AT = "upload_expires_at";
  
  private @Nullable OffsetDateTime uploadExpiresAt;

  public static final String JSON_PROPERTY_UPLOAD_HEADERS = "upload_headers";
  
  private @Nullable Map<String, String> uploadHeaders;

  public BackupUpload() { 
  }

  public BackupUpload id(String id) {
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


  public BackupUpload name(String name) {
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


  public BackupUpload status(BackupStatus status) {
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


  public BackupUpload uploadUrl(@Nullable URI uploadUrl) {
    this.uploadUrl = uploadUrl;
    return this;
  }

  /**
   * Where to &#x60;PUT&#x60; the file. Whoever has the URL can upload, until it expires; no API key is needed.
   * @return uploadUrl
   */
  
  @JsonProperty(value = JSON_PROPERTY_UPLOAD_URL, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable URI getUploadUrl() {
    return uploadUrl;
  }


  @JsonProperty(value = JSON_PROPERTY_UPLOAD_URL, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setUploadUrl(@Nullable URI uploadUrl) {
    this.uploadUrl = uploadUrl;
  }


  public BackupUpload uploadExpiresAt(@Nullable OffsetDateTime uploadExpiresAt) {
    this.uploadExpiresAt = uploadExpiresAt;
    return this;
  }

  /**
   * When &#x60;upload_url&#x60; stops working.
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


  public BackupUpload uploadHeaders(@Nullable Map<String, String> uploadHeaders) {
    this.uploadHeaders = uploadHeaders;
    return this;
  }

  public BackupUpload putUploadHeadersItem(String key, String uploadHeadersItem) {
    if (this.uploadHeaders == null) {
      this.uploadHeaders = new HashMap<>();
    }
    this.uploadHeaders.put(key, uploadHeadersItem);
    return this;
  }

  /**
   * The headers to send with the &#x60;PUT&#x60;, by name. They are signed: the store refuses the upload if one is missing or differs. Most HTTP clients set &#x60;Content-Length&#x60; by themselves.
   * @return uploadHeaders
   */
  
  @JsonProperty(value = JSON_PROPERTY_UPLOAD_HEADERS, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable Map<String, String> getUploadHeaders() {
    return uploadHeaders;
  }


  @JsonProperty(value = JSON_PROPERTY_UPLOAD_HEADERS, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setUploadHeaders(@Nullable Map<String, String> uploadHeaders) {
    this.uploadHeaders = uploadHeaders;
  }


  /**
   * Return true if this BackupUpload object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    BackupUpload backupUpload = (BackupUpload) o;
    return Objects.equals(this.id, backupUpload.id) &&
        Objects.equals(this.name, backupUpload.name) &&
        Objects.equals(this.status, backupUpload.status) &&
        Objects.equals(this.uploadUrl, backupUpload.uploadUrl) &&
        Objects.equals(this.uploadExpiresAt, backupUpload.uploadExpiresAt) &&
        Objects.equals(this.uploadHeaders, backupUpload.uploadHeaders);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, name, status, uploadUrl, uploadExpiresAt, uploadHeaders);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class BackupUpload {\n");
    sb.append("    id: ").append(toIndentedString(id)).append("\n");
    sb.append("    name: ").append(toIndentedString(name)).append("\n");
    sb.append("    status: ").append(toIndentedString(status)).append("\n");
    sb.append("    uploadUrl: ").append(toIndentedString(uploadUrl)).append("\n");
    sb.append("    uploadExpiresAt: ").append(toIndentedString(uploadExpiresAt)).append("\n");
    sb.append("    uploadHeaders: ").append(toIndentedString(uploadHeaders)).append("\n");
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

