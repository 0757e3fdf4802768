"""Contains all the data models used in inputs/outputs"""

from .actor import Actor
from .api_key import ApiKey
from .api_key_created_event import ApiKeyCreatedEvent
from .api_key_created_event_event import ApiKeyCreatedEventEvent
from .api_key_event_data import ApiKeyEventData
from .api_key_list import ApiKeyList
from .api_key_revoked_event import ApiKeyRevokedEvent
from .api_key_revoked_event_event import ApiKeyRevokedEventEvent
from .attempt import Attempt
from .backup import Backup
from .backup_completed_data import BackupCompletedData
from .backup_completed_event import BackupCompletedEvent
from .backup_completed_event_event import BackupCompletedEventEvent
from .backup_created_data import BackupCreatedData
from .backup_created_event import BackupCreatedEvent
from .backup_created_event_event import BackupCreatedEventEvent
from .backup_deleted_data import BackupDeletedData
from .backup_deleted_event import BackupDeletedEvent
from .backup_deleted_event_event import BackupDeletedEventEvent
from .backup_download import BackupDownload
from .backup_failed_data import BackupFailedData
from .backup_failed_event import BackupFailedEvent
from .backup_failed_event_event import BackupFailedEventEvent
from .backup_list import BackupList
from .backup_status_filter import BackupStatusFilter
from .backup_upload import BackupUpload
from .backup_upload_upload_headers import BackupUploadUploadHeaders
from .class_limits import ClassLimits
from .complete_backup_request import CompleteBackupRequest
from .create_api_key_request import CreateApiKeyRequest
from .create_backup_request import CreateBackupRequest
from .create_part_uploads_request import CreatePartUploadsRequest
from .create_webhook_request import CreateWebhookRequest
from .created_api_key import CreatedApiKey
from .created_webhook import CreatedWebhook
from .deleted_backup import DeletedBackup
from .deleted_webhook import DeletedWebhook
from .delivery import Delivery
from .delivery_details import DeliveryDetails
from .delivery_list import DeliveryList
from .delivery_status_filter import DeliveryStatusFilter
from .error_body import ErrorBody
from .error_body_details import ErrorBodyDetails
from .error_response import ErrorResponse
from .event_type_filter import EventTypeFilter
from .metadata import Metadata
from .metadata_filter import MetadataFilter
from .multipart import Multipart
from .part import Part
from .part_list import PartList
from .part_upload import PartUpload
from .part_upload_upload_headers import PartUploadUploadHeaders
from .part_uploads import PartUploads
from .quota_warning_data import QuotaWarningData
from .quota_warning_event import QuotaWarningEvent
from .quota_warning_event_event import QuotaWarningEventEvent
from .recorded_event import RecordedEvent
from .recorded_event_data import RecordedEventData
from .recorded_event_list import RecordedEventList
from .recorded_event_type_filter import RecordedEventTypeFilter
from .recover_webhook_request import RecoverWebhookRequest
from .recovered_deliveries import RecoveredDeliveries
from .requested_part import RequestedPart
from .requested_scope import RequestedScope
from .revoked_api_key import RevokedApiKey
from .rotate_api_key_request import RotateApiKeyRequest
from .rotate_webhook_secret_request import RotateWebhookSecretRequest
from .rotated_api_key import RotatedApiKey
from .rotated_webhook_secret import RotatedWebhookSecret
from .storage import Storage
from .storage_by_content_type import StorageByContentType
from .storage_by_status import StorageByStatus
from .storage_count import StorageCount
from .storage_day import StorageDay
from .storage_stats import StorageStats
from .subject import Subject
from .subscribable_event_type import SubscribableEventType
from .tenant import Tenant
from .tenant_limits import TenantLimits
from .tenant_settings import TenantSettings
from .tenant_settings_patch import TenantSettingsPatch
from .unknown_event import UnknownEvent
from .unknown_event_data import UnknownEventData
from .update_tenant_request import UpdateTenantRequest
from .update_webhook_request import UpdateWebhookRequest
from .webhook import Webhook
from .webhook_disabled_data import WebhookDisabledData
from .webhook_disabled_event import WebhookDisabledEvent
from .webhook_disabled_event_event import WebhookDisabledEventEvent
from .webhook_list import WebhookList
from .webhook_test_data import WebhookTestData
from .webhook_test_event import WebhookTestEvent
from .webhook_test_event_event import WebhookTestEventEvent

__all__ = (
    "Actor",
    "ApiKey",
    "ApiKeyCreatedEvent",
    "ApiKeyCreatedEventEvent",
    "ApiKeyEventData",
    "ApiKeyList",
    "ApiKeyRevokedEvent",
    "ApiKeyRevokedEventEvent",
    "Attempt",
    "Backup",
    "BackupCompletedData",
    "BackupCompletedEvent",
    "BackupCompletedEventEvent",
    "BackupCreatedData",
    "BackupCreatedEvent",
    "BackupCreatedEventEvent",
    "BackupDeletedData",
    "BackupDeletedEvent",
    "BackupDeletedEventEvent",
    "BackupDownload",
    "BackupFailedData",
    "BackupFailedEvent",
    "BackupFailedEventEvent",
    "BackupList",
    "BackupStatusFilter",
    "BackupUpload",
    "BackupUploadUploadHeaders",
    "ClassLimits",
    "CompleteBackupRequest",
    "CreateApiKeyRequest",
    "CreateBackupRequest",
    "CreatedApiKey",
    "CreatedWebhook",
    "CreatePartUploadsRequest",
    "CreateWebhookRequest",
    "DeletedBackup",
    "DeletedWebhook",
    "Delivery",
    "DeliveryDetails",
    "DeliveryList",
    "DeliveryStatusFilter",
    "ErrorBody",
    "ErrorBodyDetails",
    "ErrorResponse",
    "EventTypeFilter",
    "Metadata",
    "MetadataFilter",
    "Multipart",
    "Part",
    "PartList",
    "PartUpload",
    "PartUploads",
    "PartUploadUploadHeaders",
    "QuotaWarningData",
    "QuotaWarningEvent",
    "QuotaWarningEventEvent",
    "RecordedEvent",
    "RecordedEventData",
    "RecordedEventList",
    "RecordedEventTypeFilter",
    "RecoveredDeliveries",
    "RecoverWebhookRequest",
    "RequestedPart",
    "RequestedScope",
    "RevokedApiKey",
    "RotateApiKeyRequest",
    "RotatedApiKey",
    "RotatedWebhookSecret",
    "RotateWebhookSecretRequest",
    "Storage",
    "StorageByContentType",
    "StorageByStatus",
    "StorageCount",
    "StorageDay",
    "StorageStats",
    "Subject",
    "SubscribableEventType",
    "Tenant",
    "TenantLimits",
    "TenantSettings",
    "TenantSettingsPatch",
    "UnknownEvent",
    "UnknownEventData",
    "UpdateTenantRequest",
    "UpdateWebhookRequest",
    "Webhook",
    "WebhookDisabledData",
    "WebhookDisabledEvent",
    "WebhookDisabledEventEvent",
    "WebhookList",
    "WebhookTestData",
    "WebhookTestEvent",
    "WebhookTestEventEvent",
)
