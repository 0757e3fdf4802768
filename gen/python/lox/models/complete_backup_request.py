from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="CompleteBackupRequest")


@_attrs_define
class CompleteBackupRequest:
    """What was uploaded. All of it may be left out, but for the size of a stream."""

    size_bytes: int | Unset = UNSET
    """ The exact size of the file in bytes. Required for a stream. It must be what was declared, if that was. """
    checksum: str | Unset = UNSET
    """ The SHA-256 of the bytes, `sha256:` and 64 hexadecimal digits of either case. Responses have it in lower
    case. """

    def to_dict(self) -> dict[str, Any]:
        size_bytes = self.size_bytes

        checksum = self.checksum

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if size_bytes is not UNSET:
            field_dict["size_bytes"] = size_bytes
        if checksum is not UNSET:
            field_dict["checksum"] = checksum

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        size_bytes = d.pop("size_bytes", UNSET)

        checksum = d.pop("checksum", UNSET)

        complete_backup_request = cls(
            size_bytes=size_bytes,
            checksum=checksum,
        )

        return complete_backup_request
