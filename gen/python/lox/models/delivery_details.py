from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.attempt import Attempt


T = TypeVar("T", bound="DeliveryDetails")


@_attrs_define
class DeliveryDetails:
    """A delivery with its body and its attempts."""

    id: str
    """ Identifies a delivery. `dlv_` and 26 characters (a TypeID, that is a UUIDv7 in base32). """
    event_id: str
    """ Identifies an event. `evt_` and 26 characters (a TypeID, that is a UUIDv7 in base32). """
    event: str
    """ What happened, by name. The guide has a table of them under Events, which says what `data` holds and which
    of them webhooks get. Later versions may add types. """
    status: str
    """ Where a delivery stands. `pending`: the next attempt is due at `next_attempt_at`. `succeeded`: it has
    arrived. `failed`: no more attempts are made. Later versions may add values. """
    attempts: int
    """ How many attempts there were. """
    created_at: datetime.datetime
    """ When the delivery was created. """
    payload: str
    """ The body of every attempt, to the byte: the JSON of an event, as a string, so that its signature can be
    checked. """
    attempt_log: list[Attempt]
    """ The attempts in order; if there were more than 100, the last 100 of them. """
    next_attempt_at: datetime.datetime | Unset = UNSET
    """ When the next attempt is due. Present only while `pending`. """
    completed_at: datetime.datetime | Unset = UNSET
    """ When the delivery succeeded or failed. Absent while `pending`. """
    failure: str | Unset = UNSET
    """ Why the delivery failed, for people to read. Absent if it failed because its last attempt failed. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        event_id = self.event_id

        event = self.event

        status = self.status

        attempts = self.attempts

        created_at = self.created_at.isoformat().replace("+00:00", "Z")

        payload = self.payload

        attempt_log = []
        for attempt_log_item_data in self.attempt_log:
            attempt_log_item = attempt_log_item_data.to_dict()
            attempt_log.append(attempt_log_item)

        next_attempt_at: str | Unset = UNSET
        if not isinstance(self.next_attempt_at, Unset):
            next_attempt_at = self.next_attempt_at.isoformat().replace("+00:00", "Z")

        completed_at: str | Unset = UNSET
        if not isinstance(self.completed_at, Unset):
            completed_at = self.completed_at.isoformat().replace("+00:00", "Z")

        failure = self.failure

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "event_id": event_id,
                "event": event,
                "status": status,
                "attempts": attempts,
                "created_at": created_at,
                "payload": payload,
                "attempt_log": attempt_log,
            }
        )
        if next_attempt_at is not UNSET:
            field_dict["next_attempt_at"] = next_attempt_at
        if completed_at is not UNSET:
            field_dict["completed_at"] = completed_at
        if failure is not UNSET:
            field_dict["failure"] = failure

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.attempt import Attempt  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        event_id = d.pop("event_id")

        event = d.pop("event")

        status = d.pop("status")

        attempts = d.pop("attempts")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        payload = d.pop("payload")

        attempt_log = []
        _attempt_log = d.pop("attempt_log")
        for attempt_log_item_data in _attempt_log:
            attempt_log_item = Attempt.from_dict(attempt_log_item_data)

            attempt_log.append(attempt_log_item)

        _next_attempt_at = d.pop("next_attempt_at", UNSET)
        next_attempt_at: datetime.datetime | Unset
        if isinstance(_next_attempt_at, Unset):
            next_attempt_at = UNSET
        else:
            next_attempt_at = datetime.datetime.fromisoformat(_next_attempt_at)

        _completed_at = d.pop("completed_at", UNSET)
        completed_at: datetime.datetime | Unset
        if isinstance(_completed_at, Unset):
            completed_at = UNSET
        else:
            completed_at = datetime.datetime.fromisoformat(_completed_at)

        failure = d.pop("failure", UNSET)

        delivery_details = cls(
            id=id,
            event_id=event_id,
            event=event,
            status=status,
            attempts=attempts,
            created_at=created_at,
            payload=payload,
            attempt_log=attempt_log,
            next_attempt_at=next_attempt_at,
            completed_at=completed_at,
            failure=failure,
        )

        delivery_details.additional_properties = d
        return delivery_details

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
