// Generated from the API document of LOX by OpenAPI Generator. Do not edit.


package com.backlox.lox.model;

import java.util.Objects;
import java.util.Map;
import java.util.HashMap;
import org.jspecify.annotations.Nullable;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * What an API key may do. &#x60;backups:read&#x60;: list, get and download backups. &#x60;backups:write&#x60;: create and complete backups, but change or delete none. &#x60;backups:delete&#x60;: delete backups. &#x60;storage:read&#x60;: see usage and statistics. &#x60;tenant:read&#x60;: see the tenant and its list of API keys. &#x60;tenant:write&#x60;: change the tenant. &#x60;keys:write&#x60;: create, rotate and revoke API keys. &#x60;webhooks:write&#x60;: see and manage webhooks and what was sent to them.
 */
public enum Scope {
  
  BACKUPS_READ("backups:read"),
  
  BACKUPS_WRITE("backups:write"),
  
  BACKUPS_DELETE("backups:delete"),
  
  STORAGE_READ("storage:read"),
  
  TENANT_READ("tenant:read"),
  
  TENANT_WRITE("tenant:write"),
  
  KEYS_WRITE("keys:write"),
  
  WEBHOOKS_WRITE("webhooks:write"),
  
  UNKNOWN_DEFAULT_OPEN_API("unknown_default_open_api");

  private String value;

  Scope(String value) {
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
  public static Scope fromValue(String value) {
    for (Scope b : Scope.values()) {
      if (b.value.equals(value)) {
        return b;
      }
    }
    return UNKNOWN_DEFAULT_OPEN_API;
  }

}

