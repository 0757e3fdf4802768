// Generated from the API document of LOX by OpenAPI Generator. Do not edit.


package com.backlox.lox.model;

import java.util.Objects;
import java.util.Map;
import java.util.HashMap;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


/**
 * Since when to send failed deliveries again.
 */
@JsonPropertyOrder({
  RecoverWebhookRequest.JSON_PROPERTY_SINCE
})

public class RecoverWebhookRequest {
  public static final String JSON_PROPERTY_SINCE = "since";
  
  private String since;

  public RecoverWebhookRequest() { 
  }

  public RecoverWebhookRequest since(String since) {
    this.since = since;
    return this;
  }

  /**
   * A date (&#x60;2024-01-15&#x60;) or an RFC 3339 timestamp (&#x60;2024-01-15T10:30:00Z&#x60;).
   * @return since
   */
  
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


  /**
   * Return true if this RecoverWebhookRequest object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    RecoverWebhookRequest recoverWebhookRequest = (RecoverWebhookRequest) o;
    return Objects.equals(this.since, recoverWebhookRequest.since);
  }

  @Override
  public int hashCode() {
    return Objects.hash(since);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class RecoverWebhookRequest {\n");
    sb.append("    since: ").append(toIndentedString(since)).append("\n");
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

