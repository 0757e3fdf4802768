// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.model;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import com.backlox.lox.model.WebhookTestData;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.OffsetDateTime;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** Shows that events arrive. It has no other meaning. */
@JsonPropertyOrder({
  WebhookTestEvent.JSON_PROPERTY_EVENT,
  WebhookTestEvent.JSON_PROPERTY_TIMESTAMP,
  WebhookTestEvent.JSON_PROPERTY_DATA
})
public class WebhookTestEvent implements KnownEvent {
  /**
   * Always &#x60;webhook.test&#x60;.
   */
  public enum EventEnum {
    WEBHOOK_TEST(String.valueOf("webhook.test"));

    private String value;

    EventEnum(String value) {
      this.value = value;
    }

    @JsonValue
    public String getValue() {
      return value;
    }

    @Override
    public String toString() {
      return String.valueOf(value);
    }

    @JsonCreator
    public static EventEnum fromValue(String value) {
      for (EventEnum b : EventEnum.values()) {
        if (b.value.equals(value)) {
          return b;
        }
      }
      throw new IllegalArgumentException("Unexpected value '" + value + "'");
    }
  }

  public static final String JSON_PROPERTY_EVENT = "event";
  private EventEnum event;

  public static final String JSON_PROPERTY_TIMESTAMP = "timestamp";
  private OffsetDateTime timestamp;

  public static final String JSON_PROPERTY_DATA = "data";
  private WebhookTestData data;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public WebhookTestEvent() {}

  public WebhookTestEvent event(EventEnum event) {
    setEvent(event);
    return this;
  }

  /** Always &#x60;webhook.test&#x60;. */
  @JsonProperty(value = JSON_PROPERTY_EVENT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public EventEnum getEvent() {
    return event;
  }

  @JsonProperty(value = JSON_PROPERTY_EVENT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setEvent(EventEnum event) {
    this.event = event;
  }

  public WebhookTestEvent timestamp(OffsetDateTime timestamp) {
    setTimestamp(timestamp);
    return this;
  }

  /** When the test was asked for. */
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

  public WebhookTestEvent data(WebhookTestData data) {
    setData(data);
    return this;
  }

  @JsonProperty(value = JSON_PROPERTY_DATA, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public WebhookTestData getData() {
    return data;
  }

  @JsonProperty(value = JSON_PROPERTY_DATA, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setData(WebhookTestData data) {
    this.data = data;
  }

  /** Fields that this version of the package doesn't know, by name. */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  @JsonAnySetter
  public WebhookTestEvent putAdditionalProperty(String name, @Nullable Object value) {
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
    WebhookTestEvent that = (WebhookTestEvent) other;
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
    return "WebhookTestEvent{"
        + "event=" + event
        + ", timestamp=" + timestamp
        + ", data=" + data
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
