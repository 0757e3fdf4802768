from typing import Literal

RequestedScope = Literal[
    "backups:delete",
    "backups:read",
    "backups:write",
    "events:read",
    "keys:write",
    "storage:read",
    "tenant:read",
    "tenant:write",
    "webhooks:write",
]

REQUESTED_SCOPE_VALUES: set[RequestedScope] = {
    "backups:delete",
    "backups:read",
    "backups:write",
    "events:read",
    "keys:write",
    "storage:read",
    "tenant:read",
    "tenant:write",
    "webhooks:write",
}


def check_requested_scope(value: str) -> RequestedScope:
    if value in REQUESTED_SCOPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {REQUESTED_SCOPE_VALUES!r}")
