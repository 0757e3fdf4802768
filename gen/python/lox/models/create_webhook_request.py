from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.subscribable_event_type import SubscribableEventType, check_subscribable_event_type
from ..types import UNSET, Unset

T = TypeVar("T", bound="CreateWebhookRequest")


@_attrs_define
class CreateWebhookRequest:
    """A webhook to create."""

    url: str
    """ Where events are sent: an http or https URL of at most 2048 characters, without user name, password and
    fragment, in the ASCII form of RFC 3986: other characters are percent-encoded, and a host name beyond ASCII is
    in its `xn--` form. The host must be public, unless the server is configured otherwise: a private or reserved
    address, a name without a dot, and names such as `nas.local` are refused when the URL is set. A host name has at
    most 253 characters. """
    events: list[SubscribableEventType] | Unset = UNSET
    """ The types of the events that the webhook is to get. """
    description: str | Unset = UNSET
    """ What the webhook is for, 1 to 255 characters, none of them a control, bidirectional or zero-width character.
    """
    enabled: bool | Unset = True
    """ Whether to send events to it from the beginning. """

    def to_dict(self) -> dict[str, Any]:
        url = self.url

        events: list[str] | Unset = UNSET
        if not isinstance(self.events, Unset):
            events = []
            for events_item_data in self.events:
                events_item: str = events_item_data
                events.append(events_item)

        description = self.description

        enabled = self.enabled

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "url": url,
            }
        )
        if events is not UNSET:
            field_dict["events"] = events
        if description is not UNSET:
            field_dict["description"] = description
        if enabled is not UNSET:
            field_dict["enabled"] = enabled

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        url = d.pop("url")

        _events = d.pop("events", UNSET)
        events: list[SubscribableEventType] | Unset = UNSET
        if _events is not UNSET:
            events = []
            for events_item_data in _events:
                events_item = check_subscribable_event_type(events_item_data)

                events.append(events_item)

        description = d.pop("description", UNSET)

        enabled = d.pop("enabled", UNSET)

        create_webhook_request = cls(
            url=url,
            events=events,
            description=description,
            enabled=enabled,
        )

        return create_webhook_request
