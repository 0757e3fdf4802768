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
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


/**
 * A new webhook, with its secret.
 */
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
  
  private Set<SubscribableEventType> events;

  public static final String JSON_PROPERTY_DESCRIPTION = "description";
  
  private @Nullable String description;

  public static final String JSON_PROPERTY_ENABLED = "enabled";
  
  private Boolean enabled;

  public static final String JSON_PROPERTY_CREATED_AT = "created_at";
  
  private OffsetDateTime createdAt;

  public CreatedWebhook() { 
  }

  public CreatedWebhook id(String id) {
    this.id = id;
    return this;
  }

  /**
   * Identifies a webhook. &#x60;whk_&#x60; and 26 characters (a TypeID, that is a UUIDv7 in base32).
   * @return id
   */
  
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


  public CreatedWebhook secret(String secret) {
    this.secret = secret;
    return this;
  }

  /**
   * What deliveries are signed with: &#x60;whsec_&#x60; and the base64 of 32 random bytes (Standard Webhooks 1.0). Shown in this response and never again.
   * @return secret
   */
  
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


  public CreatedWebhook events(Set<SubscribableEventType> events) {
    this.events = events;
    return this;
  }

  public CreatedWebhook addEventsItem(SubscribableEventType eventsItem) {
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
  
  @JsonProperty(value = JSON_PROPERTY_EVENTS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Set<SubscribableEventType> getEvents() {
    return events;
  }


  @JsonDeserialize(as = LinkedHashSet.class)
  @JsonProperty(value = JSON_PROPERTY_EVENTS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setEvents(Set<SubscribableEventType> events) {
    this.events = events;
  }


  public CreatedWebhook description(@Nullable String description) {
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


  public CreatedWebhook enabled(Boolean enabled) {
    this.enabled = enabled;
    return this;
  }

  /**
   * Whether events are sent to it.
   * @return enabled
   */
  
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
    this.createdAt = createdAt;
    return this;
  }

  /**
   * When the webhook was created.
   * @return createdAt
   */
  
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


  /**
   * Return true if this CreatedWebhook object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    CreatedWebhook createdWebhook = (CreatedWebhook) o;
    return Objects.equals(this.id, createdWebhook.id) &&
        Objects.equals(this.url, createdWebhook.url) &&
        Objects.equals(this.secret, createdWebhook.secret) &&
        Objects.equals(this.events, createdWebhook.events) &&
        Objects.equals(this.description, createdWebhook.description) &&
        Objects.equals(this.enabled, createdWebhook.enabled) &&
        Objects.equals(this.createdAt, createdWebhook.createdAt);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, url, secret, events, description, enabled, createdAt);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class CreatedWebhook {\n");
    sb.append("    id: ").append(toIndentedString(id)).append("\n");
    sb.append("    url: ").append(toIndentedString(url)).append("\n");
    sb.append("    secret: ").append(toIndentedString(secret)).append("\n");
    sb.append("    events: ").append(toIndentedString(events)).append("\n");
    sb.append("    description: ").append(toIndentedString(description)).append("\n");
    sb.append("    enabled: ").append(toIndentedString(enabled)).append("\n");
    sb.append("    createdAt: ").append(toIndentedString(createdAt)).append("\n");
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

