from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.class_limits import ClassLimits


T = TypeVar("T", bound="TenantLimits")


@_attrs_define
class TenantLimits:
    """The rate limits of the tenant, by class."""

    api_calls: ClassLimits
    """ The caps of one class of requests. """
    uploads: ClassLimits
    """ The caps of one class of requests. """
    downloads: ClassLimits
    """ The caps of one class of requests. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        api_calls = self.api_calls.to_dict()

        uploads = self.uploads.to_dict()

        downloads = self.downloads.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "api_calls": api_calls,
                "uploads": uploads,
                "downloads": downloads,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.class_limits import ClassLimits  # noqa: PLC0415

        d = dict(src_dict)
        api_calls = ClassLimits.from_dict(d.pop("api_calls"))

        uploads = ClassLimits.from_dict(d.pop("uploads"))

        downloads = ClassLimits.from_dict(d.pop("downloads"))

        tenant_limits = cls(
            api_calls=api_calls,
            uploads=uploads,
            downloads=downloads,
        )

        tenant_limits.additional_properties = d
        return tenant_limits

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
