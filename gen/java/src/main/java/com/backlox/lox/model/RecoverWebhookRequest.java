// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.model;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Since when to send failed deliveries again. */
@JsonPropertyOrder({
  RecoverWebhookRequest.JSON_PROPERTY_SINCE
})
public class RecoverWebhookRequest {
  public static final String JSON_PROPERTY_SINCE = "since";
  private String since;

  public RecoverWebhookRequest() {}

  public RecoverWebhookRequest since(String since) {
    setSince(since);
    return this;
  }

  /** A date (&#x60;2024-01-15&#x60;) or an RFC 3339 timestamp (&#x60;2024-01-15T10:30:00Z&#x60;). &#x60;T&#x60; and &#x60;Z&#x60; may be lower case. A space may take the place of the &#x60;+&#x60; of an offset: it is what a &#x60;+&#x60; means in a query if it is not written as &#x60;%2B&#x60;. */
  @JsonProperty(value = JSON_PROPERTY_SINCE, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public String getSince() {
    return since;
  }

  @JsonProperty(value = JSON_PROPERTY_SINCE, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setSince(String since) {
    this.since = since;
  }

  @Override
  public boolean equals(Object other) {
    if (this == other) {
      return true;
    }
    if (other == null || getClass() != other.getClass()) {
      return false;
    }
    RecoverWebhookRequest that = (RecoverWebhookRequest) other;
    return Objects.equals(since, that.since);
  }

  @Override
  public int hashCode() {
    return Objects.hash(since);
  }

  @Override
  public String toString() {
    return "RecoverWebhookRequest{"
        + "since=" + since
        + "}";
  }
}
