from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="RotateApiKeyRequest")


@_attrs_define
class RotateApiKeyRequest:
    """How to rotate an API key."""

    overlap_seconds: int | Unset = 86400
    """ For how long the old key continues to work, at most 30 days. The old key's own expiry still applies. """
    expires_at: datetime.datetime | Unset = UNSET
    """ When the new key is to stop working, a time in the future. If left out, the new key gets the old key's
    expiry. """

    def to_dict(self) -> dict[str, Any]:
        overlap_seconds = self.overlap_seconds

        expires_at: str | Unset = UNSET
        if not isinstance(self.expires_at, Unset):
            expires_at = self.expires_at.isoformat().replace("+00:00", "Z")

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if overlap_seconds is not UNSET:
            field_dict["overlap_seconds"] = overlap_seconds
        if expires_at is not UNSET:
            field_dict["expires_at"] = expires_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        overlap_seconds = d.pop("overlap_seconds", UNSET)

        _expires_at = d.pop("expires_at", UNSET)
        expires_at: datetime.datetime | Unset
        if isinstance(_expires_at, Unset):
            expires_at = UNSET
        else:
            expires_at = datetime.datetime.fromisoformat(_expires_at)

        rotate_api_key_request = cls(
            overlap_seconds=overlap_seconds,
            expires_at=expires_at,
        )

        return rotate_api_key_request
