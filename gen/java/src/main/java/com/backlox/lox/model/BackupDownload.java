// Generated from the API document of LOX by OpenAPI Generator. Do not edit.


package com.backlox.lox.model;

import java.util.Objects;
import java.util.Map;
import java.util.HashMap;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import java.net.URI;
import java.time.OffsetDateTime;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


/**
 * A signed URL to fetch the bytes of a backup from.
 */
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

  public BackupDownload() { 
  }

  public BackupDownload downloadUrl(URI downloadUrl) {
    this.downloadUrl = downloadUrl;
    return this;
  }

  /**
   * Where to &#x60;GET&#x60; the file. Whoever has the URL can fetch it, until it expires; no API key is needed.
   * @return downloadUrl
   */
  
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
    this.expiresAt = expiresAt;
    return this;
  }

  /**
   * When &#x60;download_url&#x60; stops working.
   * @return expiresAt
   */
  
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
    this.sizeBytes = sizeBytes;
    return this;
  }

  /**
   * The size of the file in bytes.
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


  public BackupDownload checksum(String checksum) {
    this.checksum = checksum;
    return this;
  }

  /**
   * The SHA-256 of the bytes, &#x60;sha256:&#x60; and 64 lowercase hexadecimal digits.
   * @return checksum
   */
  
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


  /**
   * Return true if this BackupDownload object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    BackupDownload backupDownload = (BackupDownload) o;
    return Objects.equals(this.downloadUrl, backupDownload.downloadUrl) &&
        Objects.equals(this.expiresAt, backupDownload.expiresAt) &&
        Objects.equals(this.sizeBytes, backupDownload.sizeBytes) &&
        Objects.equals(this.checksum, backupDownload.checksum);
  }

  @Override
  public int hashCode() {
    return Objects.hash(downloadUrl, expiresAt, sizeBytes, checksum);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class BackupDownload {\n");
    sb.append("    downloadUrl: ").append(toIndentedString(downloadUrl)).append("\n");
    sb.append("    expiresAt: ").append(toIndentedString(expiresAt)).append("\n");
    sb.append("    sizeBytes: ").append(toIndentedString(sizeBytes)).append("\n");
    sb.append("    checksum: ").append(toIndentedString(checksum)).append("\n");
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

