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
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A new webhook, with its secret. */
@JsonPropertyOrder({
  CreatedWebhook.JSON_PROPERTY_ID,
  CreatedWebhook.JSON_PROPERTY_URL,
  CreatedWebhook.JSON_PROPERTY_SECRET,
  CreatedWebhook.JSON_PROPERTY_EVENTS,
  CreatedWebhook.JSON_PROPERTY_DESCRIPTION,
  CreatedWebhook.JSON_PROPERTY_ENABLED,
  CreatedWebhook.JSON_PROPERTY_CREATED_AT
})
public class CreatedWebhook {
  public static final String JSON_PROPERTY_ID = "id";
  private String id;

  public static final String JSON_PROPERTY_URL = "url";
  private String url;

  public static final String JSON_PROPERTY_SECRET = "secret";
  private String secret;

  public static final String JSON_PROPERTY_EVENTS = "events";
  private List<String> events;

  public static final String JSON_PROPERTY_DESCRIPTION = "description";
  private @Nullable String description;

  public static final String JSON_PROPERTY_ENABLED = "enabled";
  private Boolean enabled;

  public static final String JSON_PROPERTY_CREATED_AT = "created_at";
  private OffsetDateTime createdAt;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public CreatedWebhook() {}

  public CreatedWebhook id(String id) {
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

  public CreatedWebhook url(String url) {
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

  public CreatedWebhook secret(String secret) {
    setSecret(secret);
    return this;
  }

  /** What deliveries are signed with: &#x60;whsec_&#x60; and the base64 of 32 random bytes (Standard Webhooks 1.0). Shown in this response and never again. */
  @JsonProperty(value = JSON_PROPERTY_SECRET, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public String getSecret() {
    return secret;
  }

  @JsonProperty(value = JSON_PROPERTY_SECRET, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setSecret(String secret) {
    this.secret = secret;
  }

  public CreatedWebhook events(List<String> events) {
    setEvents(events);
    return this;
  }

  public CreatedWebhook addEventsItem(String item) {
    List<String> all = getEvents();
    if (all == null) {
      all = new ArrayList<>();
      setEvents(all);
    }
    all.add(item);
    return this;
  }

  /** The types of the events that the webhook gets. */
  @JsonProperty(value = JSON_PROPERTY_EVENTS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public List<String> getEvents() {
    return events;
  }

  @JsonProperty(value = JSON_PROPERTY_EVENTS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setEvents(List<String> events) {
    this.events = events;
  }

  public CreatedWebhook description(@Nullable String description) {
    setDescription(description);
    return this;
  }

  /** What the webhook is for, 1 to 255 characters, none of them a control, bidirectional or zero-width character. */
  @JsonProperty(value = JSON_PROPERTY_DESCRIPTION, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable String getDescription() {
    return description;
  }

  @JsonProperty(value = JSON_PROPERTY_DESCRIPTION, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setDescription(@Nullable String description) {
    this.description = description;
  }

  public CreatedWebhook enabled(Boolean enabled) {
    setEnabled(enabled);
    return this;
  }

  /** Whether events are sent to it. */
  @JsonProperty(value = JSON_PROPERTY_ENABLED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Boolean getEnabled() {
    return enabled;
  }

  @JsonProperty(value = JSON_PROPERTY_ENABLED, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setEnabled(Boolean enabled) {
    this.enabled = enabled;
  }

  public CreatedWebhook createdAt(OffsetDateTime createdAt) {
    setCreatedAt(createdAt);
    return this;
  }

  /** When the webhook was created. */
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

  /** Fields that this version of the package doesn't know, by name. */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  @JsonAnySetter
  public CreatedWebhook putAdditionalProperty(String name, @Nullable Object value) {
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
    CreatedWebhook that = (CreatedWebhook) other;
    return Objects.equals(id, that.id)
        && Objects.equals(url, that.url)
        && Objects.equals(secret, that.secret)
        && Objects.equals(events, that.events)
        && Objects.equals(description, that.description)
        && Objects.equals(enabled, that.enabled)
        && Objects.equals(createdAt, that.createdAt)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, url, secret, events, description, enabled, createdAt, additionalProperties);
  }

  @Override
  public String toString() {
    return "CreatedWebhook{"
        + "id=" + id
        + ", url=" + url
        + ", secret=" + secret
        + ", events=" + events
        + ", description=" + description
        + ", enabled=" + enabled
        + ", createdAt=" + createdAt
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
