// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.model;

import org.jspecify.annotations.Nullable;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * An &#x60;EventType&#x60; to filter deliveries by, one of those that webhooks get.
 */
public enum EventTypeFilter {
  
  EVENT_BACKUP_COMPLETED("backup.completed"),
  
  EVENT_BACKUP_FAILED("backup.failed"),
  
  EVENT_BACKUP_CREATED("backup.created"),
  
  EVENT_BACKUP_DELETED("backup.deleted"),
  
  EVENT_STORAGE_QUOTA_WARNING("storage.quota_warning"),
  
  EVENT_API_KEY_CREATED("api_key.created"),
  
  EVENT_API_KEY_REVOKED("api_key.revoked"),
  
  EVENT_WEBHOOK_DISABLED("webhook.disabled"),
  
  EVENT_WEBHOOK_TEST("webhook.test");

  private String value;

  EventTypeFilter(String value) {
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
  public static EventTypeFilter fromValue(String value) {
    for (EventTypeFilter b : EventTypeFilter.values()) {
      if (b.value.equals(value)) {
        return b;
      }
    }
    throw new IllegalArgumentException("Unexpected value '" + value + "'");
  }

}
