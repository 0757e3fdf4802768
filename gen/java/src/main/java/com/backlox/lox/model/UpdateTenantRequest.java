// Generated from the API document of LOX by OpenAPI Generator. Do not edit.


package com.backlox.lox.model;

import java.util.Objects;
import java.util.Map;
import java.util.HashMap;
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
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


/**
 * A merge patch (RFC 7396) of the fields of a tenant that it can change itself.
 */
@JsonPropertyOrder({
  UpdateTenantRequest.JSON_PROPERTY_NAME,
  UpdateTenantRequest.JSON_PROPERTY_CONTACT_EMAIL,
  UpdateTenantRequest.JSON_PROPERTY_SETTINGS
})

public class UpdateTenantRequest {
  public static final String JSON_PROPERTY_NAME = "name";
  
  private @Nullable String name;

  public static final String JSON_PROPERTY_CONTACT_EMAIL = "contact_email";
  private JsonNullable<String> contactEmail = JsonNullable.<String>undefined();

  public static final String JSON_PROPERTY_SETTINGS = "settings";
  private JsonNullable<Map<String, String>> settings = JsonNullable.<Map<String, String>>undefined();

  public UpdateTenantRequest() { 
  }

  public UpdateTenantRequest name(@Nullable String name) {
    this.name = name;
    return this;
  }

  /**
   * The name of the tenant, 1 to 255 characters without control characters.
   * @return name
   */
  
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
    this.contactEmail = JsonNullable.<String>of(contactEmail);
    return this;
  }

  /**
   * The new &#x60;ContactEmail&#x60;, or &#x60;null&#x60; to remove it.
   * @return contactEmail
   */
  
  @JsonIgnore
  public @Nullable String getContactEmail() {
        return contactEmail.orElse(null);
  }

  @JsonProperty(value = JSON_PROPERTY_CONTACT_EMAIL, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)

  public JsonNullable<String> getContactEmail_JsonNullable() {
    return contactEmail;
  }
  
  @JsonProperty(JSON_PROPERTY_CONTACT_EMAIL)
  public void setContactEmail_JsonNullable(JsonNullable<String> contactEmail) {
    this.contactEmail = contactEmail;
  }

  public void setContactEmail(@Nullable String contactEmail) {
    this.contactEmail = JsonNullable.<String>of(contactEmail);
  }


  public UpdateTenantRequest settings(@Nullable Map<String, String> settings) {
    this.settings = JsonNullable.<Map<String, String>>of(settings);
    return this;
  }

  public UpdateTenantRequest putSettingsItem(String key, String settingsItem) {
    if (this.settings == null || !this.settings.isPresent() || this.settings.get() == null) {
      this.settings = JsonNullable.<Map<String, String>>of(new HashMap<>());
    }
    try {
      this.settings.get().put(key, settingsItem);
    } catch (java.util.NoSuchElementException e) {
      // this can never happen, as we make sure above that the value is present
    }
    return this;
  }

  /**
   * Settings to change, by key: a string sets one, &#x60;null&#x60; removes it, and those not named stay. &#x60;null&#x60; for the whole removes all. What results must be within the limits of &#x60;TenantSettings&#x60;.
   * @return settings
   */
  
  @JsonIgnore
  public @Nullable Map<String, String> getSettings() {
        return settings.orElse(null);
  }

  @JsonProperty(value = JSON_PROPERTY_SETTINGS, required = false)
  @JsonInclude(content = JsonInclude.Include.ALWAYS, value = JsonInclude.Include.USE_DEFAULTS)

  public JsonNullable<Map<String, String>> getSettings_JsonNullable() {
    return settings;
  }
  
  @JsonProperty(JSON_PROPERTY_SETTINGS)
  public void setSettings_JsonNullable(JsonNullable<Map<String, String>> settings) {
    this.settings = settings;
  }

  public void setSettings(@Nullable Map<String, String> settings) {
    this.settings = JsonNullable.<Map<String, String>>of(settings);
  }


  /**
   * Return true if this UpdateTenantRequest object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    UpdateTenantRequest updateTenantRequest = (UpdateTenantRequest) o;
    return Objects.equals(this.name, updateTenantRequest.name) &&
        equalsNullable(this.contactEmail, updateTenantRequest.contactEmail) &&
        equalsNullable(this.settings, updateTenantRequest.settings);
  }

  private static <T> boolean equalsNullable(JsonNullable<T> a, JsonNullable<T> b) {
    return a == b || (a != null && b != null && a.isPresent() && b.isPresent() && Objects.deepEquals(a.get(), b.get()));
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, hashCodeNullable(contactEmail), hashCodeNullable(settings));
  }

  private static <T> int hashCodeNullable(JsonNullable<T> a) {
    if (a == null) {
      return 1;
    }
    return a.isPresent() ? Arrays.deepHashCode(new Object[]{a.get()}) : 31;
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class UpdateTenantRequest {\n");
    sb.append("    name: ").append(toIndentedString(name)).append("\n");
    sb.append("    contactEmail: ").append(toIndentedString(contactEmail)).append("\n");
    sb.append("    settings: ").append(toIndentedString(settings)).append("\n");
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

