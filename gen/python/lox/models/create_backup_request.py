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
    size_bytes: int
    """ The exact size of the file in bytes, up to 5368709120 (5 GiB). One byte more or less is refused at upload.
    """
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

        content_type = self.content_type

        metadata: dict[str, Any] | Unset = UNSET
        if not isinstance(self.metadata, Unset):
            metadata = self.metadata.to_dict()

        checksum = self.checksum

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "size_bytes": size_bytes,
            }
        )
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

        size_bytes = d.pop("size_bytes")

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
            content_type=content_type,
            metadata=metadata,
            checksum=checksum,
        )

        return create_backup_request
