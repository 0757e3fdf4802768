from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="RequestedPart")


@_attrs_define
class RequestedPart:
    """A part that is going to be uploaded."""

    part_number: int
    """ The number of a part. The first is 1. """
    size_bytes: int | Unset = UNSET
    """ The size of the part in bytes. The last part of a stream needs it, unless it has `part_size_bytes`. Of other
    parts it is known, and must be right. """
    checksum: str | Unset = UNSET
    """ The SHA-256 of the bytes, `sha256:` and 64 hexadecimal digits of either case. Responses have it in lower
    case. """

    def to_dict(self) -> dict[str, Any]:
        part_number = self.part_number

        size_bytes = self.size_bytes

        checksum = self.checksum

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "part_number": part_number,
            }
        )
        if size_bytes is not UNSET:
            field_dict["size_bytes"] = size_bytes
        if checksum is not UNSET:
            field_dict["checksum"] = checksum

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        part_number = d.pop("part_number")

        size_bytes = d.pop("size_bytes", UNSET)

        checksum = d.pop("checksum", UNSET)

        requested_part = cls(
            part_number=part_number,
            size_bytes=size_bytes,
            checksum=checksum,
        )

        return requested_part
