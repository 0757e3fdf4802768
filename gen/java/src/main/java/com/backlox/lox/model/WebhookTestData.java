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
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The webhook that is tested. */
@JsonPropertyOrder({
  WebhookTestData.JSON_PROPERTY_ID,
  WebhookTestData.JSON_PROPERTY_URL
})
public class WebhookTestData {
  public static final String JSON_PROPERTY_ID = "id";
  private String id;

  public static final String JSON_PROPERTY_URL = "url";
  private String url;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public WebhookTestData() {}

  public WebhookTestData id(String id) {
    setId(id);
    return this;
  }

  /** Identifies a webhook. &#x60;whk_&#x60; and 26 characters (a TypeID, that is a UUIDv7 in base32). */
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

  public WebhookTestData url(String url) {
    setUrl(url);
    return this;
  }

  /** Where events are sent: an http or https URL of at most 2048 characters, without user name, password and fragment, in the ASCII form of RFC 3986: other characters are percent-encoded, and a host name beyond ASCII is in its &#x60;xn--&#x60; form. The host must be public, unless the server is configured otherwise: a private or reserved address, a name without a dot, and names such as &#x60;nas.local&#x60; are refused when the URL is set. A host name has at most 253 characters. */
  @JsonProperty(value = JSON_PROPERTY_URL, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public String getUrl() {
    return url;
  }

  @JsonProperty(value = JSON_PROPERTY_URL, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setUrl(String url) {
    this.url = url;
  }

  /** Fields that this version of the package doesn't know, by name. */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  @JsonAnySetter
  public WebhookTestData putAdditionalProperty(String name, @Nullable Object value) {
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
    WebhookTestData that = (WebhookTestData) other;
    return Objects.equals(id, that.id)
        && Objects.equals(url, that.url)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, url, additionalProperties);
  }

  @Override
  public String toString() {
    return "WebhookTestData{"
        + "id=" + id
        + ", url=" + url
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
