from lox import AuthenticatedClient


def run(client: AuthenticatedClient) -> None:
    get(client)
    update(client)
    key_id = create_key(client)
    list_keys(client)
    rotate_key(client, key_id)
    revoke_key(client, key_id)


def get(client: AuthenticatedClient) -> None:
    # sample getTenant
    from lox.api.tenant import get_tenant
    from lox.models import Tenant

    tenant = get_tenant.sync(client=client)
    if not isinstance(tenant, Tenant):
        raise RuntimeError(tenant)
    print(tenant.name, tenant.plan, tenant.limits.uploads.per_hour)
    # end sample


def update(client: AuthenticatedClient) -> None:
    # sample updateTenant
    from lox.api.tenant import update_tenant
    from lox.models import Tenant, TenantSettingsPatch, UpdateTenantRequest

    tenant = update_tenant.sync(
        client=client,
        body=UpdateTenantRequest(
            contact_email="ops@example.com",
            settings=TenantSettingsPatch.from_dict({"dashboard.theme": "dark"}),
        ),
    )
    if not isinstance(tenant, Tenant):
        raise RuntimeError(tenant)
    print(tenant.contact_email, tenant.settings)
    # end sample


def create_key(client: AuthenticatedClient) -> str:
    # sample createApiKey
    from lox.api.tenant import create_api_key
    from lox.models import CreateApiKeyRequest, CreatedApiKey

    created = create_api_key.sync(
        client=client,
        body=CreateApiKeyRequest(name="nightly upload", scopes=["backups:read", "backups:write"]),
    )
    if not isinstance(created, CreatedApiKey):
        raise RuntimeError(created)
    print(created.key)  # keep it: it is shown only once
    # end sample
    return created.id


def list_keys(client: AuthenticatedClient) -> None:
    # sample listApiKeys
    from lox.api.tenant import list_api_keys
    from lox.models import ApiKeyList

    page = list_api_keys.sync(client=client, limit=10)
    if not isinstance(page, ApiKeyList):
        raise RuntimeError(page)
    for key in page.api_keys:
        print(key.id, key.name, key.prefix, key.scopes)
    # end sample


def rotate_key(client: AuthenticatedClient, key_id: str) -> None:
    # sample rotateApiKey
    from lox.api.tenant import rotate_api_key
    from lox.models import RotateApiKeyRequest, RotatedApiKey

    # The old key goes on to work for an hour.
    rotated = rotate_api_key.sync(
        key_id, client=client, body=RotateApiKeyRequest(overlap_seconds=3600)
    )
    if not isinstance(rotated, RotatedApiKey):
        raise RuntimeError(rotated)
    print(rotated.key)  # keep it: it is shown only once
    # end sample


def revoke_key(client: AuthenticatedClient, key_id: str) -> None:
    # sample revokeApiKey
    from lox.api.tenant import revoke_api_key
    from lox.models import RevokedApiKey

    revoked = revoke_api_key.sync(key_id, client=client)
    if not isinstance(revoked, RevokedApiKey):
        raise RuntimeError(revoked)
    print("revoked", revoked.id)
    # end sample
