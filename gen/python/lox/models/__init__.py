"""Contains all the data models used in inputs/outputs"""

from .api_key import ApiKey
from .api_key_created_event import ApiKeyCreatedEvent
from .api_key_event_data import ApiKeyEventData
from .api_key_list import ApiKeyList
from .api_key_revoked_event import ApiKeyRevokedEvent
from .attempt import Attempt
from .backup import Backup
from .backup_completed_data import BackupCompletedData
from .backup_completed_event import BackupCompletedEvent
from .backup_created_data import BackupCreatedData
from .backup_created_event import BackupCreatedEvent
from .backup_deleted_data import BackupDeletedData
from .backup_deleted_event import BackupDeletedEvent
from .backup_download import BackupDownload
from .backup_failed_data import BackupFailedData
from .backup_failed_event import BackupFailedEvent
from .backup_list import BackupList
from .backup_status import BackupStatus
from .backup_upload import BackupUpload
from .backup_upload_upload_headers import BackupUploadUploadHeaders
from .class_limits import ClassLimits
from .create_api_key_request import CreateApiKeyRequest
from .create_backup_request import CreateBackupRequest
from .create_webhook_request import CreateWebhookRequest
from .created_api_key import CreatedApiKey
from .created_webhook import CreatedWebhook
from .deleted_backup import DeletedBackup
from .deleted_webhook import DeletedWebhook
from .delivery import Delivery
from .delivery_details import DeliveryDetails
from .delivery_list import DeliveryList
from .delivery_status import DeliveryStatus
from .error_body import ErrorBody
from .error_body_details import ErrorBodyDetails
from .error_code import ErrorCode
from .error_response import Error
from .event_type import EventType
from .metadata import Metadata
from .plan import Plan
from .quota_warning_data import QuotaWarningData
from .quota_warning_event import QuotaWarningEvent
from .recover_webhook_request import RecoverWebhookRequest
from .recovered_deliveries import RecoveredDeliveries
from .revoked_api_key import RevokedApiKey
from .rotate_api_key_request import RotateApiKeyRequest
from .rotate_webhook_secret_request import RotateWebhookSecretRequest
from .rotated_api_key import RotatedApiKey
from .rotated_webhook_secret import RotatedWebhookSecret
from .scope import Scope
from .storage import Storage
from .storage_by_content_type import StorageByContentType
from .storage_by_status import StorageByStatus
from .storage_count import StorageCount
from .storage_day import StorageDay
from .storage_stats import StorageStats
from .subscribable_event_type import SubscribableEventType
from .tenant import Tenant
from .tenant_limits import TenantLimits
from .tenant_settings import TenantSettings
from .tenant_settings_patch import TenantSettingsPatch
from .tenant_status import TenantStatus
from .update_tenant_request import UpdateTenantRequest
from .update_webhook_request import UpdateWebhookRequest
from .webhook import Webhook
from .webhook_disabled_data import WebhookDisabledData
from .webhook_disabled_event import WebhookDisabledEvent
from .webhook_list import WebhookList
from .webhook_test_data import WebhookTestData
from .webhook_test_event import WebhookTestEvent

__all__ = (
    "ApiKey",
    "ApiKeyCreatedEvent",
    "ApiKeyEventData",
    "ApiKeyList",
    "ApiKeyRevokedEvent",
    "Attempt",
    "Backup",
    "BackupCompletedData",
    "BackupCompletedEvent",
    "BackupCreatedData",
    "BackupCreatedEvent",
    "BackupDeletedData",
    "BackupDeletedEvent",
    "BackupDownload",
    "BackupFailedData",
    "BackupFailedEvent",
    "BackupList",
    "BackupStatus",
    "BackupUpload",
    "BackupUploadUploadHeaders",
    "ClassLimits",
    "CreateApiKeyRequest",
    "CreateBackupRequest",
    "CreatedApiKey",
    "CreatedWebhook",
    "CreateWebhookRequest",
    "DeletedBackup",
    "DeletedWebhook",
    "Delivery",
    "DeliveryDetails",
    "DeliveryList",
    "DeliveryStatus",
    "Error",
    "ErrorBody",
    "ErrorBodyDetails",
    "ErrorCode",
    "EventType",
    "Metadata",
    "Plan",
    "QuotaWarningData",
    "QuotaWarningEvent",
    "RecoveredDeliveries",
    "RecoverWebhookRequest",
    "RevokedApiKey",
    "RotateApiKeyRequest",
    "RotatedApiKey",
    "RotatedWebhookSecret",
    "RotateWebhookSecretRequest",
    "Scope",
    "Storage",
    "StorageByContentType",
    "StorageByStatus",
    "StorageCount",
    "StorageDay",
    "StorageStats",
    "SubscribableEventType",
    "Tenant",
    "TenantLimits",
    "TenantSettings",
    "TenantSettingsPatch",
    "TenantStatus",
    "UpdateTenantRequest",
    "UpdateWebhookRequest",
    "Webhook",
    "WebhookDisabledData",
    "WebhookDisabledEvent",
    "WebhookList",
    "WebhookTestData",
    "WebhookTestEvent",
)
