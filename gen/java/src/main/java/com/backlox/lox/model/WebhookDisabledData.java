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

/** The webhook that was disabled. */
@JsonPropertyOrder({
  WebhookDisabledData.JSON_PROPERTY_ID,
  WebhookDisabledData.JSON_PROPERTY_URL,
  WebhookDisabledData.JSON_PROPERTY_REASON
})
public class WebhookDisabledData {
  public static final String JSON_PROPERTY_ID = "id";
  private String id;

  public static final String JSON_PROPERTY_URL = "url";
  private String url;

  public static final String JSON_PROPERTY_REASON = "reason";
  private String reason;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public WebhookDisabledData() {}

  public WebhookDisabledData id(String id) {
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

  public WebhookDisabledData url(String url) {
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

  public WebhookDisabledData reason(String reason) {
    setReason(reason);
    return this;
  }

  /** Why it was disabled, for people to read. */
  @JsonProperty(value = JSON_PROPERTY_REASON, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public String getReason() {
    return reason;
  }

  @JsonProperty(value = JSON_PROPERTY_REASON, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setReason(String reason) {
    this.reason = reason;
  }

  /** Fields that this version of the package doesn't know, by name. */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  @JsonAnySetter
  public WebhookDisabledData putAdditionalProperty(String name, @Nullable Object value) {
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
    WebhookDisabledData that = (WebhookDisabledData) other;
    return Objects.equals(id, that.id)
        && Objects.equals(url, that.url)
        && Objects.equals(reason, that.reason)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, url, reason, additionalProperties);
  }

  @Override
  public String toString() {
    return "WebhookDisabledData{"
        + "id=" + id
        + ", url=" + url
        + ", reason=" + reason
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
