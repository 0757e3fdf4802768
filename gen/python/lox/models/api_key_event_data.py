from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="ApiKeyEventData")


@_attrs_define
class ApiKeyEventData:
    """The API key that was created or revoked, without the key itself."""

    id: str
    """ Identifies an API key, without being one. `key_` and 26 characters (a TypeID, that is a UUIDv7 in base32).
    """
    prefix: str
    """ How the key begins, `lox_` and 4 characters, by which a person recognises it. """
    last4: str
    """ The last 4 characters of the key. """
    name: str | Unset = UNSET
    """ A name for people to read, 1 to 255 characters, none of them a control, bidirectional or zero-width
    character. Needn't be unique. """
    scopes: list[str] | Unset = UNSET
    """ All that the key may do. Absent for a key that may do everything. """
    replaced_by: str | Unset = UNSET
    """ The id of the key that it was rotated to. Absent if it was not rotated. """
    expires_at: datetime.datetime | Unset = UNSET
    """ When the key stops working. Absent if it never does. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        prefix = self.prefix

        last4 = self.last4

        name = self.name

        scopes: list[str] | Unset = UNSET
        if not isinstance(self.scopes, Unset):
            scopes = self.scopes

        replaced_by = self.replaced_by

        expires_at: str | Unset = UNSET
        if not isinstance(self.expires_at, Unset):
            expires_at = self.expires_at.isoformat().replace("+00:00", "Z")

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "prefix": prefix,
                "last4": last4,
            }
        )
        if name is not UNSET:
            field_dict["name"] = name
        if scopes is not UNSET:
            field_dict["scopes"] = scopes
        if replaced_by is not UNSET:
            field_dict["replaced_by"] = replaced_by
        if expires_at is not UNSET:
            field_dict["expires_at"] = expires_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        prefix = d.pop("prefix")

        last4 = d.pop("last4")

        name = d.pop("name", UNSET)

        scopes = cast(list[str], d.pop("scopes", UNSET))

        replaced_by = d.pop("replaced_by", UNSET)

        _expires_at = d.pop("expires_at", UNSET)
        expires_at: datetime.datetime | Unset
        if isinstance(_expires_at, Unset):
            expires_at = UNSET
        else:
            expires_at = datetime.datetime.fromisoformat(_expires_at)

        api_key_event_data = cls(
            id=id,
            prefix=prefix,
            last4=last4,
            name=name,
            scopes=scopes,
            replaced_by=replaced_by,
            expires_at=expires_at,
        )

        api_key_event_data.additional_properties = d
        return api_key_event_data

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
