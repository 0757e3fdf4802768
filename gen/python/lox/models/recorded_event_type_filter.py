from typing import Literal

RecordedEventTypeFilter = Literal[
    "api_key.created",
    "api_key.revoked",
    "api_key.rotated",
    "backup.completed",
    "backup.created",
    "backup.deleted",
    "backup.downloaded",
    "backup.failed",
    "backup.lost",
    "backup.purged",
    "backup.repaired",
    "backup.upload_renewed",
    "storage.quota_warning",
    "tenant.closed",
    "tenant.created",
    "tenant.deleted",
    "tenant.resumed",
    "tenant.suspended",
    "tenant.updated",
    "webhook.created",
    "webhook.deleted",
    "webhook.disabled",
    "webhook.recovered",
    "webhook.redelivered",
    "webhook.secret_resealed",
    "webhook.secret_rotated",
    "webhook.test",
    "webhook.updated",
]

RECORDED_EVENT_TYPE_FILTER_VALUES: set[RecordedEventTypeFilter] = {
    "api_key.created",
    "api_key.revoked",
    "api_key.rotated",
    "backup.completed",
    "backup.created",
    "backup.deleted",
    "backup.downloaded",
    "backup.failed",
    "backup.lost",
    "backup.purged",
    "backup.repaired",
    "backup.upload_renewed",
    "storage.quota_warning",
    "tenant.closed",
    "tenant.created",
    "tenant.deleted",
    "tenant.resumed",
    "tenant.suspended",
    "tenant.updated",
    "webhook.created",
    "webhook.deleted",
    "webhook.disabled",
    "webhook.recovered",
    "webhook.redelivered",
    "webhook.secret_resealed",
    "webhook.secret_rotated",
    "webhook.test",
    "webhook.updated",
}


def check_recorded_event_type_filter(value: str) -> RecordedEventTypeFilter:
    if value in RECORDED_EVENT_TYPE_FILTER_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {RECORDED_EVENT_TYPE_FILTER_VALUES!r}")
