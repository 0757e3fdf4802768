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

/** A webhook to create. */
@JsonPropertyOrder({
  CreateWebhookRequest.JSON_PROPERTY_URL,
  CreateWebhookRequest.JSON_PROPERTY_EVENTS,
  CreateWebhookRequest.JSON_PROPERTY_DESCRIPTION,
  CreateWebhookRequest.JSON_PROPERTY_ENABLED
})
public class CreateWebhookRequest {
  public static final String JSON_PROPERTY_URL = "url";
  private String url;

  public static final String JSON_PROPERTY_EVENTS = "events";
  private @Nullable Set<SubscribableEventType> events;

  public static final String JSON_PROPERTY_DESCRIPTION = "description";
  private @Nullable String description;

  public static final String JSON_PROPERTY_ENABLED = "enabled";
  private @Nullable Boolean enabled;

  public CreateWebhookRequest() {}

  public CreateWebhookRequest url(String url) {
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

  public CreateWebhookRequest events(@Nullable Set<SubscribableEventType> events) {
    setEvents(events);
    return this;
  }

  public CreateWebhookRequest addEventsItem(SubscribableEventType item) {
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

  public CreateWebhookRequest description(@Nullable String description) {
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

  public CreateWebhookRequest enabled(@Nullable Boolean enabled) {
    setEnabled(enabled);
    return this;
  }

  /** Whether to send events to it from the beginning. */
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
    CreateWebhookRequest that = (CreateWebhookRequest) other;
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
    return "CreateWebhookRequest{"
        + "url=" + url
        + ", events=" + events
        + ", description=" + description
        + ", enabled=" + enabled
        + "}";
  }
}
