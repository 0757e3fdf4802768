from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="QuotaWarningData")


@_attrs_define
class QuotaWarningData:
    """How full the quota is."""

    threshold_percentage: int
    """ The threshold that was reached: 80, 90 or 100 per cent of the quota. """
    used_bytes: int
    """ The size of all completed backups together, in bytes. """
    quota_bytes: int
    """ The quota in bytes. """
    used_percentage: float
    """ `used_bytes` in per cent of `quota_bytes`, rounded to 2 decimals. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        threshold_percentage = self.threshold_percentage

        used_bytes = self.used_bytes

        quota_bytes = self.quota_bytes

        used_percentage = self.used_percentage

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "threshold_percentage": threshold_percentage,
                "used_bytes": used_bytes,
                "quota_bytes": quota_bytes,
                "used_percentage": used_percentage,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        threshold_percentage = d.pop("threshold_percentage")

        used_bytes = d.pop("used_bytes")

        quota_bytes = d.pop("quota_bytes")

        used_percentage = d.pop("used_percentage")

        quota_warning_data = cls(
            threshold_percentage=threshold_percentage,
            used_bytes=used_bytes,
            quota_bytes=quota_bytes,
            used_percentage=used_percentage,
        )

        quota_warning_data.additional_properties = d
        return quota_warning_data

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
