// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox;

import java.net.http.HttpHeaders;

/** What a call was answered with: status, headers (their names in any case) and the value of the body. */
public record ApiResponse<T>(int statusCode, HttpHeaders headers, T data) {}
