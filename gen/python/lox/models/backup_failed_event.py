from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.backup_failed_event_event import BackupFailedEventEvent, check_backup_failed_event_event

if TYPE_CHECKING:
    from ..models.backup_failed_data import BackupFailedData


T = TypeVar("T", bound="BackupFailedEvent")


@_attrs_define
class BackupFailedEvent:
    """A backup has failed."""

    event: BackupFailedEventEvent
    """ Always `backup.failed`. """
    timestamp: datetime.datetime
    """ When the backup failed. """
    data: BackupFailedData
    """ The backup that failed. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        event: str = self.event

        timestamp = self.timestamp.isoformat().replace("+00:00", "Z")

        data = self.data.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "event": event,
                "timestamp": timestamp,
                "data": data,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.backup_failed_data import BackupFailedData  # noqa: PLC0415

        d = dict(src_dict)
        event = check_backup_failed_event_event(d.pop("event"))

        timestamp = datetime.datetime.fromisoformat(d.pop("timestamp"))

        data = BackupFailedData.from_dict(d.pop("data"))

        backup_failed_event = cls(
            event=event,
            timestamp=timestamp,
            data=data,
        )

        backup_failed_event.additional_properties = d
        return backup_failed_event

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
