from typing import Literal

BackupCompletedEventEvent = Literal["backup.completed"]

BACKUP_COMPLETED_EVENT_EVENT_VALUES: set[BackupCompletedEventEvent] = {
    "backup.completed",
}


def check_backup_completed_event_event(value: str) -> BackupCompletedEventEvent:
    if value in BACKUP_COMPLETED_EVENT_EVENT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {BACKUP_COMPLETED_EVENT_EVENT_VALUES!r}")
