from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="RecoverWebhookRequest")


@_attrs_define
class RecoverWebhookRequest:
    """Since when to send failed deliveries again."""

    since: str
    """ A date (`2024-01-15`) or an RFC 3339 timestamp (`2024-01-15T10:30:00Z`). `T` and `Z` may be lower case. A
    space may take the place of the `+` of an offset: it is what a `+` means in a query if it is not written as
    `%2B`. """

    def to_dict(self) -> dict[str, Any]:
        since = self.since

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "since": since,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        since = d.pop("since")

        recover_webhook_request = cls(
            since=since,
        )

        return recover_webhook_request
