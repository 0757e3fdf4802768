from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="BackupDownload")


@_attrs_define
class BackupDownload:
    """A signed URL to fetch the bytes of a backup from."""

    download_url: str
    """ Where to `GET` the file. Whoever has the URL can fetch it, until it expires; no API key is needed. """
    expires_at: datetime.datetime
    """ When `download_url` stops working. """
    size_bytes: int
    """ The size of the file in bytes. """
    checksum: str
    """ The SHA-256 of the bytes, `sha256:` and 64 lowercase hexadecimal digits. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        download_url = self.download_url

        expires_at = self.expires_at.isoformat().replace("+00:00", "Z")

        size_bytes = self.size_bytes

        checksum = self.checksum

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "download_url": download_url,
                "expires_at": expires_at,
                "size_bytes": size_bytes,
                "checksum": checksum,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        download_url = d.pop("download_url")

        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))

        size_bytes = d.pop("size_bytes")

        checksum = d.pop("checksum")

        backup_download = cls(
            download_url=download_url,
            expires_at=expires_at,
            size_bytes=size_bytes,
            checksum=checksum,
        )

        backup_download.additional_properties = d
        return backup_download

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
