from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="Webhook")


@_attrs_define
class Webhook:
    """A URL to which events are sent."""

    id: str
    """ Identifies a webhook. `whk_` and 26 characters (a TypeID, that is a UUIDv7 in base32). """
    url: str
    """ Where events are sent: an http or https URL of at most 2048 characters, without user name, password and
    fragment, in the ASCII form of RFC 3986: other characters are percent-encoded, and a host name beyond ASCII is
    in its `xn--` form. The host must be public, unless the server is configured otherwise: a private or reserved
    address, a name without a dot, and names such as `nas.local` are refused when the URL is set. A host name has at
    most 253 characters. """
    events: list[str]
    """ The types of the events that the webhook gets. """
    enabled: bool
    """ Whether events are sent to it. """
    created_at: datetime.datetime
    """ When the webhook was created. """
    description: str | Unset = UNSET
    """ What the webhook is for, 1 to 255 characters, none of them a control, bidirectional or zero-width character.
    """
    disabled_reason: str | Unset = UNSET
    """ Why LOX disabled it, for people to read. Present only if it did. """
    failing_since: datetime.datetime | Unset = UNSET
    """ Since when all attempts have failed: the time of the first failure after the last success. Absent if the
    latest attempt succeeded, or there was none. """
    previous_secret_expires_at: datetime.datetime | Unset = UNSET
    """ When the secret before this one stops signing. Present only until then. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        url = self.url

        events = self.events

        enabled = self.enabled

        created_at = self.created_at.isoformat().replace("+00:00", "Z")

        description = self.description

        disabled_reason = self.disabled_reason

        failing_since: str | Unset = UNSET
        if not isinstance(self.failing_since, Unset):
            failing_since = self.failing_since.isoformat().replace("+00:00", "Z")

        previous_secret_expires_at: str | Unset = UNSET
        if not isinstance(self.previous_secret_expires_at, Unset):
            previous_secret_expires_at = self.previous_secret_expires_at.isoformat().replace("+00:00", "Z")

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "url": url,
                "events": events,
                "enabled": enabled,
                "created_at": created_at,
            }
        )
        if description is not UNSET:
            field_dict["description"] = description
        if disabled_reason is not UNSET:
            field_dict["disabled_reason"] = disabled_reason
        if failing_since is not UNSET:
            field_dict["failing_since"] = failing_since
        if previous_secret_expires_at is not UNSET:
            field_dict["previous_secret_expires_at"] = previous_secret_expires_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        url = d.pop("url")

        events = cast(list[str], d.pop("events"))

        enabled = d.pop("enabled")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        description = d.pop("description", UNSET)

        disabled_reason = d.pop("disabled_reason", UNSET)

        _failing_since = d.pop("failing_since", UNSET)
        failing_since: datetime.datetime | Unset
        if isinstance(_failing_since, Unset):
            failing_since = UNSET
        else:
            failing_since = datetime.datetime.fromisoformat(_failing_since)

        _previous_secret_expires_at = d.pop("previous_secret_expires_at", UNSET)
        previous_secret_expires_at: datetime.datetime | Unset
        if isinstance(_previous_secret_expires_at, Unset):
            previous_secret_expires_at = UNSET
        else:
            previous_secret_expires_at = datetime.datetime.fromisoformat(_previous_secret_expires_at)

        webhook = cls(
            id=id,
            url=url,
            events=events,
            enabled=enabled,
            created_at=created_at,
            description=description,
            disabled_reason=disabled_reason,
            failing_since=failing_since,
            previous_secret_expires_at=previous_secret_expires_at,
        )

        webhook.additional_properties = d
        return webhook

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
