from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.delivery import Delivery


T = TypeVar("T", bound="DeliveryList")


@_attrs_define
class DeliveryList:
    """One page of deliveries."""

    deliveries: list[Delivery]
    """ The deliveries of this page, newest first. """
    total: int
    """ The number of deliveries that pass the filters, over all pages: exact up to 10,000. If there are more, it is
    10,000 and `total_capped` is `true`. """
    limit: int
    """ The `limit` of this page. """
    offset: int
    """ The `offset` of this page. """
    total_capped: bool | Unset = UNSET
    """ Whether more than 10,000 deliveries pass the filters. Absent if not. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        deliveries = []
        for deliveries_item_data in self.deliveries:
            deliveries_item = deliveries_item_data.to_dict()
            deliveries.append(deliveries_item)

        total = self.total

        limit = self.limit

        offset = self.offset

        total_capped = self.total_capped

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "deliveries": deliveries,
                "total": total,
                "limit": limit,
                "offset": offset,
            }
        )
        if total_capped is not UNSET:
            field_dict["total_capped"] = total_capped

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.delivery import Delivery  # noqa: PLC0415

        d = dict(src_dict)
        deliveries = []
        _deliveries = d.pop("deliveries")
        for deliveries_item_data in _deliveries:
            deliveries_item = Delivery.from_dict(deliveries_item_data)

            deliveries.append(deliveries_item)

        total = d.pop("total")

        limit = d.pop("limit")

        offset = d.pop("offset")

        total_capped = d.pop("total_capped", UNSET)

        delivery_list = cls(
            deliveries=deliveries,
            total=total,
            limit=limit,
            offset=offset,
            total_capped=total_capped,
        )

        delivery_list.additional_properties = d
        return delivery_list

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
