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

/** A URL to which events are sent. */
@JsonPropertyOrder({
  Webhook.JSON_PROPERTY_ID,
  Webhook.JSON_PROPERTY_URL,
  Webhook.JSON_PROPERTY_EVENTS,
  Webhook.JSON_PROPERTY_DESCRIPTION,
  Webhook.JSON_PROPERTY_ENABLED,
  Webhook.JSON_PROPERTY_DISABLED_REASON,
  Webhook.JSON_PROPERTY_FAILING_SINCE,
  Webhook.JSON_PROPERTY_PREVIOUS_SECRET_EXPIRES_AT,
  Webhook.JSON_PROPERTY_CREATED_AT
})
public class Webhook {
  public static final String JSON_PROPERTY_ID = "id";
  private String id;

  public static final String JSON_PROPERTY_URL = "url";
  private String url;

  public static final String JSON_PROPERTY_EVENTS = "events";
  private List<String> events;

  public static final String JSON_PROPERTY_DESCRIPTION = "description";
  private @Nullable String description;

  public static final String JSON_PROPERTY_ENABLED = "enabled";
  private Boolean enabled;

  public static final String JSON_PROPERTY_DISABLED_REASON = "disabled_reason";
  private @Nullable String disabledReason;

  public static final String JSON_PROPERTY_FAILING_SINCE = "failing_since";
  private @Nullable OffsetDateTime failingSince;

  public static final String JSON_PROPERTY_PREVIOUS_SECRET_EXPIRES_AT = "previous_secret_expires_at";
  private @Nullable OffsetDateTime previousSecretExpiresAt;

  public static final String JSON_PROPERTY_CREATED_AT = "created_at";
  private OffsetDateTime createdAt;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public Webhook() {}

  public Webhook id(String id) {
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

  public Webhook url(String url) {
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

  public Webhook events(List<String> events) {
    setEvents(events);
    return this;
  }

  public Webhook addEventsItem(String item) {
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

  public Webhook description(@Nullable String description) {
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

  public Webhook enabled(Boolean enabled) {
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

  public Webhook disabledReason(@Nullable String disabledReason) {
    setDisabledReason(disabledReason);
    return this;
  }

  /** Why LOX disabled it, for people to read. Present only if it did. */
  @JsonProperty(value = JSON_PROPERTY_DISABLED_REASON, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable String getDisabledReason() {
    return disabledReason;
  }

  @JsonProperty(value = JSON_PROPERTY_DISABLED_REASON, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setDisabledReason(@Nullable String disabledReason) {
    this.disabledReason = disabledReason;
  }

  public Webhook failingSince(@Nullable OffsetDateTime failingSince) {
    setFailingSince(failingSince);
    return this;
  }

  /** Since when all attempts have failed: the time of the first failure after the last success. Absent if the latest attempt succeeded, or there was none. */
  @JsonProperty(value = JSON_PROPERTY_FAILING_SINCE, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable OffsetDateTime getFailingSince() {
    return failingSince;
  }

  @JsonProperty(value = JSON_PROPERTY_FAILING_SINCE, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setFailingSince(@Nullable OffsetDateTime failingSince) {
    this.failingSince = failingSince;
  }

  public Webhook previousSecretExpiresAt(@Nullable OffsetDateTime previousSecretExpiresAt) {
    setPreviousSecretExpiresAt(previousSecretExpiresAt);
    return this;
  }

  /** When the secret before this one stops signing. Present only until then. */
  @JsonProperty(value = JSON_PROPERTY_PREVIOUS_SECRET_EXPIRES_AT, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable OffsetDateTime getPreviousSecretExpiresAt() {
    return previousSecretExpiresAt;
  }

  @JsonProperty(value = JSON_PROPERTY_PREVIOUS_SECRET_EXPIRES_AT, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setPreviousSecretExpiresAt(@Nullable OffsetDateTime previousSecretExpiresAt) {
    this.previousSecretExpiresAt = previousSecretExpiresAt;
  }

  public Webhook createdAt(OffsetDateTime createdAt) {
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
  public Webhook putAdditionalProperty(String name, @Nullable Object value) {
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
    Webhook that = (Webhook) other;
    return Objects.equals(id, that.id)
        && Objects.equals(url, that.url)
        && Objects.equals(events, that.events)
        && Objects.equals(description, that.description)
        && Objects.equals(enabled, that.enabled)
        && Objects.equals(disabledReason, that.disabledReason)
        && Objects.equals(failingSince, that.failingSince)
        && Objects.equals(previousSecretExpiresAt, that.previousSecretExpiresAt)
        && Objects.equals(createdAt, that.createdAt)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, url, events, description, enabled, disabledReason, failingSince, previousSecretExpiresAt, createdAt, additionalProperties);
  }

  @Override
  public String toString() {
    return "Webhook{"
        + "id=" + id
        + ", url=" + url
        + ", events=" + events
        + ", description=" + description
        + ", enabled=" + enabled
        + ", disabledReason=" + disabledReason
        + ", failingSince=" + failingSince
        + ", previousSecretExpiresAt=" + previousSecretExpiresAt
        + ", createdAt=" + createdAt
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
