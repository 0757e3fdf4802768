// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.model;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openapitools.jackson.nullable.JsonNullable;
import com.fasterxml.jackson.annotation.JsonIgnore;
import org.openapitools.jackson.nullable.JsonNullable;
import java.util.NoSuchElementException;

/** A merge patch (RFC 7396) of the fields of a tenant that it can change itself. */
@JsonPropertyOrder({
  UpdateTenantRequest.JSON_PROPERTY_NAME,
  UpdateTenantRequest.JSON_PROPERTY_CONTACT_EMAIL,
  UpdateTenantRequest.JSON_PROPERTY_SETTINGS
})
public class UpdateTenantRequest {
  public static final String JSON_PROPERTY_NAME = "name";
  private @Nullable String name;

  public static final String JSON_PROPERTY_CONTACT_EMAIL = "contact_email";
  private JsonNullable<String> contactEmail = JsonNullable.undefined();

  public static final String JSON_PROPERTY_SETTINGS = "settings";
  private JsonNullable<Map<String, String>> settings = JsonNullable.undefined();

  public UpdateTenantRequest() {}

  public UpdateTenantRequest name(@Nullable String name) {
    setName(name);
    return this;
  }

  /** The name of the tenant, 1 to 255 characters, none of them a control, bidirectional or zero-width character. */
  @JsonProperty(value = JSON_PROPERTY_NAME, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable String getName() {
    return name;
  }

  @JsonProperty(value = JSON_PROPERTY_NAME, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setName(@Nullable String name) {
    this.name = name;
  }

  public UpdateTenantRequest contactEmail(@Nullable String contactEmail) {
    setContactEmail(contactEmail);
    return this;
  }

  /** The new &#x60;ContactEmail&#x60;, or &#x60;null&#x60; to remove it. */
  @JsonIgnore
  public @Nullable String getContactEmail() {
    return contactEmail.orElse(null);
  }

  /** Tells null from absent. */
  @JsonProperty(value = JSON_PROPERTY_CONTACT_EMAIL, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public JsonNullable<String> getContactEmail_JsonNullable() {
    return contactEmail;
  }

  @JsonProperty(JSON_PROPERTY_CONTACT_EMAIL)
  public void setContactEmail_JsonNullable(JsonNullable<String> contactEmail) {
    this.contactEmail = contactEmail;
  }

  @JsonIgnore
  public void setContactEmail(@Nullable String contactEmail) {
    this.contactEmail = JsonNullable.of(contactEmail);
  }

  public UpdateTenantRequest settings(@Nullable Map<String, String> settings) {
    setSettings(settings);
    return this;
  }

  public UpdateTenantRequest putSettingsItem(String key, @Nullable String item) {
    Map<String, String> all = getSettings();
    if (all == null) {
      all = new LinkedHashMap<>();
      setSettings(all);
    }
    all.put(key, item);
    return this;
  }

  /** Settings to change, by key: a string sets one, &#x60;null&#x60; removes it, and those not named stay. &#x60;null&#x60; for the whole removes all. What results must be within the limits of &#x60;TenantSettings&#x60;. */
  @JsonIgnore
  public @Nullable Map<String, String> getSettings() {
    return settings.orElse(null);
  }

  /** Tells null from absent. */
  @JsonProperty(value = JSON_PROPERTY_SETTINGS, required = false)
  @JsonInclude(content = JsonInclude.Include.ALWAYS, value = JsonInclude.Include.USE_DEFAULTS)
  public JsonNullable<Map<String, String>> getSettings_JsonNullable() {
    return settings;
  }

  @JsonProperty(JSON_PROPERTY_SETTINGS)
  public void setSettings_JsonNullable(JsonNullable<Map<String, String>> settings) {
    this.settings = settings;
  }

  @JsonIgnore
  public void setSettings(@Nullable Map<String, String> settings) {
    this.settings = JsonNullable.of(settings);
  }

  @Override
  public boolean equals(Object other) {
    if (this == other) {
      return true;
    }
    if (other == null || getClass() != other.getClass()) {
      return false;
    }
    UpdateTenantRequest that = (UpdateTenantRequest) other;
    return Objects.equals(name, that.name)
        && Objects.equals(contactEmail, that.contactEmail)
        && Objects.equals(settings, that.settings);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, contactEmail, settings);
  }

  @Override
  public String toString() {
    return "UpdateTenantRequest{"
        + "name=" + name
        + ", contactEmail=" + contactEmail
        + ", settings=" + settings
        + "}";
  }
}
