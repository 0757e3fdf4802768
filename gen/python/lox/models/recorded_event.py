from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.actor import Actor
    from ..models.recorded_event_data import RecordedEventData
    from ..models.subject import Subject


T = TypeVar("T", bound="RecordedEvent")


@_attrs_define
class RecordedEvent:
    """A change, as the record has it."""

    id: str
    """ Identifies an event. `evt_` and 26 characters (a TypeID, that is a UUIDv7 in base32). """
    type_: str
    """ What happened, by name. The guide has a table of them under Events, which says what `data` holds and which
    of them webhooks get. Later versions may add types. """
    timestamp: datetime.datetime
    """ When it happened. """
    actor: Actor
    """ Who made a change. """
    subject: Subject
    """ What an event is about. It may be deleted by now. """
    data: RecordedEventData
    """ What happened, the same as `data` of the webhook event of this type. The guide says under Events what each
    type has. """
    request_id: str | Unset = UNSET
    """ The `X-Request-Id` of the request that made the change. If a job made it, that of the request which began
    the work. Absent if none did. """
    client_address: str | Unset = UNSET
    """ The IP address that the request came from. Absent if no request made the change. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        type_ = self.type_

        timestamp = self.timestamp.isoformat().replace("+00:00", "Z")

        actor = self.actor.to_dict()

        subject = self.subject.to_dict()

        data = self.data.to_dict()

        request_id = self.request_id

        client_address = self.client_address

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "type": type_,
                "timestamp": timestamp,
                "actor": actor,
                "subject": subject,
                "data": data,
            }
        )
        if request_id is not UNSET:
            field_dict["request_id"] = request_id
        if client_address is not UNSET:
            field_dict["client_address"] = client_address

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.actor import Actor  # noqa: PLC0415
        from ..models.recorded_event_data import RecordedEventData  # noqa: PLC0415
        from ..models.subject import Subject  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        type_ = d.pop("type")

        timestamp = datetime.datetime.fromisoformat(d.pop("timestamp"))

        actor = Actor.from_dict(d.pop("actor"))

        subject = Subject.from_dict(d.pop("subject"))

        data = RecordedEventData.from_dict(d.pop("data"))

        request_id = d.pop("request_id", UNSET)

        client_address = d.pop("client_address", UNSET)

        recorded_event = cls(
            id=id,
            type_=type_,
            timestamp=timestamp,
            actor=actor,
            subject=subject,
            data=data,
            request_id=request_id,
            client_address=client_address,
        )

        recorded_event.additional_properties = d
        return recorded_event

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
