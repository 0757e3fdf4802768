from typing import Literal

SubscribableEventType = Literal[
    "api_key.created",
    "api_key.revoked",
    "backup.completed",
    "backup.created",
    "backup.deleted",
    "backup.failed",
    "storage.quota_warning",
    "webhook.disabled",
]

SUBSCRIBABLE_EVENT_TYPE_VALUES: set[SubscribableEventType] = {
    "api_key.created",
    "api_key.revoked",
    "backup.completed",
    "backup.created",
    "backup.deleted",
    "backup.failed",
    "storage.quota_warning",
    "webhook.disabled",
}


def check_subscribable_event_type(value: str) -> SubscribableEventType:
    if value in SUBSCRIBABLE_EVENT_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SUBSCRIBABLE_EVENT_TYPE_VALUES!r}")
