from enum import StrEnum
from typing import Self


class ErrorCode(StrEnum):
    """A stable name for what went wrong."""

    AUTHENTICATION_ERROR = "authentication_error"
    BACKUP_NOT_FOUND = "backup_not_found"
    CHECKSUM_MISMATCH = "checksum_mismatch"
    IDEMPOTENCY_CONFLICT = "idempotency_conflict"
    IDEMPOTENCY_MISMATCH = "idempotency_mismatch"
    INTERNAL_ERROR = "internal_error"
    INVALID_STATE = "invalid_state"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    NOT_FOUND = "not_found"
    PAYLOAD_TOO_LARGE = "payload_too_large"
    PERMISSION_DENIED = "permission_denied"
    QUOTA_EXCEEDED = "quota_exceeded"
    RATE_LIMITED = "rate_limited"
    UNAVAILABLE = "unavailable"
    UPLOAD_EXPIRED = "upload_expired"
    UPLOAD_INCOMPLETE = "upload_incomplete"
    VALIDATION_ERROR = "validation_error"

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        """A value that only later versions of the API know is kept as it is."""
        if not isinstance(value, str):
            return None
        unknown = str.__new__(cls, value)
        unknown._name_ = unknown._value_ = value
        return unknown
