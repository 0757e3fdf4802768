from typing import Literal

BackupStatusFilter = Literal["completed", "failed", "pending", "verifying"]

BACKUP_STATUS_FILTER_VALUES: set[BackupStatusFilter] = {
    "completed",
    "failed",
    "pending",
    "verifying",
}


def check_backup_status_filter(value: str) -> BackupStatusFilter:
    if value in BACKUP_STATUS_FILTER_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {BACKUP_STATUS_FILTER_VALUES!r}")
