// Generated from the API document of LOX by OpenAPI Generator. Do not edit.

package com.backlox.lox.model;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import com.backlox.lox.model.ApiKeyCreatedEvent;
import com.backlox.lox.model.ApiKeyRevokedEvent;
import com.backlox.lox.model.BackupCompletedEvent;
import com.backlox.lox.model.BackupCreatedEvent;
import com.backlox.lox.model.BackupDeletedEvent;
import com.backlox.lox.model.BackupFailedEvent;
import com.backlox.lox.model.QuotaWarningEvent;
import com.backlox.lox.model.WebhookDisabledEvent;
import com.backlox.lox.model.WebhookTestData;
import com.backlox.lox.model.WebhookTestEvent;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.OffsetDateTime;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** An event of a type that this version of the document names. &#x60;event&#x60; tells which of the schemas it has. */
@JsonTypeInfo(
    use = JsonTypeInfo.Id.NAME,
    include = JsonTypeInfo.As.EXISTING_PROPERTY,
    property = "event",
    visible = true)
@JsonSubTypes({
  @JsonSubTypes.Type(value = ApiKeyCreatedEvent.class, name = "api_key.created"),
  @JsonSubTypes.Type(value = ApiKeyRevokedEvent.class, name = "api_key.revoked"),
  @JsonSubTypes.Type(value = BackupCompletedEvent.class, name = "backup.completed"),
  @JsonSubTypes.Type(value = BackupCreatedEvent.class, name = "backup.created"),
  @JsonSubTypes.Type(value = BackupDeletedEvent.class, name = "backup.deleted"),
  @JsonSubTypes.Type(value = BackupFailedEvent.class, name = "backup.failed"),
  @JsonSubTypes.Type(value = QuotaWarningEvent.class, name = "storage.quota_warning"),
  @JsonSubTypes.Type(value = WebhookDisabledEvent.class, name = "webhook.disabled"),
  @JsonSubTypes.Type(value = WebhookTestEvent.class, name = "webhook.test")
})
public interface KnownEvent {}
