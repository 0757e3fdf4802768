from typing import Literal

DeliveryStatusFilter = Literal["failed", "pending", "succeeded"]

DELIVERY_STATUS_FILTER_VALUES: set[DeliveryStatusFilter] = {
    "failed",
    "pending",
    "succeeded",
}


def check_delivery_status_filter(value: str) -> DeliveryStatusFilter:
    if value in DELIVERY_STATUS_FILTER_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {DELIVERY_STATUS_FILTER_VALUES!r}")
