from typing import Literal

BackupCreatedEventEvent = Literal["backup.created"]

BACKUP_CREATED_EVENT_EVENT_VALUES: set[BackupCreatedEventEvent] = {
    "backup.created",
}


def check_backup_created_event_event(value: str) -> BackupCreatedEventEvent:
    if value in BACKUP_CREATED_EVENT_EVENT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {BACKUP_CREATED_EVENT_EVENT_VALUES!r}")
