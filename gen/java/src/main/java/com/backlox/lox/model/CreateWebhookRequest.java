// Generated from the API document of LOX by OpenAPI Generator. Do not edit.


package com.backlox.lox.model;

import java.util.Objects;
import java.util.Map;
import java.util.HashMap;
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
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


/**
 * Where to send what.
 */
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

  public CreateWebhookRequest() { 
  }

  public CreateWebhookRequest url(String url) {
    this.url = url;
    return this;
  }

  /**
   * Where events are sent: an http or https URL of at most 2048 characters without user name, password and fragment, spaces and control characters.
   * @return url
   */
  
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
    this.events = events;
    return this;
  }

  public CreateWebhookRequest addEventsItem(SubscribableEventType eventsItem) {
    if (this.events == null) {
      this.events = new LinkedHashSet<>();
    }
    this.events.add(eventsItem);
    return this;
  }

  /**
   * The types of the events that the webhook is to get.
   * @return events
   */
  
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
    this.description = description;
    return this;
  }

  /**
   * What the webhook is for, 1 to 255 characters without control characters.
   * @return description
   */
  
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
    this.enabled = enabled;
    return this;
  }

  /**
   * Whether to send events to it from the beginning.
   * @return enabled
   */
  
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


  /**
   * Return true if this CreateWebhookRequest object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    CreateWebhookRequest createWebhookRequest = (CreateWebhookRequest) o;
    return Objects.equals(this.url, createWebhookRequest.url) &&
        Objects.equals(this.events, createWebhookRequest.events) &&
        Objects.equals(this.description, createWebhookRequest.description) &&
        Objects.equals(this.enabled, createWebhookRequest.enabled);
  }

  @Override
  public int hashCode() {
    return Objects.hash(url, events, description, enabled);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class CreateWebhookRequest {\n");
    sb.append("    url: ").append(toIndentedString(url)).append("\n");
    sb.append("    events: ").append(toIndentedString(events)).append("\n");
    sb.append("    description: ").append(toIndentedString(description)).append("\n");
    sb.append("    enabled: ").append(toIndentedString(enabled)).append("\n");
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

