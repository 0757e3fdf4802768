// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.model;

import org.jspecify.annotations.Nullable;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * An &#x60;EventType&#x60; that a webhook can ask for.
 */
public enum SubscribableEventType {
  
  BACKUP_COMPLETED("backup.completed"),
  
  BACKUP_FAILED("backup.failed"),
  
  BACKUP_CREATED("backup.created"),
  
  BACKUP_DELETED("backup.deleted"),
  
  STORAGE_QUOTA_WARNING("storage.quota_warning"),
  
  API_KEY_CREATED("api_key.created"),
  
  API_KEY_REVOKED("api_key.revoked"),
  
  WEBHOOK_DISABLED("webhook.disabled");

  private String value;

  SubscribableEventType(String value) {
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
  public static SubscribableEventType fromValue(String value) {
    for (SubscribableEventType b : SubscribableEventType.values()) {
      if (b.value.equals(value)) {
        return b;
      }
    }
    throw new IllegalArgumentException("Unexpected value '" + value + "'");
  }

}
