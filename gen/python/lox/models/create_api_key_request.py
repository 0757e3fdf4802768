from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.requested_scope import RequestedScope, check_requested_scope
from ..types import UNSET, Unset

T = TypeVar("T", bound="CreateApiKeyRequest")


@_attrs_define
class CreateApiKeyRequest:
    """An API key to create."""

    name: str | Unset = UNSET
    """ A name for people to read, 1 to 255 characters, none of them a control, bidirectional or zero-width
    character. Needn't be unique. """
    scopes: list[RequestedScope] | Unset = UNSET
    """ All that the key may do. Leave it out for a key that may do everything. """
    expires_at: datetime.datetime | Unset = UNSET
    """ When the key is to stop working, a time in the future. Left out for a key that never does. """

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        scopes: list[str] | Unset = UNSET
        if not isinstance(self.scopes, Unset):
            scopes = []
            for componentsschemas_requested_scopes_item_data in self.scopes:
                componentsschemas_requested_scopes_item: str = componentsschemas_requested_scopes_item_data
                scopes.append(componentsschemas_requested_scopes_item)

        expires_at: str | Unset = UNSET
        if not isinstance(self.expires_at, Unset):
            expires_at = self.expires_at.isoformat().replace("+00:00", "Z")

        field_dict: dict[str, Any] = {}

        field_dict.update({})
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
        name = d.pop("name", UNSET)

        _scopes = d.pop("scopes", UNSET)
        scopes: list[RequestedScope] | Unset = UNSET
        if _scopes is not UNSET:
            scopes = []
            for componentsschemas_requested_scopes_item_data in _scopes:
                componentsschemas_requested_scopes_item = check_requested_scope(
                    componentsschemas_requested_scopes_item_data
                )

                scopes.append(componentsschemas_requested_scopes_item)

        _expires_at = d.pop("expires_at", UNSET)
        expires_at: datetime.datetime | Unset
        if isinstance(_expires_at, Unset):
            expires_at = UNSET
        else:
            expires_at = datetime.datetime.fromisoformat(_expires_at)

        create_api_key_request = cls(
            name=name,
            scopes=scopes,
            expires_at=expires_at,
        )

        return create_api_key_request
