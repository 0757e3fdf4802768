// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox;

import com.backlox.lox.model.ErrorResponse;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.net.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/** A call that was refused, or not answered at all. */
public class ApiException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int code;
  private final transient @Nullable HttpHeaders responseHeaders;
  private final @Nullable String responseBody;

  /** There was no response. */
  public ApiException(String message, Throwable cause) {
    super(message, cause);
    this.code = 0;
    this.responseHeaders = null;
    this.responseBody = null;
  }

  public ApiException(
      String message, @Nullable Throwable cause, int code, HttpHeaders responseHeaders, String responseBody) {
    super(message, cause);
    this.code = code;
    this.responseHeaders = responseHeaders;
    this.responseBody = responseBody;
  }

  /** The status of the response, 0 if there was none. */
  public int getCode() {
    return code;
  }

  /** The headers of the response, null if there was none. */
  public @Nullable HttpHeaders getResponseHeaders() {
    return responseHeaders;
  }

  /** The body of the response as it came, null if there was none. */
  public @Nullable String getResponseBody() {
    return responseBody;
  }

  /** What the API says is wrong, null if the response came from something else, such as a proxy. */
  public @Nullable ErrorResponse getError() {
    if (responseBody == null || code < 400) {
      return null;
    }
    try {
      ErrorResponse error = ApiClient.JSON.readValue(responseBody, ErrorResponse.class);
      return error == null || error.getError() == null ? null : error;
    } catch (JsonProcessingException e) {
      return null;
    }
  }
}
