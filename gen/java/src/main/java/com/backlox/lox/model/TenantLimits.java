// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.model;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import com.backlox.lox.model.ClassLimits;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The rate limits of the tenant, by class. */
@JsonPropertyOrder({
  TenantLimits.JSON_PROPERTY_API_CALLS,
  TenantLimits.JSON_PROPERTY_UPLOADS,
  TenantLimits.JSON_PROPERTY_DOWNLOADS
})
public class TenantLimits {
  public static final String JSON_PROPERTY_API_CALLS = "api_calls";
  private ClassLimits apiCalls;

  public static final String JSON_PROPERTY_UPLOADS = "uploads";
  private ClassLimits uploads;

  public static final String JSON_PROPERTY_DOWNLOADS = "downloads";
  private ClassLimits downloads;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public TenantLimits() {}

  public TenantLimits apiCalls(ClassLimits apiCalls) {
    setApiCalls(apiCalls);
    return this;
  }

  @JsonProperty(value = JSON_PROPERTY_API_CALLS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public ClassLimits getApiCalls() {
    return apiCalls;
  }

  @JsonProperty(value = JSON_PROPERTY_API_CALLS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setApiCalls(ClassLimits apiCalls) {
    this.apiCalls = apiCalls;
  }

  public TenantLimits uploads(ClassLimits uploads) {
    setUploads(uploads);
    return this;
  }

  @JsonProperty(value = JSON_PROPERTY_UPLOADS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public ClassLimits getUploads() {
    return uploads;
  }

  @JsonProperty(value = JSON_PROPERTY_UPLOADS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setUploads(ClassLimits uploads) {
    this.uploads = uploads;
  }

  public TenantLimits downloads(ClassLimits downloads) {
    setDownloads(downloads);
    return this;
  }

  @JsonProperty(value = JSON_PROPERTY_DOWNLOADS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public ClassLimits getDownloads() {
    return downloads;
  }

  @JsonProperty(value = JSON_PROPERTY_DOWNLOADS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setDownloads(ClassLimits downloads) {
    this.downloads = downloads;
  }

  /** Fields that this version of the package doesn't know, by name. */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  @JsonAnySetter
  public TenantLimits putAdditionalProperty(String name, @Nullable Object value) {
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
    TenantLimits that = (TenantLimits) other;
    return Objects.equals(apiCalls, that.apiCalls)
        && Objects.equals(uploads, that.uploads)
        && Objects.equals(downloads, that.downloads)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(apiCalls, uploads, downloads, additionalProperties);
  }

  @Override
  public String toString() {
    return "TenantLimits{"
        + "apiCalls=" + apiCalls
        + ", uploads=" + uploads
        + ", downloads=" + downloads
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
