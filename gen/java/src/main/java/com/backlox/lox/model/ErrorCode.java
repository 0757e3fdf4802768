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
 * A stable name for what went wrong.
 */
public enum ErrorCode {
  
  VALIDATION_ERROR("validation_error"),
  
  AUTHENTICATION_ERROR("authentication_error"),
  
  PERMISSION_DENIED("permission_denied"),
  
  QUOTA_EXCEEDED("quota_exceeded"),
  
  NOT_FOUND("not_found"),
  
  BACKUP_NOT_FOUND("backup_not_found"),
  
  METHOD_NOT_ALLOWED("method_not_allowed"),
  
  INVALID_STATE("invalid_state"),
  
  UPLOAD_INCOMPLETE("upload_incomplete"),
  
  UPLOAD_EXPIRED("upload_expired"),
  
  CHECKSUM_MISMATCH("checksum_mismatch"),
  
  IDEMPOTENCY_CONFLICT("idempotency_conflict"),
  
  IDEMPOTENCY_MISMATCH("idempotency_mismatch"),
  
  PAYLOAD_TOO_LARGE("payload_too_large"),
  
  RATE_LIMITED("rate_limited"),
  
  INTERNAL_ERROR("internal_error"),
  
  UNAVAILABLE("unavailable"),
  
  UNKNOWN_DEFAULT_OPEN_API("unknown_default_open_api");

  private String value;

  ErrorCode(String value) {
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
  public static ErrorCode fromValue(String value) {
    for (ErrorCode b : ErrorCode.values()) {
      if (b.value.equals(value)) {
        return b;
      }
    }
    return UNKNOWN_DEFAULT_OPEN_API;
  }

}

