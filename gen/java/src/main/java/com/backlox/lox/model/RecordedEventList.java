// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.model;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import com.backlox.lox.model.RecordedEvent;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One page of the record of changes. */
@JsonPropertyOrder({
  RecordedEventList.JSON_PROPERTY_EVENTS,
  RecordedEventList.JSON_PROPERTY_NEXT_CURSOR
})
public class RecordedEventList {
  public static final String JSON_PROPERTY_EVENTS = "events";
  private List<RecordedEvent> events;

  public static final String JSON_PROPERTY_NEXT_CURSOR = "next_cursor";
  private @Nullable String nextCursor;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public RecordedEventList() {}

  public RecordedEventList events(List<RecordedEvent> events) {
    setEvents(events);
    return this;
  }

  public RecordedEventList addEventsItem(RecordedEvent item) {
    List<RecordedEvent> all = getEvents();
    if (all == null) {
      all = new ArrayList<>();
      setEvents(all);
    }
    all.add(item);
    return this;
  }

  /** The events of this page, newest first. There may be fewer than &#x60;limit&#x60;, even none, although more follow. */
  @JsonProperty(value = JSON_PROPERTY_EVENTS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public List<RecordedEvent> getEvents() {
    return events;
  }

  @JsonProperty(value = JSON_PROPERTY_EVENTS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setEvents(List<RecordedEvent> events) {
    this.events = events;
  }

  public RecordedEventList nextCursor(@Nullable String nextCursor) {
    setNextCursor(nextCursor);
    return this;
  }

  /** The &#x60;cursor&#x60; for the next page. Absent on the last page, and only there. */
  @JsonProperty(value = JSON_PROPERTY_NEXT_CURSOR, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable String getNextCursor() {
    return nextCursor;
  }

  @JsonProperty(value = JSON_PROPERTY_NEXT_CURSOR, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setNextCursor(@Nullable String nextCursor) {
    this.nextCursor = nextCursor;
  }

  /** Fields that this version of the package doesn't know, by name. */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  @JsonAnySetter
  public RecordedEventList putAdditionalProperty(String name, @Nullable Object value) {
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
    RecordedEventList that = (RecordedEventList) other;
    return Objects.equals(events, that.events)
        && Objects.equals(nextCursor, that.nextCursor)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(events, nextCursor, additionalProperties);
  }

  @Override
  public String toString() {
    return "RecordedEventList{"
        + "events=" + events
        + ", nextCursor=" + nextCursor
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
