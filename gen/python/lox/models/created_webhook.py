from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="CreatedWebhook")


@_attrs_define
class CreatedWebhook:
    """A new webhook, with its secret."""

    id: str
    """ Identifies a webhook. `whk_` and 26 characters (a TypeID, that is a UUIDv7 in base32). """
    url: str
    """ Where events are sent: an http or https URL of at most 2048 characters, without user name, password and
    fragment, in the ASCII form of RFC 3986: other characters are percent-encoded, and a host name beyond ASCII is
    in its `xn--` form. The host must be public, unless the server is configured otherwise: a private or reserved
    address, a name without a dot, and names such as `nas.local` are refused when the URL is set. A host name has at
    most 253 characters. """
    secret: str
    """ What deliveries are signed with: `whsec_` and the base64 of 32 random bytes (Standard Webhooks 1.0). Shown
    in this response and never again. """
    events: list[str]
    """ The types of the events that the webhook gets. """
    enabled: bool
    """ Whether events are sent to it. """
    created_at: datetime.datetime
    """ When the webhook was created. """
    description: str | Unset = UNSET
    """ What the webhook is for, 1 to 255 characters, none of them a control, bidirectional or zero-width character.
    """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        url = self.url

        secret = self.secret

        events = self.events

        enabled = self.enabled

        created_at = self.created_at.isoformat().replace("+00:00", "Z")

        description = self.description

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "url": url,
                "secret": secret,
                "events": events,
                "enabled": enabled,
                "created_at": created_at,
            }
        )
        if description is not UNSET:
            field_dict["description"] = description

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        url = d.pop("url")

        secret = d.pop("secret")

        events = cast(list[str], d.pop("events"))

        enabled = d.pop("enabled")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        description = d.pop("description", UNSET)

        created_webhook = cls(
            id=id,
            url=url,
            secret=secret,
            events=events,
            enabled=enabled,
            created_at=created_at,
            description=description,
        )

        created_webhook.additional_properties = d
        return created_webhook

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
