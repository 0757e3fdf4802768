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
 * Where a backup stands. &#x60;pending&#x60;: waits for its upload. &#x60;verifying&#x60;: the upload is being checked. &#x60;completed&#x60;: stored and verified, can be downloaded. &#x60;failed&#x60;: given up, see &#x60;error&#x60;.
 */
public enum BackupStatus {
  
  PENDING("pending"),
  
  VERIFYING("verifying"),
  
  COMPLETED("completed"),
  
  FAILED("failed"),
  
  UNKNOWN_DEFAULT_OPEN_API("unknown_default_open_api");

  private String value;

  BackupStatus(String value) {
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
  public static BackupStatus fromValue(String value) {
    for (BackupStatus b : BackupStatus.values()) {
      if (b.value.equals(value)) {
        return b;
      }
    }
    return UNKNOWN_DEFAULT_OPEN_API;
  }

}

