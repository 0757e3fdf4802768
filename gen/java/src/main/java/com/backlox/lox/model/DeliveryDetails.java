// Generated from the API document of LOX by OpenAPI Generator. Do not edit.


package com.backlox.lox.model;

import java.util.Objects;
import java.util.Map;
import java.util.HashMap;
import com.backlox.lox.model.Attempt;
import com.backlox.lox.model.DeliveryStatus;
import com.backlox.lox.model.EventType;
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
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


/**
 * A delivery with its body and its attempts.
 */
@JsonPropertyOrder({
  DeliveryDetails.JSON_PROPERTY_ID,
  DeliveryDetails.JSON_PROPERTY_EVENT_ID,
  DeliveryDetails.JSON_PROPERTY_EVENT,
  DeliveryDetails.JSON_PROPERTY_STATUS,
  DeliveryDetails.JSON_PROPERTY_ATTEMPTS,
  DeliveryDetails.JSON_PROPERTY_CREATED_AT,
  DeliveryDetails.JSON_PROPERTY_NEXT_ATTEMPT_AT,
  DeliveryDetails.JSON_PROPERTY_COMPLETED_AT,
  DeliveryDetails.JSON_PROPERTY_FAILURE,
  DeliveryDetails.JSON_PROPERTY_PAYLOAD,
  DeliveryDetails.JSON_PROPERTY_ATTEMPT_LOG
})

public class DeliveryDetails {
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

  public static final String JSON_PROPERTY_PAYLOAD = "payload";
  
  private String payload;

  public static final String JSON_PROPERTY_ATTEMPT_LOG = "attempt_log";
  
  private List<Attempt> attemptLog;

  public DeliveryDetails() { 
  }

  public DeliveryDetails id(String id) {
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


  public DeliveryDetails eventId(String eventId) {
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


  public DeliveryDetails event(EventType event) {
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


  public DeliveryDetails status(DeliveryStatus status) {
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


  public DeliveryDetails attempts(Integer attempts) {
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


  public DeliveryDetails createdAt(OffsetDateTime createdAt) {
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


  public DeliveryDetails nextAttemptAt(@Nullable OffsetDateTime nextAttemptAt) {
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


  public DeliveryDetails completedAt(@Nullable OffsetDateTime completedAt) {
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


  public DeliveryDetails failure(@Nullable String failure) {
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


  public DeliveryDetails payload(String payload) {
    this.payload = payload;
    return this;
  }

  /**
   * The body of every attempt, to the byte: the JSON of an event, as a string, so that its signature can be checked.
   * @return payload
   */
  
  @JsonProperty(value = JSON_PROPERTY_PAYLOAD, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public String getPayload() {
    return payload;
  }


  @JsonProperty(value = JSON_PROPERTY_PAYLOAD, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setPayload(String payload) {
    this.payload = payload;
  }


  public DeliveryDetails attemptLog(List<Attempt> attemptLog) {
    this.attemptLog = attemptLog;
    return this;
  }

  public DeliveryDetails addAttemptLogItem(Attempt attemptLogItem) {
    if (this.attemptLog == null) {
      this.attemptLog = new ArrayList<>();
    }
    this.attemptLog.add(attemptLogItem);
    return this;
  }

  /**
   * The attempts in order; if there were more than 100, the last 100 of them.
   * @return attemptLog
   */
  
  @JsonProperty(value = JSON_PROPERTY_ATTEMPT_LOG, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public List<Attempt> getAttemptLog() {
    return attemptLog;
  }


  @JsonProperty(value = JSON_PROPERTY_ATTEMPT_LOG, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setAttemptLog(List<Attempt> attemptLog) {
    this.attemptLog = attemptLog;
  }


  /**
   * Return true if this DeliveryDetails object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    DeliveryDetails deliveryDetails = (DeliveryDetails) o;
    return Objects.equals(this.id, deliveryDetails.id) &&
        Objects.equals(this.eventId, deliveryDetails.eventId) &&
        Objects.equals(this.event, deliveryDetails.event) &&
        Objects.equals(this.status, deliveryDetails.status) &&
        Objects.equals(this.attempts, deliveryDetails.attempts) &&
        Objects.equals(this.createdAt, deliveryDetails.createdAt) &&
        Objects.equals(this.nextAttemptAt, deliveryDetails.nextAttemptAt) &&
        Objects.equals(this.completedAt, deliveryDetails.completedAt) &&
        Objects.equals(this.failure, deliveryDetails.failure) &&
        Objects.equals(this.payload, deliveryDetails.payload) &&
        Objects.equals(this.attemptLog, deliveryDetails.attemptLog);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, eventId, event, status, attempts, createdAt, nextAttemptAt, completedAt, failure, payload, attemptLog);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class DeliveryDetails {\n");
    sb.append("    id: ").append(toIndentedString(id)).append("\n");
    sb.append("    eventId: ").append(toIndentedString(eventId)).append("\n");
    sb.append("    event: ").append(toIndentedString(event)).append("\n");
    sb.append("    status: ").append(toIndentedString(status)).append("\n");
    sb.append("    attempts: ").append(toIndentedString(attempts)).append("\n");
    sb.append("    createdAt: ").append(toIndentedString(createdAt)).append("\n");
    sb.append("    nextAttemptAt: ").append(toIndentedString(nextAttemptAt)).append("\n");
    sb.append("    completedAt: ").append(toIndentedString(completedAt)).append("\n");
    sb.append("    failure: ").append(toIndentedString(failure)).append("\n");
    sb.append("    payload: ").append(toIndentedString(payload)).append("\n");
    sb.append("    attemptLog: ").append(toIndentedString(attemptLog)).append("\n");
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

