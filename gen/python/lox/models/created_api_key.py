from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="CreatedApiKey")


@_attrs_define
class CreatedApiKey:
    """A new API key, with the key itself."""

    id: str
    """ Identifies an API key, without being one. `key_` and 26 characters (a TypeID, that is a UUIDv7 in base32).
    """
    key: str
    """ The key itself, to be sent as `Authorization: Bearer lox_…`: `lox_` and 36 letters and digits. Shown in this
    response and never again. """
    prefix: str
    """ How the key begins, `lox_` and 4 characters, by which a person recognises it. """
    last4: str
    """ The last 4 characters of the key. """
    created_at: datetime.datetime
    """ When the key was created. """
    name: str | Unset = UNSET
    """ A name for people to read, 1 to 255 characters, none of them a control, bidirectional or zero-width
    character. Needn't be unique. """
    scopes: list[str] | Unset = UNSET
    """ All that the key may do. Absent for a key that may do everything. """
    expires_at: datetime.datetime | Unset = UNSET
    """ When the key stops working. Absent if it never does. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        key = self.key

        prefix = self.prefix

        last4 = self.last4

        created_at = self.created_at.isoformat().replace("+00:00", "Z")

        name = self.name

        scopes: list[str] | Unset = UNSET
        if not isinstance(self.scopes, Unset):
            scopes = self.scopes

        expires_at: str | Unset = UNSET
        if not isinstance(self.expires_at, Unset):
            expires_at = self.expires_at.isoformat().replace("+00:00", "Z")

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "key": key,
                "prefix": prefix,
                "last4": last4,
                "created_at": created_at,
            }
        )
        if name is not UNSET:
            field_dict["name"] = name
        if scopes is not UNSET:
            field_dict["scopes"] = scopes
        if expires_at is not UNSET:
            field_dict["expires_at"] = expires_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        key = d.pop("key")

        prefix = d.pop("prefix")

        last4 = d.pop("last4")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        name = d.pop("name", UNSET)

        scopes = cast(list[str], d.pop("scopes", UNSET))

        _expires_at = d.pop("expires_at", UNSET)
        expires_at: datetime.datetime | Unset
        if isinstance(_expires_at, Unset):
            expires_at = UNSET
        else:
            expires_at = datetime.datetime.fromisoformat(_expires_at)

        created_api_key = cls(
            id=id,
            key=key,
            prefix=prefix,
            last4=last4,
            created_at=created_at,
            name=name,
            scopes=scopes,
            expires_at=expires_at,
        )

        created_api_key.additional_properties = d
        return created_api_key

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
