from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.requested_part import RequestedPart


T = TypeVar("T", bound="CreatePartUploadsRequest")


@_attrs_define
class CreatePartUploadsRequest:
    """The parts that are going to be uploaded."""

    parts: list[RequestedPart]
    """ 1 to 100 parts, each number once. """

    def to_dict(self) -> dict[str, Any]:
        parts = []
        for parts_item_data in self.parts:
            parts_item = parts_item_data.to_dict()
            parts.append(parts_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "parts": parts,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.requested_part import RequestedPart  # noqa: PLC0415

        d = dict(src_dict)
        parts = []
        _parts = d.pop("parts")
        for parts_item_data in _parts:
            parts_item = RequestedPart.from_dict(parts_item_data)

            parts.append(parts_item)

        create_part_uploads_request = cls(
            parts=parts,
        )

        return create_part_uploads_request
