// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.model;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import com.backlox.lox.model.Actor;
import com.backlox.lox.model.Subject;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A change, as the record has it. */
@JsonPropertyOrder({
  RecordedEvent.JSON_PROPERTY_ID,
  RecordedEvent.JSON_PROPERTY_TYPE,
  RecordedEvent.JSON_PROPERTY_TIMESTAMP,
  RecordedEvent.JSON_PROPERTY_ACTOR,
  RecordedEvent.JSON_PROPERTY_SUBJECT,
  RecordedEvent.JSON_PROPERTY_REQUEST_ID,
  RecordedEvent.JSON_PROPERTY_CLIENT_ADDRESS,
  RecordedEvent.JSON_PROPERTY_DATA
})
public class RecordedEvent {
  public static final String JSON_PROPERTY_ID = "id";
  private String id;

  public static final String JSON_PROPERTY_TYPE = "type";
  private String type;

  public static final String JSON_PROPERTY_TIMESTAMP = "timestamp";
  private OffsetDateTime timestamp;

  public static final String JSON_PROPERTY_ACTOR = "actor";
  private Actor actor;

  public static final String JSON_PROPERTY_SUBJECT = "subject";
  private Subject subject;

  public static final String JSON_PROPERTY_REQUEST_ID = "request_id";
  private @Nullable String requestId;

  public static final String JSON_PROPERTY_CLIENT_ADDRESS = "client_address";
  private @Nullable String clientAddress;

  public static final String JSON_PROPERTY_DATA = "data";
  private Map<String, Object> data;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public RecordedEvent() {}

  public RecordedEvent id(String id) {
    setId(id);
    return this;
  }

  /** Identifies an event. &#x60;evt_&#x60; and 26 characters (a TypeID, that is a UUIDv7 in base32). */
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

  public RecordedEvent type(String type) {
    setType(type);
    return this;
  }

  /** What happened, by name. The guide has a table of them under Events, which says what &#x60;data&#x60; holds and which of them webhooks get. Later versions may add types. */
  @JsonProperty(value = JSON_PROPERTY_TYPE, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public String getType() {
    return type;
  }

  @JsonProperty(value = JSON_PROPERTY_TYPE, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setType(String type) {
    this.type = type;
  }

  public RecordedEvent timestamp(OffsetDateTime timestamp) {
    setTimestamp(timestamp);
    return this;
  }

  /** When it happened. */
  @JsonProperty(value = JSON_PROPERTY_TIMESTAMP, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public OffsetDateTime getTimestamp() {
    return timestamp;
  }

  @JsonProperty(value = JSON_PROPERTY_TIMESTAMP, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setTimestamp(OffsetDateTime timestamp) {
    this.timestamp = timestamp;
  }

  public RecordedEvent actor(Actor actor) {
    setActor(actor);
    return this;
  }

  @JsonProperty(value = JSON_PROPERTY_ACTOR, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Actor getActor() {
    return actor;
  }

  @JsonProperty(value = JSON_PROPERTY_ACTOR, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setActor(Actor actor) {
    this.actor = actor;
  }

  public RecordedEvent subject(Subject subject) {
    setSubject(subject);
    return this;
  }

  @JsonProperty(value = JSON_PROPERTY_SUBJECT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Subject getSubject() {
    return subject;
  }

  @JsonProperty(value = JSON_PROPERTY_SUBJECT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setSubject(Subject subject) {
    this.subject = subject;
  }

  public RecordedEvent requestId(@Nullable String requestId) {
    setRequestId(requestId);
    return this;
  }

  /** The &#x60;X-Request-Id&#x60; of the request that made the change. If a job made it, that of the request which began the work. Absent if none did. */
  @JsonProperty(value = JSON_PROPERTY_REQUEST_ID, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable String getRequestId() {
    return requestId;
  }

  @JsonProperty(value = JSON_PROPERTY_REQUEST_ID, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setRequestId(@Nullable String requestId) {
    this.requestId = requestId;
  }

  public RecordedEvent clientAddress(@Nullable String clientAddress) {
    setClientAddress(clientAddress);
    return this;
  }

  /** The IP address that the request came from. Absent if no request made the change. */
  @JsonProperty(value = JSON_PROPERTY_CLIENT_ADDRESS, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable String getClientAddress() {
    return clientAddress;
  }

  @JsonProperty(value = JSON_PROPERTY_CLIENT_ADDRESS, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setClientAddress(@Nullable String clientAddress) {
    this.clientAddress = clientAddress;
  }

  public RecordedEvent data(Map<String, Object> data) {
    setData(data);
    return this;
  }

  public RecordedEvent putDataItem(String key, @Nullable Object item) {
    Map<String, Object> all = getData();
    if (all == null) {
      all = new LinkedHashMap<>();
      setData(all);
    }
    all.put(key, item);
    return this;
  }

  /** What happened, the same as &#x60;data&#x60; of the webhook event of this type. The guide says under Events what each type has. */
  @JsonProperty(value = JSON_PROPERTY_DATA, required = true)
  @JsonInclude(content = JsonInclude.Include.ALWAYS, value = JsonInclude.Include.ALWAYS)
  public Map<String, Object> getData() {
    return data;
  }

  @JsonProperty(value = JSON_PROPERTY_DATA, required = true)
  @JsonInclude(content = JsonInclude.Include.ALWAYS, value = JsonInclude.Include.ALWAYS)
  public void setData(Map<String, Object> data) {
    this.data = data;
  }

  /** Fields that this version of the package doesn't know, by name. */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  @JsonAnySetter
  public RecordedEvent putAdditionalProperty(String name, @Nullable Object value) {
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
    RecordedEvent that = (RecordedEvent) other;
    return Objects.equals(id, that.id)
        && Objects.equals(type, that.type)
        && Objects.equals(timestamp, that.timestamp)
        && Objects.equals(actor, that.actor)
        && Objects.equals(subject, that.subject)
        && Objects.equals(requestId, that.requestId)
        && Objects.equals(clientAddress, that.clientAddress)
        && Objects.equals(data, that.data)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, type, timestamp, actor, subject, requestId, clientAddress, data, additionalProperties);
  }

  @Override
  public String toString() {
    return "RecordedEvent{"
        + "id=" + id
        + ", type=" + type
        + ", timestamp=" + timestamp
        + ", actor=" + actor
        + ", subject=" + subject
        + ", requestId=" + requestId
        + ", clientAddress=" + clientAddress
        + ", data=" + data
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
