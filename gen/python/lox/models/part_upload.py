from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.part_upload_upload_headers import PartUploadUploadHeaders


T = TypeVar("T", bound="PartUpload")


@_attrs_define
class PartUpload:
    """Where to upload a part."""

    part_number: int
    """ The number of a part. The first is 1. """
    size_bytes: int
    """ The exact size of the part in bytes. """
    upload_url: str
    """ Where to `PUT` the part. Whoever has the URL can upload, until it expires; no API key is needed. """
    upload_headers: PartUploadUploadHeaders
    """ The headers to send with the `PUT`, by name: all of them, since the store refuses the upload if one is
    missing or differs. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        part_number = self.part_number

        size_bytes = self.size_bytes

        upload_url = self.upload_url

        upload_headers = self.upload_headers.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "part_number": part_number,
                "size_bytes": size_bytes,
                "upload_url": upload_url,
                "upload_headers": upload_headers,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.part_upload_upload_headers import PartUploadUploadHeaders  # noqa: PLC0415

        d = dict(src_dict)
        part_number = d.pop("part_number")

        size_bytes = d.pop("size_bytes")

        upload_url = d.pop("upload_url")

        upload_headers = PartUploadUploadHeaders.from_dict(d.pop("upload_headers"))

        part_upload = cls(
            part_number=part_number,
            size_bytes=size_bytes,
            upload_url=upload_url,
            upload_headers=upload_headers,
        )

        part_upload.additional_properties = d
        return part_upload

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
