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
 * A URL to which events are sent.
 */
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
  
  private Set<SubscribableEventType> events;

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

  public Webhook() { 
  }

  public Webhook id(String id) {
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


  public Webhook url(String url) {
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


  public Webhook events(Set<SubscribableEventType> events) {
    this.events = events;
    return this;
  }

  public Webhook addEventsItem(SubscribableEventType eventsItem) {
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


  public Webhook description(@Nullable String description) {
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


  public Webhook enabled(Boolean enabled) {
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


  public Webhook disabledReason(@Nullable String disabledReason) {
    this.disabledReason = disabledReason;
    return this;
  }

  /**
   * Why LOX disabled it, for people to read. Present only if it did.
   * @return disabledReason
   */
  
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
    this.failingSince = failingSince;
    return this;
  }

  /**
   * When the first attempt failed since one last succeeded. Absent if the latest attempt succeeded, or there was none.
   * @return failingSince
   */
  
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
    this.previousSecretExpiresAt = previousSecretExpiresAt;
    return this;
  }

  /**
   * When the secret before this one stops signing. Present only until then.
   * @return previousSecretExpiresAt
   */
  
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
   * Return true if this Webhook object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    Webhook webhook = (Webhook) o;
    return Objects.equals(this.id, webhook.id) &&
        Objects.equals(this.url, webhook.url) &&
        Objects.equals(this.events, webhook.events) &&
        Objects.equals(this.description, webhook.description) &&
        Objects.equals(this.enabled, webhook.enabled) &&
        Objects.equals(this.disabledReason, webhook.disabledReason) &&
        Objects.equals(this.failingSince, webhook.failingSince) &&
        Objects.equals(this.previousSecretExpiresAt, webhook.previousSecretExpiresAt) &&
        Objects.equals(this.createdAt, webhook.createdAt);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, url, events, description, enabled, disabledReason, failingSince, previousSecretExpiresAt, createdAt);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class Webhook {\n");
    sb.append("    id: ").append(toIndentedString(id)).append("\n");
    sb.append("    url: ").append(toIndentedString(url)).append("\n");
    sb.append("    events: ").append(toIndentedString(events)).append("\n");
    sb.append("    description: ").append(toIndentedString(description)).append("\n");
    sb.append("    enabled: ").append(toIndentedString(enabled)).append("\n");
    sb.append("    disabledReason: ").append(toIndentedString(disabledReason)).append("\n");
    sb.append("    failingSince: ").append(toIndentedString(failingSince)).append("\n");
    sb.append("    previousSecretExpiresAt: ").append(toIndentedString(previousSecretExpiresAt)).append("\n");
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

