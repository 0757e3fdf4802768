from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.tenant_limits import TenantLimits
    from ..models.tenant_settings import TenantSettings


T = TypeVar("T", bound="Tenant")


@_attrs_define
class Tenant:
    """A tenant, that is an account with its backups and API keys."""

    id: str
    """ Identifies a tenant. `ten_` and 26 characters (a TypeID, that is a UUIDv7 in base32). """
    name: str
    """ The name of the tenant, 1 to 255 characters, none of them a control, bidirectional or zero-width character.
    """
    plan: str
    """ The plan of the tenant: `free`, `solo`, `pro`, `business` or `enterprise`. It sets the rate limits, and the
    quota unless the operator has set another. Later versions may add plans. """
    status: str
    """ `active`: everything works. `suspended`: requests that only read work, all others answer 403
    `permission_denied`. Later versions may add values. """
    quota_bytes: int
    """ The most that completed backups and reserved uploads may come to, in bytes. """
    limits: TenantLimits
    """ The rate limits of the tenant, by class. """
    created_at: datetime.datetime
    """ When the tenant was created. """
    contact_email: str | Unset = UNSET
    """ Where to reach the people behind the tenant: an ASCII email address, as an HTML form would take it. The
    server sends nothing to it. """
    settings: TenantSettings | Unset = UNSET
    """ Strings for the tenant's own tools, by key: at most 50 keys of 1 to 128 characters, none of them a control,
    bidirectional or zero-width character, and at most 16 KiB (16384 bytes of UTF-8) for all keys and values
    together. They mean nothing to the server. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        plan = self.plan

        status = self.status

        quota_bytes = self.quota_bytes

        limits = self.limits.to_dict()

        created_at = self.created_at.isoformat().replace("+00:00", "Z")

        contact_email = self.contact_email

        settings: dict[str, Any] | Unset = UNSET
        if not isinstance(self.settings, Unset):
            settings = self.settings.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "plan": plan,
                "status": status,
                "quota_bytes": quota_bytes,
                "limits": limits,
                "created_at": created_at,
            }
        )
        if contact_email is not UNSET:
            field_dict["contact_email"] = contact_email
        if settings is not UNSET:
            field_dict["settings"] = settings

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.tenant_limits import TenantLimits  # noqa: PLC0415
        from ..models.tenant_settings import TenantSettings  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        plan = d.pop("plan")

        status = d.pop("status")

        quota_bytes = d.pop("quota_bytes")

        limits = TenantLimits.from_dict(d.pop("limits"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        contact_email = d.pop("contact_email", UNSET)

        _settings = d.pop("settings", UNSET)
        settings: TenantSettings | Unset
        if isinstance(_settings, Unset):
            settings = UNSET
        else:
            settings = TenantSettings.from_dict(_settings)

        tenant = cls(
            id=id,
            name=name,
            plan=plan,
            status=status,
            quota_bytes=quota_bytes,
            limits=limits,
            created_at=created_at,
            contact_email=contact_email,
            settings=settings,
        )

        tenant.additional_properties = d
        return tenant

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
