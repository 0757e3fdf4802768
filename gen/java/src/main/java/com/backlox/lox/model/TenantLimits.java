// Generated from the API document of LOX by OpenAPI Generator. Do not edit.


package com.backlox.lox.model;

import java.util.Objects;
import java.util.Map;
import java.util.HashMap;
import com.backlox.lox.model.ClassLimits;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


/**
 * The rate limits of the tenant, by class.
 */
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

  public TenantLimits() { 
  }

  public TenantLimits apiCalls(ClassLimits apiCalls) {
    this.apiCalls = apiCalls;
    return this;
  }

  /**
   * Get apiCalls
   * @return apiCalls
   */
  
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
    this.uploads = uploads;
    return this;
  }

  /**
   * Get uploads
   * @return uploads
   */
  
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
    this.downloads = downloads;
    return this;
  }

  /**
   * Get downloads
   * @return downloads
   */
  
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


  /**
   * Return true if this TenantLimits object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    TenantLimits tenantLimits = (TenantLimits) o;
    return Objects.equals(this.apiCalls, tenantLimits.apiCalls) &&
        Objects.equals(this.uploads, tenantLimits.uploads) &&
        Objects.equals(this.downloads, tenantLimits.downloads);
  }

  @Override
  public int hashCode() {
    return Objects.hash(apiCalls, uploads, downloads);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class TenantLimits {\n");
    sb.append("    apiCalls: ").append(toIndentedString(apiCalls)).append("\n");
    sb.append("    uploads: ").append(toIndentedString(uploads)).append("\n");
    sb.append("    downloads: ").append(toIndentedString(downloads)).append("\n");
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

