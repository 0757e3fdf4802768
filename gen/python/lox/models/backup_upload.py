from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.backup_upload_upload_headers import BackupUploadUploadHeaders
    from ..models.multipart import Multipart


T = TypeVar("T", bound="BackupUpload")


@_attrs_define
class BackupUpload:
    """A new backup with the URL to upload it to. If a request is repeated (Idempotency-Key), check `status`: when the
    backup is no longer `pending`, `upload_url` is the last one that was given out, and uploading to it again changes
    nothing.

    """

    id: str
    """ Identifies a backup. `bkp_` and 26 characters (a TypeID, that is a UUIDv7 in base32). """
    name: str
    """ A name for people to read, 1 to 255 characters, none of them a control, bidirectional or zero-width
    character. Needn't be unique. """
    status: str
    """ Where a backup stands. `pending`: waits for its upload. `verifying`: the upload is being checked.
    `completed`: stored and verified, can be downloaded. `failed`: not uploaded in time, or not what was declared;
    see `error`. Later versions may add values. """
    upload_expires_at: datetime.datetime
    """ When `upload_url` stops working. If the file is uploaded in parts, when the latest URL of a part does; the
    backup fails 24 hours later at the earliest, and never while parts still arrive. """
    upload_url: str | Unset = UNSET
    """ Where to `PUT` the file. Whoever has the URL can upload, until it expires; no API key is needed. Absent if
    the file is uploaded in parts. """
    upload_headers: BackupUploadUploadHeaders | Unset = UNSET
    """ The headers to send with the `PUT`, by name. Which there are depends on the server, so send all of them: the
    store refuses the upload if one is missing or differs. Most HTTP clients set `Content-Length` by themselves.
    Absent if the file is uploaded in parts. """
    multipart: Multipart | Unset = UNSET
    """ How the file is uploaded in parts. Absent if it is uploaded by one `PUT`, and once the backup is no longer
    `pending`. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        status = self.status

        upload_expires_at = self.upload_expires_at.isoformat().replace("+00:00", "Z")

        upload_url = self.upload_url

        upload_headers: dict[str, Any] | Unset = UNSET
        if not isinstance(self.upload_headers, Unset):
            upload_headers = self.upload_headers.to_dict()

        multipart: dict[str, Any] | Unset = UNSET
        if not isinstance(self.multipart, Unset):
            multipart = self.multipart.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "status": status,
                "upload_expires_at": upload_expires_at,
            }
        )
        if upload_url is not UNSET:
            field_dict["upload_url"] = upload_url
        if upload_headers is not UNSET:
            field_dict["upload_headers"] = upload_headers
        if multipart is not UNSET:
            field_dict["multipart"] = multipart

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.backup_upload_upload_headers import BackupUploadUploadHeaders  # noqa: PLC0415
        from ..models.multipart import Multipart  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        status = d.pop("status")

        upload_expires_at = datetime.datetime.fromisoformat(d.pop("upload_expires_at"))

        upload_url = d.pop("upload_url", UNSET)

        _upload_headers = d.pop("upload_headers", UNSET)
        upload_headers: BackupUploadUploadHeaders | Unset
        if isinstance(_upload_headers, Unset):
            upload_headers = UNSET
        else:
            upload_headers = BackupUploadUploadHeaders.from_dict(_upload_headers)

        _multipart = d.pop("multipart", UNSET)
        multipart: Multipart | Unset
        if isinstance(_multipart, Unset):
            multipart = UNSET
        else:
            multipart = Multipart.from_dict(_multipart)

        backup_upload = cls(
            id=id,
            name=name,
            status=status,
            upload_expires_at=upload_expires_at,
            upload_url=upload_url,
            upload_headers=upload_headers,
            multipart=multipart,
        )

        backup_upload.additional_properties = d
        return backup_upload

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
