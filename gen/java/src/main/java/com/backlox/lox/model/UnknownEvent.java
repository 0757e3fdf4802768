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
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An event of a type that a later version of LOX has added. Answer 2xx and ignore it. */
@JsonPropertyOrder({
  UnknownEvent.JSON_PROPERTY_EVENT,
  UnknownEvent.JSON_PROPERTY_TIMESTAMP,
  UnknownEvent.JSON_PROPERTY_DATA
})
public class UnknownEvent {
  public static final String JSON_PROPERTY_EVENT = "event";
  private String event;

  public static final String JSON_PROPERTY_TIMESTAMP = "timestamp";
  private OffsetDateTime timestamp;

  public static final String JSON_PROPERTY_DATA = "data";
  private Map<String, Object> data;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public UnknownEvent() {}

  public UnknownEvent event(String event) {
    setEvent(event);
    return this;
  }

  /** What happened, by name. */
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

  public UnknownEvent timestamp(OffsetDateTime timestamp) {
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

  public UnknownEvent data(Map<String, Object> data) {
    setData(data);
    return this;
  }

  public UnknownEvent putDataItem(String key, @Nullable Object item) {
    Map<String, Object> all = getData();
    if (all == null) {
      all = new LinkedHashMap<>();
      setData(all);
    }
    all.put(key, item);
    return this;
  }

  /** What it is about. */
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
  public UnknownEvent putAdditionalProperty(String name, @Nullable Object value) {
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
    UnknownEvent that = (UnknownEvent) other;
    return Objects.equals(event, that.event)
        && Objects.equals(timestamp, that.timestamp)
        && Objects.equals(data, that.data)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(event, timestamp, data, additionalProperties);
  }

  @Override
  public String toString() {
    return "UnknownEvent{"
        + "event=" + event
        + ", timestamp=" + timestamp
        + ", data=" + data
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
