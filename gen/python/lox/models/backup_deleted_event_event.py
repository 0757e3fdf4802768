from typing import Literal

BackupDeletedEventEvent = Literal["backup.deleted"]

BACKUP_DELETED_EVENT_EVENT_VALUES: set[BackupDeletedEventEvent] = {
    "backup.deleted",
}


def check_backup_deleted_event_event(value: str) -> BackupDeletedEventEvent:
    if value in BACKUP_DELETED_EVENT_EVENT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {BACKUP_DELETED_EVENT_EVENT_VALUES!r}")
