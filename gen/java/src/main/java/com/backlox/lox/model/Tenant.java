// Generated from the API document of LOX by OpenAPI Generator. Do not edit.


package com.backlox.lox.model;

import java.util.Objects;
import java.util.Map;
import java.util.HashMap;
import com.backlox.lox.model.Plan;
import com.backlox.lox.model.TenantLimits;
import com.backlox.lox.model.TenantStatus;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;


/**
 * A tenant, that is an account with its backups and API keys.
 */
@JsonPropertyOrder({
  Tenant.JSON_PROPERTY_ID,
  Tenant.JSON_PROPERTY_NAME,
  Tenant.JSON_PROPERTY_CONTACT_EMAIL,
  Tenant.JSON_PROPERTY_PLAN,
  Tenant.JSON_PROPERTY_STATUS,
  Tenant.JSON_PROPERTY_SETTINGS,
  Tenant.JSON_PROPERTY_QUOTA_BYTES,
  Tenant.JSON_PROPERTY_LIMITS,
  Tenant.JSON_PROPERTY_CREATED_AT
})

public class Tenant {
  public static final String JSON_PROPERTY_ID = "id";
  
  private String id;

  public static final String JSON_PROPERTY_NAME = "name";
  
  private String name;

  public static final String JSON_PROPERTY_CONTACT_EMAIL = "contact_email";
  
  private @Nullable String contactEmail;

  public static final String JSON_PROPERTY_PLAN = "plan";
  
  private Plan plan;

  public static final String JSON_PROPERTY_STATUS = "status";
  
  private TenantStatus status;

  public static final String JSON_PROPERTY_SETTINGS = "settings";
  
  private @Nullable Map<String, String> settings;

  public static final String JSON_PROPERTY_QUOTA_BYTES = "quota_bytes";
  
  private Long quotaBytes;

  public static final String JSON_PROPERTY_LIMITS = "limits";
  
  private TenantLimits limits;

  public static final String JSON_PROPERTY_CREATED_AT = "created_at";
  
  private OffsetDateTime createdAt;

  public Tenant() { 
  }

  public Tenant id(String id) {
    this.id = id;
    return this;
  }

  /**
   * Identifies a tenant. &#x60;ten_&#x60; and 26 characters (a TypeID, that is a UUIDv7 in base32).
   * @return id
   */
  
