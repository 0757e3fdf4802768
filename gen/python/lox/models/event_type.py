from enum import StrEnum
from typing import Self


class EventType(StrEnum):
    """What happened, by name. The introduction has a table of them."""

    API_KEY_CREATED = "api_key.created"
    API_KEY_REVOKED = "api_key.revoked"
    BACKUP_COMPLETED = "backup.completed"
    BACKUP_CREATED = "backup.created"
    BACKUP_DELETED = "backup.deleted"
    BACKUP_FAILED = "backup.failed"
    STORAGE_QUOTA_WARNING = "storage.quota_warning"
    WEBHOOK_DISABLED = "webhook.disabled"
    WEBHOOK_TEST = "webhook.test"

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        """A value that only later versions of the API know is kept as it is."""
        if not isinstance(value, str):
            return None
        unknown = str.__new__(cls, value)
        unknown._name_ = unknown._value_ = value
        return unknown
