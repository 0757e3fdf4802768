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
 * The webhook that was disabled.
 */
@JsonPropertyOrder({
  WebhookDisabledData.JSON_PROPERTY_ID,
  WebhookDisabledData.JSON_PROPERTY_URL,
  WebhookDisabledData.JSON_PROPERTY_REASON
})

public class WebhookDisabledData {
  public static final String JSON_PROPERTY_ID = "id";
  
  private String id;

  public static final String JSON_PROPERTY_URL = "url";
  
  private String url;

  public static final String JSON_PROPERTY_REASON = "reason";
  
  private String reason;

  public WebhookDisabledData() { 
  }

  public WebhookDisabledData id(String id) {
    this.id = id;
    return this;
  }

  /**
   * Identifies a webhook. &#x60;whk_&#x60; and 26 characters (a TypeID, that is a UUIDv7 in base32).
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


  public WebhookDisabledData url(String url) {
    this.url = url;
    return this;
  }

  /**
   * Where events are sent: an http or https URL of at most 2048 characters without user name, password and fragment, spaces and control characters.
   * @return url
   */
  
  @JsonProperty(value = JSON_PROPERTY_URL, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public String getUrl() {
    return url;
  }


  @JsonProperty(value = JSON_PROPERTY_URL, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setUrl(String url) {
    this.url = url;
  }


  public WebhookDisabledData reason(String reason) {
    this.reason = reason;
    return this;
  }

  /**
   * Why it was disabled, for people to read.
   * @return reason
   */
  
  @JsonProperty(value = JSON_PROPERTY_REASON, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public String getReason() {
    return reason;
  }


  @JsonProperty(value = JSON_PROPERTY_REASON, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setReason(String reason) {
    this.reason = reason;
  }


  /**
   * Return true if this WebhookDisabledData object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    WebhookDisabledData webhookDisabledData = (WebhookDisabledData) o;
    return Objects.equals(this.id, webhookDisabledData.id) &&
        Objects.equals(this.url, webhookDisabledData.url) &&
        Objects.equals(this.reason, webhookDisabledData.reason);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, url, reason);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class WebhookDisabledData {\n");
    sb.append("    id: ").append(toIndentedString(id)).append("\n");
    sb.append("    url: ").append(toIndentedString(url)).append("\n");
    sb.append("    reason: ").append(toIndentedString(reason)).append("\n");
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

