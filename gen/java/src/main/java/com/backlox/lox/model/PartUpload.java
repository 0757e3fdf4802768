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
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where to upload a part. */
@JsonPropertyOrder({
  PartUpload.JSON_PROPERTY_PART_NUMBER,
  PartUpload.JSON_PROPERTY_SIZE_BYTES,
  PartUpload.JSON_PROPERTY_UPLOAD_URL,
  PartUpload.JSON_PROPERTY_UPLOAD_HEADERS
})
public class PartUpload {
  public static final String JSON_PROPERTY_PART_NUMBER = "part_number";
  private Integer partNumber;

  public static final String JSON_PROPERTY_SIZE_BYTES = "size_bytes";
  private Long sizeBytes;

  public static final String JSON_PROPERTY_UPLOAD_URL = "upload_url";
  private URI uploadUrl;

  public static final String JSON_PROPERTY_UPLOAD_HEADERS = "upload_headers";
  private Map<String, String> uploadHeaders;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public PartUpload() {}

  public PartUpload partNumber(Integer partNumber) {
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

  public PartUpload sizeBytes(Long sizeBytes) {
    setSizeBytes(sizeBytes);
    return this;
  }

  /** The exact size of the part in bytes. */
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

  public PartUpload uploadUrl(URI uploadUrl) {
    setUploadUrl(uploadUrl);
    return this;
  }

  /** Where to &#x60;PUT&#x60; the part. Whoever has the URL can upload, until it expires; no API key is needed. */
  @JsonProperty(value = JSON_PROPERTY_UPLOAD_URL, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public URI getUploadUrl() {
    return uploadUrl;
  }

  @JsonProperty(value = JSON_PROPERTY_UPLOAD_URL, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setUploadUrl(URI uploadUrl) {
    this.uploadUrl = uploadUrl;
  }

  public PartUpload uploadHeaders(Map<String, String> uploadHeaders) {
    setUploadHeaders(uploadHeaders);
    return this;
  }

  public PartUpload putUploadHeadersItem(String key, String item) {
    Map<String, String> all = getUploadHeaders();
    if (all == null) {
      all = new LinkedHashMap<>();
      setUploadHeaders(all);
    }
    all.put(key, item);
    return this;
  }

  /** The headers to send with the &#x60;PUT&#x60;, by name: all of them, since the store refuses the upload if one is missing or differs. */
  @JsonProperty(value = JSON_PROPERTY_UPLOAD_HEADERS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Map<String, String> getUploadHeaders() {
    return uploadHeaders;
  }

  @JsonProperty(value = JSON_PROPERTY_UPLOAD_HEADERS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setUploadHeaders(Map<String, String> uploadHeaders) {
    this.uploadHeaders = uploadHeaders;
  }

  /** Fields that this version of the package doesn't know, by name. */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  @JsonAnySetter
  public PartUpload putAdditionalProperty(String name, @Nullable Object value) {
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
    PartUpload that = (PartUpload) other;
    return Objects.equals(partNumber, that.partNumber)
        && Objects.equals(sizeBytes, that.sizeBytes)
        && Objects.equals(uploadUrl, that.uploadUrl)
        && Objects.equals(uploadHeaders, that.uploadHeaders)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(partNumber, sizeBytes, uploadUrl, uploadHeaders, additionalProperties);
  }

  @Override
  public String toString() {
    return "PartUpload{"
        + "partNumber=" + partNumber
        + ", sizeBytes=" + sizeBytes
        + ", uploadUrl=" + uploadUrl
        + ", uploadHeaders=" + uploadHeaders
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
