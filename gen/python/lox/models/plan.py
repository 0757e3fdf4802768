from enum import StrEnum
from typing import Self


class Plan(StrEnum):
    """What the tenant pays for. It sets the rate limits, and the quota unless the operator has set another."""

    BUSINESS = "business"
    ENTERPRISE = "enterprise"
    FREE = "free"
    PRO = "pro"
    SOLO = "solo"

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        """A value that only later versions of the API know is kept as it is."""
        if not isinstance(value, str):
            return None
        unknown = str.__new__(cls, value)
        unknown._name_ = unknown._value_ = value
        return unknown
