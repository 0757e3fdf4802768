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
import java.net.URI;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A new backup with the URL to upload it to. If a request is repeated (Idempotency-Key), check &#x60;status&#x60;: when the backup is no longer &#x60;pending&#x60;, &#x60;upload_url&#x60; is the last one that was given out, and uploading to it again changes nothing. */
@JsonPropertyOrder({
  BackupUpload.JSON_PROPERTY_ID,
  BackupUpload.JSON_PROPERTY_NAME,
  BackupUpload.JSON_PROPERTY_STATUS,
  BackupUpload.JSON_PROPERTY_UPLOAD_URL,
  BackupUpload.JSON_PROPERTY_UPLOAD_EXPIRES_AT,
  BackupUpload.JSON_PROPERTY_UPLOAD_HEADERS,
  BackupUpload.JSON_PROPERTY_MULTIPART
})
public class BackupUpload {
  public static final String JSON_PROPERTY_ID = "id";
  private String id;

  public static final String JSON_PROPERTY_NAME = "name";
  private String name;

  public static final String JSON_PROPERTY_STATUS = "status";
  private String status;

  public static final String JSON_PROPERTY_UPLOAD_URL = "upload_url";
  private @Nullable URI uploadUrl;

  public static final String JSON_PROPERTY_UPLOAD_EXPIRES_AT = "upload_expires_at";
  private OffsetDateTime uploadExpiresAt;

  public static final String JSON_PROPERTY_UPLOAD_HEADERS = "upload_headers";
  private @Nullable Map<String, String> uploadHeaders;

  public static final String JSON_PROPERTY_MULTIPART = "multipart";
  private @Nullable Multipart multipart;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public BackupUpload() {}

  public BackupUpload id(String id) {
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

  public BackupUpload name(String name) {
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

  public BackupUpload status(String status) {
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

  public BackupUpload uploadUrl(@Nullable URI uploadUrl) {
    setUploadUrl(uploadUrl);
    return this;
  }

  /** Where to &#x60;PUT&#x60; the file. Whoever has the URL can upload, until it expires; no API key is needed. Absent if the file is uploaded in parts. */
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

  public BackupUpload uploadExpiresAt(OffsetDateTime uploadExpiresAt) {
    setUploadExpiresAt(uploadExpiresAt);
    return this;
  }

  /** When &#x60;upload_url&#x60; stops working. If the file is uploaded in parts, when the latest URL of a part does; the backup fails 24 hours later at the earliest, and never while parts still arrive. */
  @JsonProperty(value = JSON_PROPERTY_UPLOAD_EXPIRES_AT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public OffsetDateTime getUploadExpiresAt() {
    return uploadExpiresAt;
  }

  @JsonProperty(value = JSON_PROPERTY_UPLOAD_EXPIRES_AT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setUploadExpiresAt(OffsetDateTime uploadExpiresAt) {
    this.uploadExpiresAt = uploadExpiresAt;
  }

  public BackupUpload uploadHeaders(@Nullable Map<String, String> uploadHeaders) {
    setUploadHeaders(uploadHeaders);
    return this;
  }

  public BackupUpload putUploadHeadersItem(String key, String item) {
    Map<String, String> all = getUploadHeaders();
    if (all == null) {
      all = new LinkedHashMap<>();
      setUploadHeaders(all);
    }
    all.put(key, item);
    return this;
  }

  /** The headers to send with the &#x60;PUT&#x60;, by name. Which there are depends on the server, so send all of them: the store refuses the upload if one is missing or differs. Most HTTP clients set &#x60;Content-Length&#x60; by themselves. Absent if the file is uploaded in parts. */
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

  public BackupUpload multipart(@Nullable Multipart multipart) {
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

  /** Fields that this version of the package doesn't know, by name. */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  @JsonAnySetter
  public BackupUpload putAdditionalProperty(String name, @Nullable Object value) {
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
    BackupUpload that = (BackupUpload) other;
    return Objects.equals(id, that.id)
        && Objects.equals(name, that.name)
        && Objects.equals(status, that.status)
        && Objects.equals(uploadUrl, that.uploadUrl)
        && Objects.equals(uploadExpiresAt, that.uploadExpiresAt)
        && Objects.equals(uploadHeaders, that.uploadHeaders)
        && Objects.equals(multipart, that.multipart)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, name, status, uploadUrl, uploadExpiresAt, uploadHeaders, multipart, additionalProperties);
  }

  @Override
  public String toString() {
    return "BackupUpload{"
        + "id=" + id
        + ", name=" + name
        + ", status=" + status
        + ", uploadUrl=" + uploadUrl
        + ", uploadExpiresAt=" + uploadExpiresAt
        + ", uploadHeaders=" + uploadHeaders
        + ", multipart=" + multipart
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
