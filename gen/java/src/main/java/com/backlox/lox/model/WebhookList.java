// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.model;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
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

/** One page of webhooks. */
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

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public WebhookList() {}

  public WebhookList webhooks(List<Webhook> webhooks) {
    setWebhooks(webhooks);
    return this;
  }

  public WebhookList addWebhooksItem(Webhook item) {
    List<Webhook> all = getWebhooks();
    if (all == null) {
      all = new ArrayList<>();
      setWebhooks(all);
    }
    all.add(item);
    return this;
  }

  /** The webhooks of this page, newest first. */
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
    setTotal(total);
    return this;
  }

  /** The exact number of webhooks, over all pages. */
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
    setLimit(limit);
    return this;
  }

  /** The &#x60;limit&#x60; of this page. */
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
    setOffset(offset);
    return this;
  }

  /** The &#x60;offset&#x60; of this page. */
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

  /** Fields that this version of the package doesn't know, by name. */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  @JsonAnySetter
  public WebhookList putAdditionalProperty(String name, @Nullable Object value) {
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
    WebhookList that = (WebhookList) other;
    return Objects.equals(webhooks, that.webhooks)
        && Objects.equals(total, that.total)
        && Objects.equals(limit, that.limit)
        && Objects.equals(offset, that.offset)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(webhooks, total, limit, offset, additionalProperties);
  }

  @Override
  public String toString() {
    return "WebhookList{"
        + "webhooks=" + webhooks
        + ", total=" + total
        + ", limit=" + limit
        + ", offset=" + offset
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
