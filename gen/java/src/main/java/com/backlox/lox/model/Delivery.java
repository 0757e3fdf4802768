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
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The sending of one event to one webhook. */
@JsonPropertyOrder({
  Delivery.JSON_PROPERTY_ID,
  Delivery.JSON_PROPERTY_EVENT_ID,
  Delivery.JSON_PROPERTY_EVENT,
  Delivery.JSON_PROPERTY_STATUS,
  Delivery.JSON_PROPERTY_ATTEMPTS,
  Delivery.JSON_PROPERTY_CREATED_AT,
  Delivery.JSON_PROPERTY_NEXT_ATTEMPT_AT,
  Delivery.JSON_PROPERTY_COMPLETED_AT,
  Delivery.JSON_PROPERTY_FAILURE
})
public class Delivery {
  public static final String JSON_PROPERTY_ID = "id";
  private String id;

  public static final String JSON_PROPERTY_EVENT_ID = "event_id";
  private String eventId;

  public static final String JSON_PROPERTY_EVENT = "event";
  private String event;

  public static final String JSON_PROPERTY_STATUS = "status";
  private String status;

  public static final String JSON_PROPERTY_ATTEMPTS = "attempts";
  private Integer attempts;

  public static final String JSON_PROPERTY_CREATED_AT = "created_at";
  private OffsetDateTime createdAt;

  public static final String JSON_PROPERTY_NEXT_ATTEMPT_AT = "next_attempt_at";
  private @Nullable OffsetDateTime nextAttemptAt;

  public static final String JSON_PROPERTY_COMPLETED_AT = "completed_at";
  private @Nullable OffsetDateTime completedAt;

  public static final String JSON_PROPERTY_FAILURE = "failure";
  private @Nullable String failure;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public Delivery() {}

  public Delivery id(String id) {
    setId(id);
    return this;
  }

  /** Identifies a delivery. &#x60;dlv_&#x60; and 26 characters (a TypeID, that is a UUIDv7 in base32). */
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

  public Delivery eventId(String eventId) {
    setEventId(eventId);
    return this;
  }

  /** Identifies an event. &#x60;evt_&#x60; and 26 characters (a TypeID, that is a UUIDv7 in base32). */
  @JsonProperty(value = JSON_PROPERTY_EVENT_ID, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public String getEventId() {
    return eventId;
  }

  @JsonProperty(value = JSON_PROPERTY_EVENT_ID, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setEventId(String eventId) {
    this.eventId = eventId;
  }

  public Delivery event(String event) {
    setEvent(event);
    return this;
  }

  /** What happened, by name. The guide has a table of them under Events, which says what &#x60;data&#x60; holds and which of them webhooks get. Later versions may add types. */
  @JsonProperty(value = JSON_PROPERTY_EVENT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public String getEvent() {
    return event;
  }

  @JsonProperty(value = JSON_PROPERTY_EVENT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setEvent(String event) {
    this.event = event;
  }

  public Delivery status(String status) {
    setStatus(status);
    return this;
  }

  /** Where a delivery stands. &#x60;pending&#x60;: the next attempt is due at &#x60;next_attempt_at&#x60;. &#x60;succeeded&#x60;: it has arrived. &#x60;failed&#x60;: no more attempts are made. Later versions may add values. */
  @JsonProperty(value = JSON_PROPERTY_STATUS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public String getStatus() {
    return status;
  }

  @JsonProperty(value = JSON_PROPERTY_STATUS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setStatus(String status) {
    this.status = status;
  }

  public Delivery attempts(Integer attempts) {
    setAttempts(attempts);
    return this;
  }

  /** How many attempts there were. */
  @JsonProperty(value = JSON_PROPERTY_ATTEMPTS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Integer getAttempts() {
    return attempts;
  }

  @JsonProperty(value = JSON_PROPERTY_ATTEMPTS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setAttempts(Integer attempts) {
    this.attempts = attempts;
  }

  public Delivery createdAt(OffsetDateTime createdAt) {
    setCreatedAt(createdAt);
    return this;
  }

  /** When the delivery was created. */
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

  public Delivery nextAttemptAt(@Nullable OffsetDateTime nextAttemptAt) {
    setNextAttemptAt(nextAttemptAt);
    return this;
  }

  /** When the next attempt is due. Present only while &#x60;pending&#x60;. */
  @JsonProperty(value = JSON_PROPERTY_NEXT_ATTEMPT_AT, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable OffsetDateTime getNextAttemptAt() {
    return nextAttemptAt;
  }

  @JsonProperty(value = JSON_PROPERTY_NEXT_ATTEMPT_AT, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setNextAttemptAt(@Nullable OffsetDateTime nextAttemptAt) {
    this.nextAttemptAt = nextAttemptAt;
  }

  public Delivery completedAt(@Nullable OffsetDateTime completedAt) {
    setCompletedAt(completedAt);
    return this;
  }

  /** When the delivery succeeded or failed. Absent while &#x60;pending&#x60;. */
  @JsonProperty(value = JSON_PROPERTY_COMPLETED_AT, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable OffsetDateTime getCompletedAt() {
    return completedAt;
  }

  @JsonProperty(value = JSON_PROPERTY_COMPLETED_AT, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setCompletedAt(@Nullable OffsetDateTime completedAt) {
    this.completedAt = completedAt;
  }

  public Delivery failure(@Nullable String failure) {
    setFailure(failure);
    return this;
  }

  /** Why the delivery failed, for people to read. Absent if it failed because its last attempt failed. */
  @JsonProperty(value = JSON_PROPERTY_FAILURE, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable String getFailure() {
    return failure;
  }

  @JsonProperty(value = JSON_PROPERTY_FAILURE, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setFailure(@Nullable String failure) {
    this.failure = failure;
  }

  /** Fields that this version of the package doesn't know, by name. */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  @JsonAnySetter
  public Delivery putAdditionalProperty(String name, @Nullable Object value) {
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
    Delivery that = (Delivery) other;
    return Objects.equals(id, that.id)
        && Objects.equals(eventId, that.eventId)
        && Objects.equals(event, that.event)
        && Objects.equals(status, that.status)
        && Objects.equals(attempts, that.attempts)
        && Objects.equals(createdAt, that.createdAt)
        && Objects.equals(nextAttemptAt, that.nextAttemptAt)
        && Objects.equals(completedAt, that.completedAt)
        && Objects.equals(failure, that.failure)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, eventId, event, status, attempts, createdAt, nextAttemptAt, completedAt, failure, additionalProperties);
  }

  @Override
  public String toString() {
    return "Delivery{"
        + "id=" + id
        + ", eventId=" + eventId
        + ", event=" + event
        + ", status=" + status
        + ", attempts=" + attempts
        + ", createdAt=" + createdAt
        + ", nextAttemptAt=" + nextAttemptAt
        + ", completedAt=" + completedAt
        + ", failure=" + failure
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
