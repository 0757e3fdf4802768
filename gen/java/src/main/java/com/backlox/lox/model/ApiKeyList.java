// Generated from the API document of LOX by OpenAPI Generator. Do not edit.


package com.backlox.lox.model;

import java.util.Objects;
import java.util.Map;
import java.util.HashMap;
import com.backlox.lox.model.ApiKey;
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
 * One page of API keys.
 */
@JsonPropertyOrder({
  ApiKeyList.JSON_PROPERTY_API_KEYS,
  ApiKeyList.JSON_PROPERTY_TOTAL,
  ApiKeyList.JSON_PROPERTY_LIMIT,
  ApiKeyList.JSON_PROPERTY_OFFSET
})

public class ApiKeyList {
  public static final String JSON_PROPERTY_API_KEYS = "api_keys";
  
  private List<ApiKey> apiKeys;

  public static final String JSON_PROPERTY_TOTAL = "total";
  
  private Long total;

  public static final String JSON_PROPERTY_LIMIT = "limit";
  
  private Integer limit;

  public static final String JSON_PROPERTY_OFFSET = "offset";
  
  private Integer offset;

  public ApiKeyList() { 
  }

  public ApiKeyList apiKeys(List<ApiKey> apiKeys) {
    this.apiKeys = apiKeys;
    return this;
  }

  public ApiKeyList addApiKeysItem(ApiKey apiKeysItem) {
    if (this.apiKeys == null) {
      this.apiKeys = new ArrayList<>();
    }
    this.apiKeys.add(apiKeysItem);
    return this;
  }

  /**
   * The API keys of this page, newest first.
   * @return apiKeys
   */
  
  @JsonProperty(value = JSON_PROPERTY_API_KEYS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public List<ApiKey> getApiKeys() {
    return apiKeys;
  }


  @JsonProperty(value = JSON_PROPERTY_API_KEYS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setApiKeys(List<ApiKey> apiKeys) {
    this.apiKeys = apiKeys;
  }


  public ApiKeyList total(Long total) {
    this.total = total;
    return this;
  }

  /**
   * The exact number of API keys that aren&#39;t revoked, over all pages.
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


  public ApiKeyList limit(Integer limit) {
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


  public ApiKeyList offset(Integer offset) {
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
   * Return true if this ApiKeyList object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    ApiKeyList apiKeyList = (ApiKeyList) o;
    return Objects.equals(this.apiKeys, apiKeyList.apiKeys) &&
        Objects.equals(this.total, apiKeyList.total) &&
        Objects.equals(this.limit, apiKeyList.limit) &&
        Objects.equals(this.offset, apiKeyList.offset);
  }

  @Override
  public int hashCode() {
    return Objects.hash(apiKeys, total, limit, offset);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class ApiKeyList {\n");
    sb.append("    apiKeys: ").append(toIndentedString(apiKeys)).append("\n");
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

