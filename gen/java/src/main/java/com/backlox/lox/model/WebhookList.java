// Generated from the API document of LOX by OpenAPI Generator. Do not edit.


package com.backlox.lox.model;

import java.util.Objects;
import java.util.Map;
import java.util.HashMap;
import com.backlox.lox.model.Webhook;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


/**
 * One page of webhooks.
 */
@JsonPropertyOrder({
  WebhookList.JSON_PROPERTY_WEBHOOKS,
  WebhookList.JSON_PROPERTY_TOTAL,
  WebhookList.JSON_PROPERTY_LIMIT,
  WebhookList.JSON_PROPERTY_OFFSET
})

public class WebhookList {
  public static final String JSON_PROPERTY_WEBHOOKS = "webhooks";
  
  private List<Webhook> webhooks;

  public static final String JSON_PROPERTY_TOTAL = "total";
  
  private Long total;

  public static final String JSON_PROPERTY_LIMIT = "limit";
  
  private Integer limit;

  public static final String JSON_PROPERTY_OFFSET = "offset";
  
  private Integer offset;

  public WebhookList() { 
  }

  public WebhookList webhooks(List<Webhook> webhooks) {
    this.webhooks = webhooks;
    return this;
  }

  public WebhookList addWebhooksItem(Webhook webhooksItem) {
    if (this.webhooks == null) {
      this.webhooks = new ArrayList<>();
    }
    this.webhooks.add(webhooksItem);
    return this;
  }

  /**
   * The webhooks of this page, newest first.
   * @return webhooks
   */
  
  @JsonProperty(value = JSON_PROPERTY_WEBHOOKS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public List<Webhook> getWebhooks() {
    return webhooks;
  }


  @JsonProperty(value = JSON_PROPERTY_WEBHOOKS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setWebhooks(List<Webhook> webhooks) {
    this.webhooks = webhooks;
  }


  public WebhookList total(Long total) {
    this.total = total;
    return this;
  }

  /**
   * The exact number of webhooks, over all pages.
   * minimum: 0
   * @return total
   */
  
  @JsonProperty(value = JSON_PROPERTY_TOTAL, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Long getTotal() {
    return total;
  }


  @JsonProperty(value = JSON_PROPERTY_TOTAL, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setTotal(Long total) {
    this.total = total;
  }


  public WebhookList limit(Integer limit) {
    this.limit = limit;
    return this;
  }

  /**
   * The &#x60;limit&#x60; of this page.
   * minimum: 1
   * maximum: 100
   * @return limit
   */
  
  @JsonProperty(value = JSON_PROPERTY_LIMIT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Integer getLimit() {
    return limit;
  }


  @JsonProperty(value = JSON_PROPERTY_LIMIT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setLimit(Integer limit) {
    this.limit = limit;
  }


  public WebhookList offset(Integer offset) {
    this.offset = offset;
    return this;
  }

  /**
   * The &#x60;offset&#x60; of this page.
   * minimum: 0
   * @return offset
   */
  
  @JsonProperty(value = JSON_PROPERTY_OFFSET, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Integer getOffset() {
    return offset;
  }


  @JsonProperty(value = JSON_PROPERTY_OFFSET, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setOffset(Integer offset) {
    this.offset = offset;
  }


  /**
   * Return true if this WebhookList object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    WebhookList webhookList = (WebhookList) o;
    return Objects.equals(this.webhooks, webhookList.webhooks) &&
        Objects.equals(this.total, webhookList.total) &&
        Objects.equals(this.limit, webhookList.limit) &&
        Objects.equals(this.offset, webhookList.offset);
  }

  @Override
  public int hashCode() {
    return Objects.hash(webhooks, total, limit, offset);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class WebhookList {\n");
    sb.append("    webhooks: ").append(toIndentedString(webhooks)).append("\n");
    sb.append("    total: ").append(toIndentedString(total)).append("\n");
    sb.append("    limit: ").append(toIndentedString(limit)).append("\n");
    sb.append("    offset: ").append(toIndentedString(offset)).append("\n");
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

