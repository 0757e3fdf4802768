// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.model;

import org.jspecify.annotations.Nullable;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * An &#x60;EventType&#x60; to filter the record of changes by.
 */
public enum RecordedEventTypeFilter {
  
  RECORDED_BACKUP_COMPLETED("backup.completed"),
  
  RECORDED_BACKUP_FAILED("backup.failed"),
  
  RECORDED_BACKUP_CREATED("backup.created"),
  
  RECORDED_BACKUP_DELETED("backup.deleted"),
  
  RECORDED_STORAGE_QUOTA_WARNING("storage.quota_warning"),
  
  RECORDED_API_KEY_CREATED("api_key.created"),
  
  RECORDED_API_KEY_REVOKED("api_key.revoked"),
  
  RECORDED_WEBHOOK_DISABLED("webhook.disabled"),
  
  RECORDED_WEBHOOK_TEST("webhook.test"),
  
  RECORDED_BACKUP_DOWNLOADED("backup.downloaded"),
  
  RECORDED_BACKUP_UPLOAD_RENEWED("backup.upload_renewed"),
  
  RECORDED_BACKUP_PARTS_ISSUED("backup.parts_issued"),
  
  RECORDED_BACKUP_UPLOAD_EXTENDED("backup.upload_extended"),
  
  RECORDED_BACKUP_LOST("backup.lost"),
  
  RECORDED_BACKUP_REPAIRED("backup.repaired"),
  
  RECORDED_BACKUP_PURGED("backup.purged"),
  
  RECORDED_API_KEY_ROTATED("api_key.rotated"),
  
  RECORDED_TENANT_CREATED("tenant.created"),
  
  RECORDED_TENANT_UPDATED("tenant.updated"),
  
  RECORDED_TENANT_SUSPENDED("tenant.suspended"),
  
  RECORDED_TENANT_RESUMED("tenant.resumed"),
  
  RECORDED_TENANT_CLOSED("tenant.closed"),
  
  RECORDED_TENANT_DELETED("tenant.deleted"),
  
  RECORDED_WEBHOOK_CREATED("webhook.created"),
  
  RECORDED_WEBHOOK_UPDATED("webhook.updated"),
  
  RECORDED_WEBHOOK_DELETED("webhook.deleted"),
  
  RECORDED_WEBHOOK_SECRET_ROTATED("webhook.secret_rotated"),
  
  RECORDED_WEBHOOK_SECRET_RESEALED("webhook.secret_resealed"),
  
  RECORDED_WEBHOOK_REDELIVERED("webhook.redelivered"),
  
  RECORDED_WEBHOOK_RECOVERED("webhook.recovered");

  private String value;

  RecordedEventTypeFilter(String value) {
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
  public static RecordedEventTypeFilter fromValue(String value) {
    for (RecordedEventTypeFilter b : RecordedEventTypeFilter.values()) {
      if (b.value.equals(value)) {
        return b;
      }
    }
    throw new IllegalArgumentException("Unexpected value '" + value + "'");
  }

}
