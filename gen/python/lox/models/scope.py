from enum import StrEnum
from typing import Self


class Scope(StrEnum):
    """What an API key may do. `backups:read`: list, get and download backups. `backups:write`: create and complete
    backups, but change or delete none. `backups:delete`: delete backups. `storage:read`: see usage and statistics.
    `tenant:read`: see the tenant and its list of API keys. `tenant:write`: change the tenant. `keys:write`: create,
    rotate and revoke API keys. `webhooks:write`: see and manage webhooks and what was sent to them."""

    BACKUPS_DELETE = "backups:delete"
    BACKUPS_READ = "backups:read"
    BACKUPS_WRITE = "backups:write"
    KEYS_WRITE = "keys:write"
    STORAGE_READ = "storage:read"
    TENANT_READ = "tenant:read"
    TENANT_WRITE = "tenant:write"
    WEBHOOKS_WRITE = "webhooks:write"

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        """A value that only later versions of the API know is kept as it is."""
        if not isinstance(value, str):
            return None
        unknown = str.__new__(cls, value)
        unknown._name_ = unknown._value_ = value
        return unknown
