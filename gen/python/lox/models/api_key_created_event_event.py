from typing import Literal

ApiKeyCreatedEventEvent = Literal["api_key.created"]

API_KEY_CREATED_EVENT_EVENT_VALUES: set[ApiKeyCreatedEventEvent] = {
    "api_key.created",
}


def check_api_key_created_event_event(value: str) -> ApiKeyCreatedEventEvent:
    if value in API_KEY_CREATED_EVENT_EVENT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {API_KEY_CREATED_EVENT_EVENT_VALUES!r}")
