from enum import StrEnum
from typing import Self


class TenantStatus(StrEnum):
    """`active`: everything works. `suspended`: requests that only read work, all others answer 403
    `permission_denied`."""

    ACTIVE = "active"
    SUSPENDED = "suspended"

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        """A value that only later versions of the API know is kept as it is."""
        if not isinstance(value, str):
            return None
        unknown = str.__new__(cls, value)
        unknown._name_ = unknown._value_ = value
        return unknown
