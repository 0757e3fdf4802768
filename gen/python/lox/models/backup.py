from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.metadata import Metadata
    from ..models.multipart import Multipart


T = TypeVar("T", bound="Backup")


@_attrs_define
class Backup:
    """A backup."""

    id: str
    """ Identifies a backup. `bkp_` and 26 characters (a TypeID, that is a UUIDv7 in base32). """
    name: str
    """ A name for people to read, 1 to 255 characters, none of them a control, bidirectional or zero-width
    character. Needn't be unique. """
    status: str
    """ Where a backup stands. `pending`: waits for its upload. `verifying`: the upload is being checked.
    `completed`: stored and verified, can be downloaded. `failed`: not uploaded in time, or not what was declared;
    see `error`. Later versions may add values. """
    size_bytes: int
    """ The size of the file in bytes. Of a stream that is `pending` it is what its parts have reserved so far. """
    created_at: datetime.datetime
    """ When the backup was created. """
    verified_bytes: int | Unset = UNSET
    """ How many bytes have been read again to verify them. Absent before the first of them, and unless the backup
    is `verifying`. """
    checksum: str | Unset = UNSET
    """ The SHA-256 of the bytes, `sha256:` and 64 lowercase hexadecimal digits. """
    completed_at: datetime.datetime | Unset = UNSET
    """ When the backup was completed. Absent until then. """
    upload_expires_at: datetime.datetime | Unset = UNSET
    """ When the upload URL, or the latest of a part, stops working. Present only while `pending`. """
    multipart: Multipart | Unset = UNSET
    """ How the file is uploaded in parts. Absent if it is uploaded by one `PUT`, and once the backup is no longer
    `pending`. """
    content_type: str | Unset = UNSET
    """ The media type of the file, such as `application/gzip`, with optional parameters (RFC 9110, section 8.3.1).
    """
    metadata: Metadata | Unset = UNSET
    """ Strings of the client's own, by key: at most 50 keys of 1 to 128 characters, none of them a control,
    bidirectional or zero-width character, and at most 16 KiB (16384 bytes of UTF-8) for all keys and values
    together. The server stores and returns them as they are. """
    error: str | Unset = UNSET
    """ Why the backup failed, for people to read. Present only when `failed`. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        status = self.status

        size_bytes = self.size_bytes

        created_at = self.created_at.isoformat().replace("+00:00", "Z")

        verified_bytes = self.verified_bytes

        checksum = self.checksum

        completed_at: str | Unset = UNSET
        if not isinstance(self.completed_at, Unset):
            completed_at = self.completed_at.isoformat().replace("+00:00", "Z")

        upload_expires_at: str | Unset = UNSET
        if not isinstance(self.upload_expires_at, Unset):
            upload_expires_at = self.upload_expires_at.isoformat().replace("+00:00", "Z")

        multipart: dict[str, Any] | Unset = UNSET
        if not isinstance(self.multipart, Unset):
            multipart = self.multipart.to_dict()

        content_type = self.content_type

        metadata: dict[str, Any] | Unset = UNSET
        if not isinstance(self.metadata, Unset):
            metadata = self.metadata.to_dict()

        error = self.error

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "status": status,
                "size_bytes": size_bytes,
                "created_at": created_at,
            }
        )
        if verified_bytes is not UNSET:
            field_dict["verified_bytes"] = verified_bytes
        if checksum is not UNSET:
            field_dict["checksum"] = checksum
        if completed_at is not UNSET:
            field_dict["completed_at"] = completed_at
        if upload_expires_at is not UNSET:
            field_dict["upload_expires_at"] = upload_expires_at
        if multipart is not UNSET:
            field_dict["multipart"] = multipart
        if content_type is not UNSET:
            field_dict["content_type"] = content_type
        if metadata is not UNSET:
            field_dict["metadata"] = metadata
        if error is not UNSET:
            field_dict["error"] = error

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.metadata import Metadata  # noqa: PLC0415
        from ..models.multipart import Multipart  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        status = d.pop("status")

        size_bytes = d.pop("size_bytes")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        verified_bytes = d.pop("verified_bytes", UNSET)

        checksum = d.pop("checksum", UNSET)

        _completed_at = d.pop("completed_at", UNSET)
        completed_at: datetime.datetime | Unset
        if isinstance(_completed_at, Unset):
            completed_at = UNSET
        else:
            completed_at = datetime.datetime.fromisoformat(_completed_at)

        _upload_expires_at = d.pop("upload_expires_at", UNSET)
        upload_expires_at: datetime.datetime | Unset
        if isinstance(_upload_expires_at, Unset):
            upload_expires_at = UNSET
        else:
            upload_expires_at = datetime.datetime.fromisoformat(_upload_expires_at)

        _multipart = d.pop("multipart", UNSET)
        multipart: Multipart | Unset
        if isinstance(_multipart, Unset):
            multipart = UNSET
        else:
            multipart = Multipart.from_dict(_multipart)

        content_type = d.pop("content_type", UNSET)

        _metadata = d.pop("metadata", UNSET)
        metadata: Metadata | Unset
        if isinstance(_metadata, Unset):
            metadata = UNSET
        else:
            metadata = Metadata.from_dict(_metadata)

        error = d.pop("error", UNSET)

        backup = cls(
            id=id,
            name=name,
            status=status,
            size_bytes=size_bytes,
            created_at=created_at,
            verified_bytes=verified_bytes,
            checksum=checksum,
            completed_at=completed_at,
            upload_expires_at=upload_expires_at,
            multipart=multipart,
            content_type=content_type,
            metadata=metadata,
            error=error,
        )

        backup.additional_properties = d
        return backup

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
