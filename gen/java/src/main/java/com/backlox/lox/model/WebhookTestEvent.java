// Generated from the API document of LOX by OpenAPI Generator. Do not edit.


package com.backlox.lox.model;

import java.util.Objects;
import java.util.Map;
import java.util.HashMap;
import com.backlox.lox.model.WebhookTestData;
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
 * Says nothing but that events arrive.
 */
@JsonPropertyOrder({
  WebhookTestEvent.JSON_PROPERTY_EVENT,
  WebhookTestEvent.JSON_PROPERTY_TIMESTAMP,
  WebhookTestEvent.JSON_PROPERTY_DATA
})

public class WebhookTestEvent {
  /**
   * Always &#x60;webhook.test&#x60;.
   */
  public enum EventEnum {
    WEBHOOK_TEST(String.valueOf("webhook.test")),
    
    UNKNOWN_DEFAULT_OPEN_API(String.valueOf("unknown_default_open_api"));

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
      return UNKNOWN_DEFAULT_OPEN_API;
    }
  }

  public static final String JSON_PROPERTY_EVENT = "event";
  
  private EventEnum event;

  public static final String JSON_PROPERTY_TIMESTAMP = "timestamp";
  
  private OffsetDateTime timestamp;

  public static final String JSON_PROPERTY_DATA = "data";
  
  private WebhookTestData data;

  public WebhookTestEvent() { 
  }

  public WebhookTestEvent event(EventEnum event) {
    this.event = event;
    return this;
  }

  /**
   * Always &#x60;webhook.test&#x60;.
   * @return event
   */
  
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
    this.timestamp = timestamp;
    return this;
  }

  /**
   * When the test was asked for.
   * @return timestamp
   */
  
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
    this.data = data;
    return this;
  }

  /**
   * Get data
   * @return data
   */
  
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


  /**
   * Return true if this WebhookTestEvent object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    WebhookTestEvent webhookTestEvent = (WebhookTestEvent) o;
    return Objects.equals(this.event, webhookTestEvent.event) &&
        Objects.equals(this.timestamp, webhookTestEvent.timestamp) &&
        Objects.equals(this.data, webhookTestEvent.data);
  }

  @Override
  public int hashCode() {
    return Objects.hash(event, timestamp, data);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class WebhookTestEvent {\n");
    sb.append("    event: ").append(toIndentedString(event)).append("\n");
    sb.append("    timestamp: ").append(toIndentedString(timestamp)).append("\n");
    sb.append("    data: ").append(toIndentedString(data)).append("\n");
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

