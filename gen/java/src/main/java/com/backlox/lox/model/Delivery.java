// Generated from the API document of LOX by OpenAPI Generator. Do not edit.


package com.backlox.lox.model;

import java.util.Objects;
import java.util.Map;
import java.util.HashMap;
import com.backlox.lox.model.DeliveryStatus;
import com.backlox.lox.model.EventType;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.OffsetDateTime;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


/**
 * The sending of one event to one webhook.
 */
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
  
  private EventType event;

  public static final String JSON_PROPERTY_STATUS = "status";
  
  private DeliveryStatus status;

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

  public Delivery() { 
  }

  public Delivery id(String id) {
    this.id = id;
    return this;
  }

  /**
   * Identifies a delivery. &#x60;dlv_&#x60; and 26 characters (a TypeID, that is a UUIDv7 in base32).
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


  public Delivery eventId(String eventId) {
    this.eventId = eventId;
    return this;
  }

  /**
   * Identifies an event. &#x60;evt_&#x60; and 26 characters (a TypeID, that is a UUIDv7 in base32).
   * @return eventId
   */
  
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


  public Delivery event(EventType event) {
    this.event = event;
    return this;
  }

  /**
   * Get event
   * @return event
   */
  
  @JsonProperty(value = JSON_PROPERTY_EVENT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public EventType getEvent() {
    return event;
  }


  @JsonProperty(value = JSON_PROPERTY_EVENT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setEvent(EventType event) {
    this.event = event;
  }


  public Delivery status(DeliveryStatus status) {
    this.status = status;
    return this;
  }

  /**
   * Get status
   * @return status
   */
  
  @JsonProperty(value = JSON_PROPERTY_STATUS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public DeliveryStatus getStatus() {
    return status;
  }


  @JsonProperty(value = JSON_PROPERTY_STATUS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setStatus(DeliveryStatus status) {
    this.status = status;
  }


  public Delivery attempts(Integer attempts) {
    this.attempts = attempts;
    return this;
  }

  /**
   * How many attempts there were.
   * minimum: 0
   * @return attempts
   */
  
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
    this.createdAt = createdAt;
    return this;
  }

  /**
   * When the delivery was created.
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


  public Delivery nextAttemptAt(@Nullable OffsetDateTime nextAttemptAt) {
    this.nextAttemptAt = nextAttemptAt;
    return this;
  }

  /**
   * When the next attempt is due. Present only while &#x60;pending&#x60;.
   * @return nextAttemptAt
   */
  
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
    this.completedAt = completedAt;
    return this;
  }

  /**
   * When the delivery succeeded or failed. Absent while &#x60;pending&#x60;.
   * @return completedAt
   */
  
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
    this.failure = failure;
    return this;
  }

  /**
   * Why the delivery failed, for people to read, if not just because its last attempt did.
   * @return failure
   */
  
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


  /**
   * Return true if this Delivery object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    Delivery delivery = (Delivery) o;
    return Objects.equals(this.id, delivery.id) &&
        Objects.equals(this.eventId, delivery.eventId) &&
        Objects.equals(this.event, delivery.event) &&
        Objects.equals(this.status, delivery.status) &&
        Objects.equals(this.attempts, delivery.attempts) &&
        Objects.equals(this.createdAt, delivery.createdAt) &&
        Objects.equals(this.nextAttemptAt, delivery.nextAttemptAt) &&
        Objects.equals(this.completedAt, delivery.completedAt) &&
        Objects.equals(this.failure, delivery.failure);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, eventId, event, status, attempts, createdAt, nextAttemptAt, completedAt, failure);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class Delivery {\n");
    sb.append("    id: ").append(toIndentedString(id)).append("\n");
    sb.append("    eventId: ").append(toIndentedString(eventId)).append("\n");
    sb.append("    event: ").append(toIndentedString(event)).append("\n");
    sb.append("    status: ").append(toIndentedString(status)).append("\n");
    sb.append("    attempts: ").append(toIndentedString(attempts)).append("\n");
    sb.append("    createdAt: ").append(toIndentedString(createdAt)).append("\n");
    sb.append("    nextAttemptAt: ").append(toIndentedString(nextAttemptAt)).append("\n");
    sb.append("    completedAt: ").append(toIndentedString(completedAt)).append("\n");
    sb.append("    failure: ").append(toIndentedString(failure)).append("\n");
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

