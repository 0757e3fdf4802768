// Generated from the API document of LOX by OpenAPI Generator. Do not edit.


package com.backlox.lox.model;

import java.util.Objects;
import java.util.Map;
import java.util.HashMap;
import com.backlox.lox.model.ErrorCode;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


/**
 * What went wrong.
 */
@JsonPropertyOrder({
  ErrorBody.JSON_PROPERTY_CODE,
  ErrorBody.JSON_PROPERTY_MESSAGE,
  ErrorBody.JSON_PROPERTY_DETAILS
})

public class ErrorBody {
  public static final String JSON_PROPERTY_CODE = "code";
  
  private ErrorCode code;

  public static final String JSON_PROPERTY_MESSAGE = "message";
  
  private String message;

  public static final String JSON_PROPERTY_DETAILS = "details";
  
  private @Nullable Map<String, String> details;

  public ErrorBody() { 
  }

  public ErrorBody code(ErrorCode code) {
    this.code = code;
    return this;
  }

  /**
   * Get code
   * @return code
   */
  
  @JsonProperty(value = JSON_PROPERTY_CODE, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public ErrorCode getCode() {
    return code;
  }


  @JsonProperty(value = JSON_PROPERTY_CODE, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setCode(ErrorCode code) {
    this.code = code;
  }


  public ErrorBody message(String message) {
    this.message = message;
    return this;
  }

  /**
   * What went wrong, for people to read. The wording may change; branch on &#x60;code&#x60;.
   * @return message
   */
  
  @JsonProperty(value = JSON_PROPERTY_MESSAGE, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public String getMessage() {
    return message;
  }


  @JsonProperty(value = JSON_PROPERTY_MESSAGE, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setMessage(String message) {
    this.message = message;
  }


  public ErrorBody details(@Nullable Map<String, String> details) {
    this.details = details;
    return this;
  }

  public ErrorBody putDetailsItem(String key, String detailsItem) {
    if (this.details == null) {
      this.details = new HashMap<>();
    }
    this.details.put(key, detailsItem);
    return this;
  }

  /**
   * The fields and parameters at fault, by name, each with what would be right.
   * @return details
   */
  
  @JsonProperty(value = JSON_PROPERTY_DETAILS, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable Map<String, String> getDetails() {
    return details;
  }


  @JsonProperty(value = JSON_PROPERTY_DETAILS, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setDetails(@Nullable Map<String, String> details) {
    this.details = details;
  }


  /**
   * Return true if this ErrorBody object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    ErrorBody errorBody = (ErrorBody) o;
    return Objects.equals(this.code, errorBody.code) &&
        Objects.equals(this.message, errorBody.message) &&
        Objects.equals(this.details, errorBody.details);
  }

  @Override
  public int hashCode() {
    return Objects.hash(code, message, details);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class ErrorBody {\n");
    sb.append("    code: ").append(toIndentedString(code)).append("\n");
    sb.append("    message: ").append(toIndentedString(message)).append("\n");
    sb.append("    details: ").append(toIndentedString(details)).append("\n");
    sb.append("}");
    return sb.toString();
  }

  /**
   * Convert the given object to string with each line indented by 4 spaces
   * (except the first line).
   */
  private String toIndentedString(Object o) {
    return o == null ? "null" : o.toString().replace("\n", "\n    ");
  }
}

