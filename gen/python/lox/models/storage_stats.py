from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.storage_by_content_type import StorageByContentType
    from ..models.storage_by_status import StorageByStatus
    from ..models.storage_count import StorageCount
    from ..models.storage_day import StorageDay


T = TypeVar("T", bound="StorageStats")


@_attrs_define
class StorageStats:
    """What takes the space, and how it grew."""

    by_status: StorageByStatus
    """ Number and size of backups, by status. """
    by_content_type: list[StorageByContentType]
    """ The content types of the completed backups, the largest by `bytes` first. At most 100. If there are more,
    `other_content_types` sums up the others. """
    average_bytes: int
    """ The average size of a completed backup, rounded to whole bytes. 0 when there is none. """
    largest_bytes: int
    """ The size of the largest completed backup, in bytes. 0 when there is none. """
    daily: list[StorageDay]
    """ The last 30 days, the oldest first; the last one is today. """
    projected_full_at: datetime.datetime | None
    """ When the quota will be full if storage keeps growing at the average rate of these 30 days, or of the days
    since the first upload if those are fewer. What is reserved now counts as taken. `null` if storage doesn't grow,
    or if the time is more than 100 years off. """
    other_content_types: StorageCount | Unset = UNSET
    """ A number of backups, and their size together. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        by_status = self.by_status.to_dict()

        by_content_type = []
        for by_content_type_item_data in self.by_content_type:
            by_content_type_item = by_content_type_item_data.to_dict()
            by_content_type.append(by_content_type_item)

        average_bytes = self.average_bytes

        largest_bytes = self.largest_bytes

        daily = []
        for daily_item_data in self.daily:
            daily_item = daily_item_data.to_dict()
            daily.append(daily_item)

        projected_full_at: None | str
        if isinstance(self.projected_full_at, datetime.datetime):
            projected_full_at = self.projected_full_at.isoformat().replace("+00:00", "Z")
        else:
            projected_full_at = self.projected_full_at

        other_content_types: dict[str, Any] | Unset = UNSET
        if not isinstance(self.other_content_types, Unset):
            other_content_types = self.other_content_types.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "by_status": by_status,
                "by_content_type": by_content_type,
                "average_bytes": average_bytes,
                "largest_bytes": largest_bytes,
                "daily": daily,
                "projected_full_at": projected_full_at,
            }
        )
        if other_content_types is not UNSET:
            field_dict["other_content_types"] = other_content_types

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.storage_by_content_type import StorageByContentType  # noqa: PLC0415
        from ..models.storage_by_status import StorageByStatus  # noqa: PLC0415
        from ..models.storage_count import StorageCount  # noqa: PLC0415
        from ..models.storage_day import StorageDay  # noqa: PLC0415

        d = dict(src_dict)
        by_status = StorageByStatus.from_dict(d.pop("by_status"))

        by_content_type = []
        _by_content_type = d.pop("by_content_type")
        for by_content_type_item_data in _by_content_type:
            by_content_type_item = StorageByContentType.from_dict(by_content_type_item_data)

            by_content_type.append(by_content_type_item)

        average_bytes = d.pop("average_bytes")

        largest_bytes = d.pop("largest_bytes")

        daily = []
        _daily = d.pop("daily")
        for daily_item_data in _daily:
            daily_item = StorageDay.from_dict(daily_item_data)

            daily.append(daily_item)

        def _parse_projected_full_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                projected_full_at_type_0 = datetime.datetime.fromisoformat(data)

                return projected_full_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        projected_full_at = _parse_projected_full_at(d.pop("projected_full_at"))

        _other_content_types = d.pop("other_content_types", UNSET)
        other_content_types: StorageCount | Unset
        if isinstance(_other_content_types, Unset):
            other_content_types = UNSET
        else:
            other_content_types = StorageCount.from_dict(_other_content_types)

        storage_stats = cls(
            by_status=by_status,
            by_content_type=by_content_type,
            average_bytes=average_bytes,
            largest_bytes=largest_bytes,
            daily=daily,
            projected_full_at=projected_full_at,
            other_content_types=other_content_types,
        )

        storage_stats.additional_properties = d
        return storage_stats

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
