from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.tenant_settings_patch import TenantSettingsPatch


T = TypeVar("T", bound="UpdateTenantRequest")


@_attrs_define
class UpdateTenantRequest:
    """A merge patch (RFC 7396) of the fields of a tenant that it can change itself."""

    name: str | Unset = UNSET
    """ The name of the tenant, 1 to 255 characters, none of them a control, bidirectional or zero-width character.
    """
    contact_email: None | str | Unset = UNSET
    """ The new `ContactEmail`, or `null` to remove it. """
    settings: None | TenantSettingsPatch | Unset = UNSET
    """ Settings to change, by key: a string sets one, `null` removes it, and those not named stay. `null` for the
    whole removes all. What results must be within the limits of `TenantSettings`. """

    def to_dict(self) -> dict[str, Any]:
        from ..models.tenant_settings_patch import TenantSettingsPatch  # noqa: PLC0415

        name = self.name

        contact_email: None | str | Unset
        if isinstance(self.contact_email, Unset):
            contact_email = UNSET
        else:
            contact_email = self.contact_email

        settings: dict[str, Any] | None | Unset
        if isinstance(self.settings, Unset):
            settings = UNSET
        elif isinstance(self.settings, TenantSettingsPatch):
            settings = self.settings.to_dict()
        else:
            settings = self.settings

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if name is not UNSET:
            field_dict["name"] = name
        if contact_email is not UNSET:
            field_dict["contact_email"] = contact_email
        if settings is not UNSET:
            field_dict["settings"] = settings

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.tenant_settings_patch import TenantSettingsPatch  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name", UNSET)

        def _parse_contact_email(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        contact_email = _parse_contact_email(d.pop("contact_email", UNSET))

        def _parse_settings(data: object) -> None | TenantSettingsPatch | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_tenant_settings_patch_type_0 = TenantSettingsPatch.from_dict(data)

                return componentsschemas_tenant_settings_patch_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | TenantSettingsPatch | Unset, data)

        settings = _parse_settings(d.pop("settings", UNSET))

        update_tenant_request = cls(
            name=name,
            contact_email=contact_email,
            settings=settings,
        )

        return update_tenant_request
