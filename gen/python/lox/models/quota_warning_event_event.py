from typing import Literal

QuotaWarningEventEvent = Literal["storage.quota_warning"]

QUOTA_WARNING_EVENT_EVENT_VALUES: set[QuotaWarningEventEvent] = {
    "storage.quota_warning",
}


def check_quota_warning_event_event(value: str) -> QuotaWarningEventEvent:
    if value in QUOTA_WARNING_EVENT_EVENT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {QUOTA_WARNING_EVENT_EVENT_VALUES!r}")
