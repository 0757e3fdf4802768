// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.model;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import com.backlox.lox.model.TenantLimits;
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

/** A tenant, that is an account with its backups and API keys. */
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
  private String plan;

  public static final String JSON_PROPERTY_STATUS = "status";
  private String status;

  public static final String JSON_PROPERTY_SETTINGS = "settings";
  private @Nullable Map<String, String> settings;

  public static final String JSON_PROPERTY_QUOTA_BYTES = "quota_bytes";
  private Long quotaBytes;

  public static final String JSON_PROPERTY_LIMITS = "limits";
  private TenantLimits limits;

  public static final String JSON_PROPERTY_CREATED_AT = "created_at";
  private OffsetDateTime createdAt;

  private final Map<String, Object> additionalProperties = new LinkedHashMap<>();

  public Tenant() {}

  public Tenant id(String id) {
    setId(id);
    return this;
  }

  /** Identifies a tenant. &#x60;ten_&#x60; and 26 characters (a TypeID, that is a UUIDv7 in base32). */
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
    setName(name);
    return this;
  }

  /** The name of the tenant, 1 to 255 characters, none of them a control, bidirectional or zero-width character. */
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
    setContactEmail(contactEmail);
    return this;
  }

  /** Where to reach the people behind the tenant: an ASCII email address, as an HTML form would take it. The server sends nothing to it. */
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

  public Tenant plan(String plan) {
    setPlan(plan);
    return this;
  }

  /** The plan of the tenant: &#x60;free&#x60;, &#x60;solo&#x60;, &#x60;pro&#x60;, &#x60;business&#x60; or &#x60;enterprise&#x60;. It sets the rate limits, and the quota unless the operator has set another. Later versions may add plans. */
  @JsonProperty(value = JSON_PROPERTY_PLAN, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public String getPlan() {
    return plan;
  }

  @JsonProperty(value = JSON_PROPERTY_PLAN, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setPlan(String plan) {
    this.plan = plan;
  }

  public Tenant status(String status) {
    setStatus(status);
    return this;
  }

  /** &#x60;active&#x60;: everything works. &#x60;suspended&#x60;: requests that only read work, all others answer 403 &#x60;permission_denied&#x60;. Later versions may add values. */
  @JsonProperty(value = JSON_PROPERTY_STATUS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public String getStatus() {
    return status;
  }

  @JsonProperty(value = JSON_PROPERTY_STATUS, required = true)
  @JsonInclude(value = JsonInclude.Include.ALWAYS)
  public void setStatus(String status) {
    this.status = status;
  }

  public Tenant settings(@Nullable Map<String, String> settings) {
    setSettings(settings);
    return this;
  }

  public Tenant putSettingsItem(String key, String item) {
    Map<String, String> all = getSettings();
    if (all == null) {
      all = new LinkedHashMap<>();
      setSettings(all);
    }
    all.put(key, item);
    return this;
  }

  /** Strings for the tenant&#39;s own tools, by key: at most 50 keys of 1 to 128 characters, none of them a control, bidirectional or zero-width character, and at most 16 KiB (16384 bytes of UTF-8) for all keys and values together. They mean nothing to the server. */
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
    setQuotaBytes(quotaBytes);
    return this;
  }

  /** The most that completed backups and reserved uploads may come to, in bytes. */
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
    setLimits(limits);
    return this;
  }

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
    setCreatedAt(createdAt);
    return this;
  }

  /** When the tenant was created. */
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

  /** Fields that this version of the package doesn't know, by name. */
  @JsonAnyGetter
  public Map<String, Object> getAdditionalProperties() {
    return additionalProperties;
  }

  @JsonAnySetter
  public Tenant putAdditionalProperty(String name, @Nullable Object value) {
    additionalProperties.put(name, value);
    return this;
  }

  @Override
  public boolean equals(Object other) {
    if (this == other) {
      return true;
    }
    if (other == null || getClass() != other.getClass()) {
      return false;
    }
    Tenant that = (Tenant) other;
    return Objects.equals(id, that.id)
        && Objects.equals(name, that.name)
        && Objects.equals(contactEmail, that.contactEmail)
        && Objects.equals(plan, that.plan)
        && Objects.equals(status, that.status)
        && Objects.equals(settings, that.settings)
        && Objects.equals(quotaBytes, that.quotaBytes)
        && Objects.equals(limits, that.limits)
        && Objects.equals(createdAt, that.createdAt)
        && additionalProperties.equals(that.additionalProperties);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, name, contactEmail, plan, status, settings, quotaBytes, limits, createdAt, additionalProperties);
  }

  @Override
  public String toString() {
    return "Tenant{"
        + "id=" + id
        + ", name=" + name
        + ", contactEmail=" + contactEmail
        + ", plan=" + plan
        + ", status=" + status
        + ", settings=" + settings
        + ", quotaBytes=" + quotaBytes
        + ", limits=" + limits
        + ", createdAt=" + createdAt
        + ", additionalProperties=" + additionalProperties
        + "}";
  }
}