  @JsonProperty(value = JSON_PROPERTY_ID, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public String getId() {
    return id;
  }


  @JsonProperty(value = JSON_PROPERTY_ID, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setId(String id) {
    this.id = id;
  }


  public Tenant name(String name) {
    this.name = name;
    return this;
  }

  /**
   * The name of the tenant, 1 to 255 characters without control characters.
   * @return name
   */
  
  @JsonProperty(value = JSON_PROPERTY_NAME, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public String getName() {
    return name;
  }


  @JsonProperty(value = JSON_PROPERTY_NAME, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setName(String name) {
    this.name = name;
  }


  public Tenant contactEmail(@Nullable String contactEmail) {
    this.contactEmail = contactEmail;
    return this;
  }

  /**
   * Where to reach the people behind the tenant: an ASCII email address, as an HTML form would take it. The server sends nothing to it.
   * @return contactEmail
   */
  
  @JsonProperty(value = JSON_PROPERTY_CONTACT_EMAIL, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable String getContactEmail() {
    return contactEmail;
  }


  @JsonProperty(value = JSON_PROPERTY_CONTACT_EMAIL, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setContactEmail(@Nullable String contactEmail) {
    this.contactEmail = contactEmail;
  }


  public Tenant plan(Plan plan) {
    this.plan = plan;
    return this;
  }

  /**
   * Get plan
   * @return plan
   */
  
  @JsonProperty(value = JSON_PROPERTY_PLAN, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Plan getPlan() {
    return plan;
  }


  @JsonProperty(value = JSON_PROPERTY_PLAN, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setPlan(Plan plan) {
    this.plan = plan;
  }


  public Tenant status(TenantStatus status) {
    this.status = status;
    return this;
  }

  /**
   * Get status
   * @return status
   */
  
  @JsonProperty(value = JSON_PROPERTY_STATUS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public TenantStatus getStatus() {
    return status;
  }


  @JsonProperty(value = JSON_PROPERTY_STATUS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setStatus(TenantStatus status) {
    this.status = status;
  }


  public Tenant settings(@Nullable Map<String, String> settings) {
    this.settings = settings;
    return this;
  }

  public Tenant putSettingsItem(String key, String settingsItem) {
    if (this.settings == null) {
      this.settings = new HashMap<>();
    }
    this.settings.put(key, settingsItem);
    return this;
  }

  /**
   * Strings for the tenant&#39;s own tools, by key: at most 50 keys of 1 to 128 characters without control characters, and at most 16 KiB (16384 bytes of UTF-8) for all keys and values together. They mean nothing to the server.
   * @return settings
   */
  
  @JsonProperty(value = JSON_PROPERTY_SETTINGS, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public @Nullable Map<String, String> getSettings() {
    return settings;
  }


  @JsonProperty(value = JSON_PROPERTY_SETTINGS, required = false)
  @JsonInclude(value = JsonInclude.Include.USE_DEFAULTS)
  public void setSettings(@Nullable Map<String, String> settings) {
    this.settings = settings;
  }


  public Tenant quotaBytes(Long quotaBytes) {
    this.quotaBytes = quotaBytes;
    return this;
  }

  /**
   * The most that completed backups and reserved uploads may come to, in bytes.
   * minimum: 0
   * @return quotaBytes
   */
  
  @JsonProperty(value = JSON_PROPERTY_QUOTA_BYTES, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public Long getQuotaBytes() {
    return quotaBytes;
  }


  @JsonProperty(value = JSON_PROPERTY_QUOTA_BYTES, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setQuotaBytes(Long quotaBytes) {
    this.quotaBytes = quotaBytes;
  }


  public Tenant limits(TenantLimits limits) {
    this.limits = limits;
    return this;
  }

  /**
   * Get limits
   * @return limits
   */
  
  @JsonProperty(value = JSON_PROPERTY_LIMITS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public TenantLimits getLimits() {
    return limits;
  }


  @JsonProperty(value = JSON_PROPERTY_LIMITS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setLimits(TenantLimits limits) {
    this.limits = limits;
  }


  public Tenant createdAt(OffsetDateTime createdAt) {
    this.createdAt = createdAt;
    return this;
  }

  /**
   * When the tenant was created.
   * @return createdAt
   */
  
  @JsonProperty(value = JSON_PROPERTY_CREATED_AT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public OffsetDateTime getCreatedAt() {
    return createdAt;
  }


  @JsonProperty(value = JSON_PROPERTY_CREATED_AT, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setCreatedAt(OffsetDateTime createdAt) {
    this.createdAt = createdAt;
  }


  /**
   * Return true if this Tenant object is equal to o.
   */
  @Override
  public boolean equals(Object o) {
    if (this == o) {
      return true;
    }
    if (o == null || getClass() != o.getClass()) {
      return false;
    }
    Tenant tenant = (Tenant) o;
    return Objects.equals(this.id, tenant.id) &&
        Objects.equals(this.name, tenant.name) &&
        Objects.equals(this.contactEmail, tenant.contactEmail) &&
        Objects.equals(this.plan, tenant.plan) &&
        Objects.equals(this.status, tenant.status) &&
        Objects.equals(this.settings, tenant.settings) &&
        Objects.equals(this.quotaBytes, tenant.quotaBytes) &&
        Objects.equals(this.limits, tenant.limits) &&
        Objects.equals(this.createdAt, tenant.createdAt);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, name, contactEmail, plan, status, settings, quotaBytes, limits, createdAt);
  }

  @Override
  public String toString() {
    StringBuilder sb = new StringBuilder();
    sb.append("class Tenant {\n");
    sb.append("    id: ").append(toIndentedString(id)).append("\n");
    sb.append("    name: ").append(toIndentedString(name)).append("\n");
    sb.append("    contactEmail: ").append(toIndentedString(contactEmail)).append("\n");
    sb.append("    plan: ").append(toIndentedString(plan)).append("\n");
    sb.append("    status: ").append(toIndentedString(status)).append("\n");
    sb.append("    settings: ").append(toIndentedString(settings)).append("\n");
    sb.append("    quotaBytes: ").append(toIndentedString(quotaBytes)).append("\n");
    sb.append("    limits: ").append(toIndentedString(limits)).append("\n");
    sb.append("    createdAt: ").append(toIndentedString(createdAt)).append("\n");
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

