from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="StorageDay")


@_attrs_define
class StorageDay:
    """What happened on one day, and what was stored at its end. Days are those of UTC."""

    date: datetime.date
    """ The day. """
    uploaded: int
    """ The number of backups that were completed on this day. """
    deleted: int
    """ The number of completed backups that were deleted on this day. """
    bytes_: int
    """ The size of all completed backups at the end of this day, or now if it is today, in bytes. """
    count: int
    """ The number of completed backups at the end of this day, or now if it is today. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        date = self.date.isoformat()

        uploaded = self.uploaded

        deleted = self.deleted

        bytes_ = self.bytes_

        count = self.count

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "date": date,
                "uploaded": uploaded,
                "deleted": deleted,
                "bytes": bytes_,
                "count": count,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        date = datetime.date.fromisoformat(d.pop("date"))

        uploaded = d.pop("uploaded")

        deleted = d.pop("deleted")

        bytes_ = d.pop("bytes")

        count = d.pop("count")

        storage_day = cls(
            date=date,
            uploaded=uploaded,
            deleted=deleted,
            bytes_=bytes_,
            count=count,
        )

        storage_day.additional_properties = d
        return storage_day

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
