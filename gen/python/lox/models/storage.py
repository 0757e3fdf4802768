from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Storage")


@_attrs_define
class Storage:
    """How much of the quota is taken."""

    used_bytes: int
    """ The size of all completed backups together, in bytes. """
    quota_bytes: int
    """ The most that `used_bytes` and `reserved_bytes` may come to. """
    used_percentage: float
    """ `used_bytes` in per cent of `quota_bytes`, rounded to 2 decimals. More than 100 if the quota was lowered
    below what was stored; 100 for a quota of 0. """
    backup_count: int
    """ The number of completed backups. """
    oldest_backup: datetime.datetime | None
    """ When the oldest completed backup was created. `null` when there is none. """
    newest_backup: datetime.datetime | None
    """ When the newest completed backup was created. `null` when there is none. """
    reserved_bytes: int
    """ The declared size of all backups that are `pending` or `verifying`, in bytes. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        used_bytes = self.used_bytes

        quota_bytes = self.quota_bytes

        used_percentage = self.used_percentage

        backup_count = self.backup_count

        oldest_backup: None | str
        if isinstance(self.oldest_backup, datetime.datetime):
            oldest_backup = self.oldest_backup.isoformat().replace("+00:00", "Z")
        else:
            oldest_backup = self.oldest_backup

        newest_backup: None | str
        if isinstance(self.newest_backup, datetime.datetime):
            newest_backup = self.newest_backup.isoformat().replace("+00:00", "Z")
        else:
            newest_backup = self.newest_backup

        reserved_bytes = self.reserved_bytes

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "used_bytes": used_bytes,
                "quota_bytes": quota_bytes,
                "used_percentage": used_percentage,
                "backup_count": backup_count,
                "oldest_backup": oldest_backup,
                "newest_backup": newest_backup,
                "reserved_bytes": reserved_bytes,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        used_bytes = d.pop("used_bytes")

        quota_bytes = d.pop("quota_bytes")

        used_percentage = d.pop("used_percentage")

        backup_count = d.pop("backup_count")

        def _parse_oldest_backup(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                oldest_backup_type_0 = datetime.datetime.fromisoformat(data)

                return oldest_backup_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        oldest_backup = _parse_oldest_backup(d.pop("oldest_backup"))

        def _parse_newest_backup(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                newest_backup_type_0 = datetime.datetime.fromisoformat(data)

                return newest_backup_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        newest_backup = _parse_newest_backup(d.pop("newest_backup"))

        reserved_bytes = d.pop("reserved_bytes")

        storage = cls(
            used_bytes=used_bytes,
            quota_bytes=quota_bytes,
            used_percentage=used_percentage,
            backup_count=backup_count,
            oldest_backup=oldest_backup,
            newest_backup=newest_backup,
            reserved_bytes=reserved_bytes,
        )

        storage.additional_properties = d
        return storage

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
