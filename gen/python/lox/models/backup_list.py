from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.backup import Backup


T = TypeVar("T", bound="BackupList")


@_attrs_define
class BackupList:
    """One page of backups."""

    backups: list[Backup]
    """ The backups of this page, newest first. """
    total: int
    """ The exact number of backups that pass the filters, over all pages. """
    limit: int
    """ The `limit` of this page. """
    offset: int
    """ The `offset` of this page. """
    next_cursor: str | Unset = UNSET
    """ The `cursor` for the next page. Absent on the last page. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        backups = []
        for backups_item_data in self.backups:
            backups_item = backups_item_data.to_dict()
            backups.append(backups_item)

        total = self.total

        limit = self.limit

        offset = self.offset

        next_cursor = self.next_cursor

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "backups": backups,
                "total": total,
                "limit": limit,
                "offset": offset,
            }
        )
        if next_cursor is not UNSET:
            field_dict["next_cursor"] = next_cursor

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.backup import Backup  # noqa: PLC0415

        d = dict(src_dict)
        backups = []
        _backups = d.pop("backups")
        for backups_item_data in _backups:
            backups_item = Backup.from_dict(backups_item_data)

            backups.append(backups_item)

        total = d.pop("total")

        limit = d.pop("limit")

        offset = d.pop("offset")

        next_cursor = d.pop("next_cursor", UNSET)

        backup_list = cls(
            backups=backups,
            total=total,
            limit=limit,
            offset=offset,
            next_cursor=next_cursor,
        )

        backup_list.additional_properties = d
        return backup_list

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
