// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.model;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import com.backlox.lox.model.SubscribableEventType;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.openapitools.jackson.nullable.JsonNullable;
import com.fasterxml.jackson.annotation.JsonIgnore;
import org.openapitools.jackson.nullable.JsonNullable;
import java.util.NoSuchElementException;

/** A merge patch (RFC 7396) of a webhook. */
@JsonPropertyOrder({
  UpdateWebhookRequest.JSON_PROPERTY_URL,
  UpdateWebhookRequest.JSON_PROPERTY_EVENTS,
  UpdateWebhookRequest.JSON_PROPERTY_DESCRIPTION,
  UpdateWebhookRequest.JSON_PROPERTY_ENABLED
})
public class UpdateWebhookRequest {
  public static final String JSON_PROPERTY_URL = "url";
  private @Nullable String url;

  public static final String JSON_PROPERTY_EVENTS = "events";
  private @Nullable Set<SubscribableEventType> events;

  public static final String JSON_PROPERTY_DESCRIPTION = "description";
  private JsonNullable<String> description = JsonNullable.undefined();

  public static final String JSON_PROPERTY_ENABLED = "enabled";
  private @Nullable Boolean enabled;

  public UpdateWebhookRequest() {}

  public UpdateWebhookRequest url(@Nullable String url) {
    setUrl(url);
    return this;
  }

  /** Where events are sent: an http or https URL of at most 2048 characters, without user name, password and fragment, in the ASCII form of RFC 3986: other characters are percent-encoded, and a host name beyond ASCII is in its &#x60;xn--&#x60; form. The host must be public, unless the server is configured otherwise: a private or reserved address, a name without a dot, and names such as &#x60;nas.local&#x60; are refused when the URL is set. A host name has at most 253 characters. */
  @JsonProperty(value = JSON_PROPERTY_URL, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable String getUrl() {
    return url;
  }

  @JsonProperty(value = JSON_PROPERTY_URL, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setUrl(@Nullable String url) {
    this.url = url;
  }

  public UpdateWebhookRequest events(@Nullable Set<SubscribableEventType> events) {
    setEvents(events);
    return this;
  }

  public UpdateWebhookRequest addEventsItem(SubscribableEventType item) {
    Set<SubscribableEventType> all = getEvents();
    if (all == null) {
      all = new LinkedHashSet<>();
      setEvents(all);
    }
    all.add(item);
    return this;
  }

  /** The types of the events that the webhook is to get. */
  @JsonProperty(value = JSON_PROPERTY_EVENTS, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable Set<SubscribableEventType> getEvents() {
    return events;
  }

  @JsonDeserialize(as = LinkedHashSet.class)
  @JsonProperty(value = JSON_PROPERTY_EVENTS, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setEvents(@Nullable Set<SubscribableEventType> events) {
    this.events = events;
  }

  public UpdateWebhookRequest description(@Nullable String description) {
    setDescription(description);
    return this;
  }

  /** The new &#x60;WebhookDescription&#x60;, or &#x60;null&#x60; to remove it. */
  @JsonIgnore
  public @Nullable String getDescription() {
    return description.orElse(null);
  }

  /** Tells null from absent. */
  @JsonProperty(value = JSON_PROPERTY_DESCRIPTION, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public JsonNullable<String> getDescription_JsonNullable() {
    return description;
  }

  @JsonProperty(JSON_PROPERTY_DESCRIPTION)
  public void setDescription_JsonNullable(JsonNullable<String> description) {
    this.description = description;
  }

  @JsonIgnore
  public void setDescription(@Nullable String description) {
    this.description = JsonNullable.of(description);
  }

  public UpdateWebhookRequest enabled(@Nullable Boolean enabled) {
    setEnabled(enabled);
    return this;
  }

  /** Whether events are sent to it. */
  @JsonProperty(value = JSON_PROPERTY_ENABLED, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable Boolean getEnabled() {
    return enabled;
  }

  @JsonProperty(value = JSON_PROPERTY_ENABLED, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setEnabled(@Nullable Boolean enabled) {
    this.enabled = enabled;
  }

  @Override
  public boolean equals(Object other) {
    if (this == other) {
      return true;
    }
    if (other == null || getClass() != other.getClass()) {
      return false;
    }
    UpdateWebhookRequest that = (UpdateWebhookRequest) other;
    return Objects.equals(url, that.url)
        && Objects.equals(events, that.events)
        && Objects.equals(description, that.description)
        && Objects.equals(enabled, that.enabled);
  }

  @Override
  public int hashCode() {
    return Objects.hash(url, events, description, enabled);
  }

  @Override
  public String toString() {
    return "UpdateWebhookRequest{"
        + "url=" + url
        + ", events=" + events
        + ", description=" + description
        + ", enabled=" + enabled
        + "}";
  }
}
