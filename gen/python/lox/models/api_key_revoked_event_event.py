from typing import Literal

ApiKeyRevokedEventEvent = Literal["api_key.revoked"]

API_KEY_REVOKED_EVENT_EVENT_VALUES: set[ApiKeyRevokedEventEvent] = {
    "api_key.revoked",
}


def check_api_key_revoked_event_event(value: str) -> ApiKeyRevokedEventEvent:
    if value in API_KEY_REVOKED_EVENT_EVENT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {API_KEY_REVOKED_EVENT_EVENT_VALUES!r}")
