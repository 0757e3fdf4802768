// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.model;

import org.jspecify.annotations.Nullable;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A &#x60;BackupStatus&#x60; to filter by.
 */
public enum BackupStatusFilter {
  
  PENDING("pending"),
  
  VERIFYING("verifying"),
  
  COMPLETED("completed"),
  
  FAILED("failed");

  private String value;

  BackupStatusFilter(String value) {
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
  public static BackupStatusFilter fromValue(String value) {
    for (BackupStatusFilter b : BackupStatusFilter.values()) {
      if (b.value.equals(value)) {
        return b;
      }
    }
    throw new IllegalArgumentException("Unexpected value '" + value + "'");
  }

}
