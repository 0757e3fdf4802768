// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.model;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import java.net.URI;
import java.time.OffsetDateTime;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A signed URL to fetch the bytes of a backup from. */
@JsonPropertyOrder({
  BackupDownload.JSON_PROPERTY_DOWNLOAD_URL,
  BackupDownload.JSON_PROPERTY_EXPIRES_AT,
  BackupDownload.JSON_PROPERTY_SIZE_BYTES,
  BackupDownload.JSON_PROPERTY_CHECKSUM
})
public class BackupDownload {
  public static final String JSON_PROPERTY_DOWNLOAD_URL = "download_url";
  private URI downloadUrl;

  public static final String JSON_PROPERTY_EXPIRES_AT = "expires_at";
  private OffsetDateTime expiresAt;

  public static final String JSON_PROPERTY_SIZE_BYTES = "size_bytes";
  private Long sizeBytes;

  public static final String JSON_PROPERTY_CHECKSUM = "checksum";
  private String checksum;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public BackupDownload() {}

  public BackupDownload downloadUrl(URI downloadUrl) {
    setDownloadUrl(downloadUrl);
    return this;
  }

  /** Where to &#x60;GET&#x60; the file. Whoever has the URL can fetch it, until it expires; no API key is needed. */
  @JsonProperty(value = JSON_PROPERTY_DOWNLOAD_URL, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public URI getDownloadUrl() {
    return downloadUrl;
  }

  @JsonProperty(value = JSON_PROPERTY_DOWNLOAD_URL, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setDownloadUrl(URI downloadUrl) {
    this.downloadUrl = downloadUrl;
  }

  public BackupDownload expiresAt(OffsetDateTime expiresAt) {
    setExpiresAt(expiresAt);
    return this;
  }

  /** When &#x60;download_url&#x60; stops working. */
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

  public BackupDownload sizeBytes(Long sizeBytes) {
    setSizeBytes(sizeBytes);
    return this;
  }

  /** The size of the file in bytes. */
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

  public BackupDownload checksum(String checksum) {
    setChecksum(checksum);
    return this;
  }

  /** The SHA-256 of the bytes, &#x60;sha256:&#x60; and 64 lowercase hexadecimal digits. */
  @JsonProperty(value = JSON_PROPERTY_CHECKSUM, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public String getChecksum() {
    return checksum;
  }

  @JsonProperty(value = JSON_PROPERTY_CHECKSUM, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setChecksum(String checksum) {
    this.checksum = checksum;
  }

  /** Fields that this version of the package doesn't know, by name. */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  @JsonAnySetter
  public BackupDownload putAdditionalProperty(String name, @Nullable Object value) {
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
    BackupDownload that = (BackupDownload) other;
    return Objects.equals(downloadUrl, that.downloadUrl)
        && Objects.equals(expiresAt, that.expiresAt)
        && Objects.equals(sizeBytes, that.sizeBytes)
        && Objects.equals(checksum, that.checksum)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(downloadUrl, expiresAt, sizeBytes, checksum, additionalProperties);
  }

  @Override
  public String toString() {
    return "BackupDownload{"
        + "downloadUrl=" + downloadUrl
        + ", expiresAt=" + expiresAt
        + ", sizeBytes=" + sizeBytes
        + ", checksum=" + checksum
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
