from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.part import Part


T = TypeVar("T", bound="PartList")


@_attrs_define
class PartList:
    """One page of the parts that have arrived."""

    parts: list[Part]
    """ The parts of this page, in the order of their numbers. """
    part_size_bytes: int
    """ The size in bytes of all parts but the last, which may be smaller. """
    part_count: int | None
    """ How many parts the file has. `null` if it is a stream, whose size isn't known yet. """
    limit: int
    """ The `limit` of this page. """
    next_cursor: str | Unset = UNSET
    """ The `cursor` for the next page. Absent on the last page. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        parts = []
        for parts_item_data in self.parts:
            parts_item = parts_item_data.to_dict()
            parts.append(parts_item)

        part_size_bytes = self.part_size_bytes

        part_count: int | None
        part_count = self.part_count

        limit = self.limit

        next_cursor = self.next_cursor

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "parts": parts,
                "part_size_bytes": part_size_bytes,
                "part_count": part_count,
                "limit": limit,
            }
        )
        if next_cursor is not UNSET:
            field_dict["next_cursor"] = next_cursor

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.part import Part  # noqa: PLC0415

        d = dict(src_dict)
        parts = []
        _parts = d.pop("parts")
        for parts_item_data in _parts:
            parts_item = Part.from_dict(parts_item_data)

            parts.append(parts_item)

        part_size_bytes = d.pop("part_size_bytes")

        def _parse_part_count(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        part_count = _parse_part_count(d.pop("part_count"))

        limit = d.pop("limit")

        next_cursor = d.pop("next_cursor", UNSET)

        part_list = cls(
            parts=parts,
            part_size_bytes=part_size_bytes,
            part_count=part_count,
            limit=limit,
            next_cursor=next_cursor,
        )

        part_list.additional_properties = d
        return part_list

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
