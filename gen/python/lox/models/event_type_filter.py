from typing import Literal

EventTypeFilter = Literal[
    "api_key.created",
    "api_key.revoked",
    "backup.completed",
    "backup.created",
    "backup.deleted",
    "backup.failed",
    "storage.quota_warning",
    "webhook.disabled",
    "webhook.test",
]

EVENT_TYPE_FILTER_VALUES: set[EventTypeFilter] = {
    "api_key.created",
    "api_key.revoked",
    "backup.completed",
    "backup.created",
    "backup.deleted",
    "backup.failed",
    "storage.quota_warning",
    "webhook.disabled",
    "webhook.test",
}


def check_event_type_filter(value: str) -> EventTypeFilter:
    if value in EVENT_TYPE_FILTER_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EVENT_TYPE_FILTER_VALUES!r}")
