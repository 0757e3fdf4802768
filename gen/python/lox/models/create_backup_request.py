from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.metadata import Metadata


T = TypeVar("T", bound="CreateBackupRequest")


@_attrs_define
class CreateBackupRequest:
    """A file that is going to be uploaded."""

    name: str
    """ A name for people to read, 1 to 255 characters, none of them a control, bidirectional or zero-width
    character. Needn't be unique. """
    size_bytes: int | Unset = UNSET
    """ The exact size of the file in bytes, up to 53687091200000 (48.8 TiB). One byte more or less is refused.
    Required unless `multipart` is `true`: a stream leaves it out. """
    multipart: bool | Unset = UNSET
    """ Whether the file is uploaded in parts. Above 5368709120 bytes (5 GiB) it is, unless this is `false`, which
    is refused then. """
    max_size_bytes: int | Unset = UNSET
    """ The most that a stream may have, in bytes: it decides how large its parts are. Without it a stream can have
    10000 parts of 32 MiB (312.5 GiB). Only without `size_bytes`. """
    content_type: str | Unset = UNSET
    """ The media type of the file, such as `application/gzip`, with optional parameters (RFC 9110, section 8.3.1).
    """
    metadata: Metadata | Unset = UNSET
    """ Strings of the client's own, by key: at most 50 keys of 1 to 128 characters, none of them a control,
    bidirectional or zero-width character, and at most 16 KiB (16384 bytes of UTF-8) for all keys and values
    together. The server stores and returns them as they are. """
    checksum: str | Unset = UNSET
    """ The SHA-256 of the bytes, `sha256:` and 64 hexadecimal digits of either case. Responses have it in lower
    case. """

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        size_bytes = self.size_bytes

        multipart = self.multipart

        max_size_bytes = self.max_size_bytes

        content_type = self.content_type

        metadata: dict[str, Any] | Unset = UNSET
        if not isinstance(self.metadata, Unset):
            metadata = self.metadata.to_dict()

        checksum = self.checksum

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
            }
        )
        if size_bytes is not UNSET:
            field_dict["size_bytes"] = size_bytes
        if multipart is not UNSET:
            field_dict["multipart"] = multipart
        if max_size_bytes is not UNSET:
            field_dict["max_size_bytes"] = max_size_bytes
        if content_type is not UNSET:
            field_dict["content_type"] = content_type
        if metadata is not UNSET:
            field_dict["metadata"] = metadata
        if checksum is not UNSET:
            field_dict["checksum"] = checksum

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.metadata import Metadata  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        size_bytes = d.pop("size_bytes", UNSET)

        multipart = d.pop("multipart", UNSET)

        max_size_bytes = d.pop("max_size_bytes", UNSET)

        content_type = d.pop("content_type", UNSET)

        _metadata = d.pop("metadata", UNSET)
        metadata: Metadata | Unset
        if isinstance(_metadata, Unset):
            metadata = UNSET
        else:
            metadata = Metadata.from_dict(_metadata)

        checksum = d.pop("checksum", UNSET)

        create_backup_request = cls(
            name=name,
            size_bytes=size_bytes,
            multipart=multipart,
            max_size_bytes=max_size_bytes,
            content_type=content_type,
            metadata=metadata,
            checksum=checksum,
        )

        return create_backup_request
