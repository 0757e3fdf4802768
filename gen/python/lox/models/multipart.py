from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Multipart")


@_attrs_define
class Multipart:
    """How the file is uploaded in parts. Absent if it is uploaded by one `PUT`, and once the backup is no longer
    `pending`.

    """

    part_size_bytes: int
    """ The size in bytes of all parts but the last, which may be smaller. """
    part_count: int | None
    """ How many parts the file has. `null` if it is a stream, whose size isn't known yet. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        part_size_bytes = self.part_size_bytes

        part_count: int | None
        part_count = self.part_count

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "part_size_bytes": part_size_bytes,
                "part_count": part_count,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        part_size_bytes = d.pop("part_size_bytes")

        def _parse_part_count(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        part_count = _parse_part_count(d.pop("part_count"))

        multipart = cls(
            part_size_bytes=part_size_bytes,
            part_count=part_count,
        )

        multipart.additional_properties = d
        return multipart

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
