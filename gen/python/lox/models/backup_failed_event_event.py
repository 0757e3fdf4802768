from typing import Literal

BackupFailedEventEvent = Literal["backup.failed"]

BACKUP_FAILED_EVENT_EVENT_VALUES: set[BackupFailedEventEvent] = {
    "backup.failed",
}


def check_backup_failed_event_event(value: str) -> BackupFailedEventEvent:
    if value in BACKUP_FAILED_EVENT_EVENT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {BACKUP_FAILED_EVENT_EVENT_VALUES!r}")
