from enum import StrEnum
from typing import Self


class BackupStatus(StrEnum):
    """Where a backup stands. `pending`: waits for its upload. `verifying`: the upload is being checked. `completed`:
    stored and verified, can be downloaded. `failed`: given up, see `error`."""

    COMPLETED = "completed"
    FAILED = "failed"
    PENDING = "pending"
    VERIFYING = "verifying"

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        """A value that only later versions of the API know is kept as it is."""
        if not isinstance(value, str):
            return None
        unknown = str.__new__(cls, value)
        unknown._name_ = unknown._value_ = value
        return unknown
