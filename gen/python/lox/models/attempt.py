from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="Attempt")


@_attrs_define
class Attempt:
    """One attempt of a delivery, and the answer to it."""

    number: int
    """ Which attempt of the delivery it was, 1 for the first. """
    at: datetime.datetime
    """ When it began. """
    latency_ms: int
    """ How long it took until the answer was there or the attempt had failed, in milliseconds; 0 if the URL led to
    no address that webhooks may go to. """
    status: int | Unset = UNSET
    """ The HTTP status of the answer. Absent if there was none, or none from 100 to 999. """
    response_body: str | Unset = UNSET
    """ The first 4 KiB of the answer's body, as text: what is no UTF-8 is replaced by U+FFFD. Absent if there was
    none. """
    error: str | Unset = UNSET
    """ Why there was no answer, for people to read. Absent if there was one. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        number = self.number

        at = self.at.isoformat().replace("+00:00", "Z")

        latency_ms = self.latency_ms

        status = self.status

        response_body = self.response_body

        error = self.error

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "number": number,
                "at": at,
                "latency_ms": latency_ms,
            }
        )
        if status is not UNSET:
            field_dict["status"] = status
        if response_body is not UNSET:
            field_dict["response_body"] = response_body
        if error is not UNSET:
            field_dict["error"] = error

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        number = d.pop("number")

        at = datetime.datetime.fromisoformat(d.pop("at"))

        latency_ms = d.pop("latency_ms")

        status = d.pop("status", UNSET)

        response_body = d.pop("response_body", UNSET)

        error = d.pop("error", UNSET)

        attempt = cls(
            number=number,
            at=at,
            latency_ms=latency_ms,
            status=status,
            response_body=response_body,
            error=error,
        )

        attempt.additional_properties = d
        return attempt

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
