from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="WebhookTestData")


@_attrs_define
class WebhookTestData:
    """The webhook that is tested."""

    id: str
    """ Identifies a webhook. `whk_` and 26 characters (a TypeID, that is a UUIDv7 in base32). """
    url: str
    """ Where events are sent: an http or https URL of at most 2048 characters, without user name, password and
    fragment, in the ASCII form of RFC 3986: other characters are percent-encoded, and a host name beyond ASCII is
    in its `xn--` form. The host must be public, unless the server is configured otherwise: a private or reserved
    address, a name without a dot, and names such as `nas.local` are refused when the URL is set. A host name has at
    most 253 characters. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        url = self.url

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "url": url,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        url = d.pop("url")

        webhook_test_data = cls(
            id=id,
            url=url,
        )

        webhook_test_data.additional_properties = d
        return webhook_test_data

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
