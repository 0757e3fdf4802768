// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.model;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import com.backlox.lox.model.RequestedPart;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parts that are going to be uploaded. */
@JsonPropertyOrder({
  CreatePartUploadsRequest.JSON_PROPERTY_PARTS
})
public class CreatePartUploadsRequest {
  public static final String JSON_PROPERTY_PARTS = "parts";
  private List<RequestedPart> parts;

  public CreatePartUploadsRequest() {}

  public CreatePartUploadsRequest parts(List<RequestedPart> parts) {
    setParts(parts);
    return this;
  }

  public CreatePartUploadsRequest addPartsItem(RequestedPart item) {
    List<RequestedPart> all = getParts();
    if (all == null) {
      all = new ArrayList<>();
      setParts(all);
    }
    all.add(item);
    return this;
  }

  /** 1 to 100 parts, each number once. */
  @JsonProperty(value = JSON_PROPERTY_PARTS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public List<RequestedPart> getParts() {
    return parts;
  }

  @JsonProperty(value = JSON_PROPERTY_PARTS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setParts(List<RequestedPart> parts) {
    this.parts = parts;
  }

  @Override
  public boolean equals(Object other) {
    if (this == other) {
      return true;
    }
    if (other == null || getClass() != other.getClass()) {
      return false;
    }
    CreatePartUploadsRequest that = (CreatePartUploadsRequest) other;
    return Objects.equals(parts, that.parts);
  }

  @Override
  public int hashCode() {
    return Objects.hash(parts);
  }

  @Override
  public String toString() {
    return "CreatePartUploadsRequest{"
        + "parts=" + parts
        + "}";
  }
}
