from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.storage_count import StorageCount


T = TypeVar("T", bound="StorageByStatus")


@_attrs_define
class StorageByStatus:
    """Number and size of backups, by status."""

    pending: StorageCount
    """ A number of backups, and their size together. """
    verifying: StorageCount
    """ A number of backups, and their size together. """
    completed: StorageCount
    """ A number of backups, and their size together. """
    failed: StorageCount
    """ A number of backups, and their size together. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        pending = self.pending.to_dict()

        verifying = self.verifying.to_dict()

        completed = self.completed.to_dict()

        failed = self.failed.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "pending": pending,
                "verifying": verifying,
                "completed": completed,
                "failed": failed,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.storage_count import StorageCount  # noqa: PLC0415

        d = dict(src_dict)
        pending = StorageCount.from_dict(d.pop("pending"))

        verifying = StorageCount.from_dict(d.pop("verifying"))

        completed = StorageCount.from_dict(d.pop("completed"))

        failed = StorageCount.from_dict(d.pop("failed"))

        storage_by_status = cls(
            pending=pending,
            verifying=verifying,
            completed=completed,
            failed=failed,
        )

        storage_by_status.additional_properties = d
        return storage_by_status

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
