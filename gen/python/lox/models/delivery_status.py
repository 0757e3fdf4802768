from enum import StrEnum
from typing import Self


class DeliveryStatus(StrEnum):
    """Where a delivery stands. `pending`: the next attempt is due at `next_attempt_at`. `succeeded`: it has arrived.
    `failed`: given up."""

    FAILED = "failed"
    PENDING = "pending"
    SUCCEEDED = "succeeded"

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        """A value that only later versions of the API know is kept as it is."""
        if not isinstance(value, str):
            return None
        unknown = str.__new__(cls, value)
        unknown._name_ = unknown._value_ = value
        return unknown
