// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.model;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import java.io.IOException;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import com.backlox.lox.model.KnownEvent;
import com.backlox.lox.model.UnknownEvent;
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

/** The body of a request that LOX sends to a webhook. An event of a type that this version of the document doesn&#39;t name is an &#x60;UnknownEvent&#x60;. */
@JsonDeserialize(using = WebhookEvent.Deserializer.class)
public final class WebhookEvent {
  private final Object value;

  private WebhookEvent(Object value) {
    this.value = Objects.requireNonNull(value);
  }

  public static WebhookEvent of(KnownEvent value) {
    return new WebhookEvent(value);
  }

  public static WebhookEvent of(UnknownEvent value) {
    return new WebhookEvent(value);
  }

  /** What it is: a {@link KnownEvent} or a {@link UnknownEvent}. */
  @JsonValue
  public Object get() {
    return value;
  }

  /** What it is, null if that is no {@code KnownEvent}. */
  public @Nullable KnownEvent getKnownEvent() {
    return value instanceof KnownEvent ? (KnownEvent) value : null;
  }

  /** What it is, null if that is no {@code UnknownEvent}. */
  public @Nullable UnknownEvent getUnknownEvent() {
    return value instanceof UnknownEvent ? (UnknownEvent) value : null;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WebhookEvent && value.equals(((WebhookEvent) other).value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return value.toString();
  }

  /** Takes the first type that fits. */
  static class Deserializer extends StdDeserializer<WebhookEvent> {
    private static final long serialVersionUID = 1L;

    Deserializer() {
      super(WebhookEvent.class);
    }

    @Override
    public WebhookEvent deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      JsonNode json = context.readTree(parser);
      try {
        return of(context.readTreeAsValue(json, KnownEvent.class));
      } catch (JsonMappingException e) {
        // It is one of the others.
      }
      return of(context.readTreeAsValue(json, UnknownEvent.class));
    }
  }
}
