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
 * What happened, by name. The introduction has a table of them.
 */
public enum EventType {
  
  BACKUP_COMPLETED("backup.completed"),
  
  BACKUP_FAILED("backup.failed"),
  
  BACKUP_CREATED("backup.created"),
  
  BACKUP_DELETED("backup.deleted"),
  
  STORAGE_QUOTA_WARNING("storage.quota_warning"),
  
  API_KEY_CREATED("api_key.created"),
  
  API_KEY_REVOKED("api_key.revoked"),
  
  WEBHOOK_DISABLED("webhook.disabled"),
  
  WEBHOOK_TEST("webhook.test"),
  
  UNKNOWN_DEFAULT_OPEN_API("unknown_default_open_api");

  private String value;

  EventType(String value) {
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
  public static EventType fromValue(String value) {
    for (EventType b : EventType.values()) {
      if (b.value.equals(value)) {
        return b;
      }
    }
    return UNKNOWN_DEFAULT_OPEN_API;
  }

}

