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
import org.openapitools.jackson.nullable.JsonNullable;
import com.fasterxml.jackson.annotation.JsonIgnore;
import org.openapitools.jackson.nullable.JsonNullable;
import java.util.NoSuchElementException;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


/**
 * A merge patch (RFC 7396) of a webhook.
 */
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
  private JsonNullable<String> description = JsonNullable.<String>undefined();

  public static final String JSON_PROPERTY_ENABLED = "enabled";
  
  private @Nullable Boolean enabled;

  public UpdateWebhookRequest() { 
  }

  public UpdateWebhookRequest url(@Nullable String url) {
    this.url = url;
    return this;
  }

  /**
   * Where events are sent: an http or https URL of at most 2048 characters without user name, password and fragment, spaces and control characters.
   * @return url
   */
  
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
    this.events = events;
    return this;
  }

  public UpdateWebhookRequest addEventsItem(SubscribableEventType eventsItem) {
    if (this.events == null) {
      this.events = new LinkedHashSet<>();
    }
    this.events.add(eventsItem);
    return this;
  }

  /**
   * The types of the events that the webhook gets.
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


  public UpdateWebhookRequest description(@Nullable String description) {
    this.description = JsonNullable.<String>of(description);
    return this;
  }

  /**
   * The new &#x60;WebhookDescription&#x60;, or &#x60;null&#x60; to remove it.
   * @return description
   */
  
  @JsonIgnore
  public @Nullable String getDescription() {
        return description.orElse(null);
  }

  @JsonProperty(value = JSON_PROPERTY_DESCRIPTION, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)

  public JsonNullable<String> getDescription_JsonNullable() {
    return description;
  }
  
  @JsonProperty(JSON_PROPERTY_DESCRIPTION)
  public void setDescription_JsonNullable(JsonNullable<String> description) {
    this.description = description;
  }

  public void setDescription(@Nullable String description) {
    this.description = JsonNullable.<String>of(description);
  }


  public UpdateWebhookRequest enabled(@Nullable Boolean enabled) {
    this.enabled = enabled;
    return this;
  }

  /**
   * Whether events are sent to it.
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
   * Return true if this UpdateWebhookRequest object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    UpdateWebhookRequest updateWebhookRequest = (UpdateWebhookRequest) o;
    return Objects.equals(this.url, updateWebhookRequest.url) &&
        Objects.equals(this.events, updateWebhookRequest.events) &&
        equalsNullable(this.description, updateWebhookRequest.description) &&
        Objects.equals(this.enabled, updateWebhookRequest.enabled);
  }

  private static <T> boolean equalsNullable(JsonNullable<T> a, JsonNullable<T> b) {
    return a == b || (a != null && b != null && a.isPresent() && b.isPresent() && Objects.deepEquals(a.get(), b.get()));
  }

  @Override
  public int hashCode() {
    return Objects.hash(url, events, hashCodeNullable(description), enabled);
  }

  private static <T> int hashCodeNullable(JsonNullable<T> a) {
    if (a == null) {
      return 1;
    }
    return a.isPresent() ? Arrays.deepHashCode(new Object[]{a.get()}) : 31;
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class UpdateWebhookRequest {\n");
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

