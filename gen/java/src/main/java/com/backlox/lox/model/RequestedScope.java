// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.model;

import org.jspecify.annotations.Nullable;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A &#x60;Scope&#x60; that a new API key is to have.
 */
public enum RequestedScope {
  
  BACKUPS_READ("backups:read"),
  
  BACKUPS_WRITE("backups:write"),
  
  BACKUPS_DELETE("backups:delete"),
  
  STORAGE_READ("storage:read"),
  
  TENANT_READ("tenant:read"),
  
  TENANT_WRITE("tenant:write"),
  
  KEYS_WRITE("keys:write"),
  
  WEBHOOKS_WRITE("webhooks:write"),
  
  EVENTS_READ("events:read");

  private String value;

  RequestedScope(String value) {
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
  public static RequestedScope fromValue(String value) {
    for (RequestedScope b : RequestedScope.values()) {
      if (b.value.equals(value)) {
        return b;
      }
    }
    throw new IllegalArgumentException("Unexpected value '" + value + "'");
  }

}
