from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.backup_list import BackupList
from ...models.backup_status_filter import BackupStatusFilter
from ...models.error_response import ErrorResponse
from ...models.metadata_filter import MetadataFilter
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    limit: int | Unset = 20,
    offset: int | Unset = 0,
    cursor: str | Unset = UNSET,
    status: BackupStatusFilter | Unset = UNSET,
    created_after: str | Unset = UNSET,
    created_before: str | Unset = UNSET,
    name: str | Unset = UNSET,
    name_prefix: str | Unset = UNSET,
    metadata: MetadataFilter | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["limit"] = limit

    params["offset"] = offset

    params["cursor"] = cursor

    json_status: str | Unset = UNSET
    if not isinstance(status, Unset):
        json_status = status

    params["status"] = json_status

    params["created_after"] = created_after

    params["created_before"] = created_before

    params["name"] = name

    params["name_prefix"] = name_prefix

    json_metadata: dict[str, Any] | Unset = UNSET
    if not isinstance(metadata, Unset):
        json_metadata = metadata.to_dict()
    if not isinstance(json_metadata, Unset):
        params.update({f"metadata[{key}]": value for key, value in json_metadata.items()})

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/backups",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> BackupList | ErrorResponse | None:
    if not response.headers.get("Content-Type", "").startswith("application/json"):
        raise errors.UnexpectedStatus(response.status_code, response.content)

    if response.status_code == 200:
        response_200 = BackupList.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ErrorResponse.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ErrorResponse.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ErrorResponse.from_dict(response.json())

        return response_403

    if response.status_code == 429:
        response_429 = ErrorResponse.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = ErrorResponse.from_dict(response.json())

        return response_500

    if response.status_code == 503:
        response_503 = ErrorResponse.from_dict(response.json())

        return response_503

    if 400 <= response.status_code <= 499:
        response_4xx = ErrorResponse.from_dict(response.json())

        return response_4xx

    if 500 <= response.status_code <= 599:
        response_5xx = ErrorResponse.from_dict(response.json())

        return response_5xx

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[BackupList | ErrorResponse]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 20,
    offset: int | Unset = 0,
    cursor: str | Unset = UNSET,
    status: BackupStatusFilter | Unset = UNSET,
    created_after: str | Unset = UNSET,
    created_before: str | Unset = UNSET,
    name: str | Unset = UNSET,
    name_prefix: str | Unset = UNSET,
    metadata: MetadataFilter | Unset = UNSET,
) -> Response[BackupList | ErrorResponse]:
    """List backups

     Returns the tenant's backups, newest first (by `created_at`, then by `id`). A backup must match all
    filters given. `total` is the exact number of backups that match, over all pages, whatever the
    filters are.

    Page with `limit` and `offset`, or for long lists follow `next_cursor`: a page fetched by `cursor`
    is equally fast at any depth, and backups created in the meantime do not move items between pages.

    Args:
        limit (int | Unset):  Default: 20.
        offset (int | Unset):  Default: 0.
        cursor (str | Unset):
        status (BackupStatusFilter | Unset): A `BackupStatus` to filter by. Example: completed.
        created_after (str | Unset): A date (`2024-01-15`) or an RFC 3339 timestamp
            (`2024-01-15T10:30:00Z`). `T` and `Z` may be lower case. A space may take the place of the
            `+` of an offset: it is what a `+` means in a query if it is not written as `%2B`.
            Example: 2024-01-15.
        created_before (str | Unset): A date (`2024-01-15`) or an RFC 3339 timestamp
            (`2024-01-15T10:30:00Z`). `T` and `Z` may be lower case. A space may take the place of the
            `+` of an offset: it is what a `+` means in a query if it is not written as `%2B`.
            Example: 2024-01-15.
        name (str | Unset): A name of backups to filter by, or its beginning, of 1 to 255
            characters. Example: daily-backup-2024-01-15.
        name_prefix (str | Unset): A name of backups to filter by, or its beginning, of 1 to 255
            characters. Example: daily-backup-2024-01-15.
        metadata (MetadataFilter | Unset): Metadata to filter by: at most 5 keys of 1 to 128
            characters, without NUL characters, and the value of each. Example: {'source':
            'production-server'}.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BackupList | ErrorResponse]
    """

    kwargs = _get_kwargs(
        limit=limit,
        offset=offset,
        cursor=cursor,
        status=status,
        created_after=created_after,
        created_before=created_before,
        name=name,
        name_prefix=name_prefix,
        metadata=metadata,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 20,
    offset: int | Unset = 0,
    cursor: str | Unset = UNSET,
    status: BackupStatusFilter | Unset = UNSET,
    created_after: str | Unset = UNSET,
    created_before: str | Unset = UNSET,
    name: str | Unset = UNSET,
    name_prefix: str | Unset = UNSET,
    metadata: MetadataFilter | Unset = UNSET,
) -> BackupList | ErrorResponse | None:
    """List backups

     Returns the tenant's backups, newest first (by `created_at`, then by `id`). A backup must match all
    filters given. `total` is the exact number of backups that match, over all pages, whatever the
    filters are.

    Page with `limit` and `offset`, or for long lists follow `next_cursor`: a page fetched by `cursor`
    is equally fast at any depth, and backups created in the meantime do not move items between pages.

    Args:
        limit (int | Unset):  Default: 20.
        offset (int | Unset):  Default: 0.
        cursor (str | Unset):
        status (BackupStatusFilter | Unset): A `BackupStatus` to filter by. Example: completed.
        created_after (str | Unset): A date (`2024-01-15`) or an RFC 3339 timestamp
            (`2024-01-15T10:30:00Z`). `T` and `Z` may be lower case. A space may take the place of the
            `+` of an offset: it is what a `+` means in a query if it is not written as `%2B`.
            Example: 2024-01-15.
        created_before (str | Unset): A date (`2024-01-15`) or an RFC 3339 timestamp
            (`2024-01-15T10:30:00Z`). `T` and `Z` may be lower case. A space may take the place of the
            `+` of an offset: it is what a `+` means in a query if it is not written as `%2B`.
            Example: 2024-01-15.
        name (str | Unset): A name of backups to filter by, or its beginning, of 1 to 255
            characters. Example: daily-backup-2024-01-15.
        name_prefix (str | Unset): A name of backups to filter by, or its beginning, of 1 to 255
            characters. Example: daily-backup-2024-01-15.
        metadata (MetadataFilter | Unset): Metadata to filter by: at most 5 keys of 1 to 128
            characters, without NUL characters, and the value of each. Example: {'source':
            'production-server'}.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        BackupList | ErrorResponse
    """

    return sync_detailed(
        client=client,
        limit=limit,
        offset=offset,
        cursor=cursor,
        status=status,
        created_after=created_after,
        created_before=created_before,
        name=name,
        name_prefix=name_prefix,
        metadata=metadata,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 20,
    offset: int | Unset = 0,
    cursor: str | Unset = UNSET,
    status: BackupStatusFilter | Unset = UNSET,
    created_after: str | Unset = UNSET,
    created_before: str | Unset = UNSET,
    name: str | Unset = UNSET,
    name_prefix: str | Unset = UNSET,
    metadata: MetadataFilter | Unset = UNSET,
) -> Response[BackupList | ErrorResponse]:
    """List backups

     Returns the tenant's backups, newest first (by `created_at`, then by `id`). A backup must match all
    filters given. `total` is the exact number of backups that match, over all pages, whatever the
    filters are.

    Page with `limit` and `offset`, or for long lists follow `next_cursor`: a page fetched by `cursor`
    is equally fast at any depth, and backups created in the meantime do not move items between pages.

    Args:
        limit (int | Unset):  Default: 20.
        offset (int | Unset):  Default: 0.
        cursor (str | Unset):
        status (BackupStatusFilter | Unset): A `BackupStatus` to filter by. Example: completed.
        created_after (str | Unset): A date (`2024-01-15`) or an RFC 3339 timestamp
            (`2024-01-15T10:30:00Z`). `T` and `Z` may be lower case. A space may take the place of the
            `+` of an offset: it is what a `+` means in a query if it is not written as `%2B`.
            Example: 2024-01-15.
        created_before (str | Unset): A date (`2024-01-15`) or an RFC 3339 timestamp
            (`2024-01-15T10:30:00Z`). `T` and `Z` may be lower case. A space may take the place of the
            `+` of an offset: it is what a `+` means in a query if it is not written as `%2B`.
            Example: 2024-01-15.
        name (str | Unset): A name of backups to filter by, or its beginning, of 1 to 255
            characters. Example: daily-backup-2024-01-15.
        name_prefix (str | Unset): A name of backups to filter by, or its beginning, of 1 to 255
            characters. Example: daily-backup-2024-01-15.
        metadata (MetadataFilter | Unset): Metadata to filter by: at most 5 keys of 1 to 128
            characters, without NUL characters, and the value of each. Example: {'source':
            'production-server'}.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BackupList | ErrorResponse]
    """

    kwargs = _get_kwargs(
        limit=limit,
        offset=offset,
        cursor=cursor,
        status=status,
        created_after=created_after,
        created_before=created_before,
        name=name,
        name_prefix=name_prefix,
        metadata=metadata,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 20,
    offset: int | Unset = 0,
    cursor: str | Unset = UNSET,
    status: BackupStatusFilter | Unset = UNSET,
    created_after: str | Unset = UNSET,
    created_before: str | Unset = UNSET,
    name: str | Unset = UNSET,
    name_prefix: str | Unset = UNSET,
    metadata: MetadataFilter | Unset = UNSET,
) -> BackupList | ErrorResponse | None:
    """List backups

     Returns the tenant's backups, newest first (by `created_at`, then by `id`). A backup must match all
    filters given. `total` is the exact number of backups that match, over all pages, whatever the
    filters are.

    Page with `limit` and `offset`, or for long lists follow `next_cursor`: a page fetched by `cursor`
    is equally fast at any depth, and backups created in the meantime do not move items between pages.

    Args:
        limit (int | Unset):  Default: 20.
        offset (int | Unset):  Default: 0.
        cursor (str | Unset):
        status (BackupStatusFilter | Unset): A `BackupStatus` to filter by. Example: completed.
        created_after (str | Unset): A date (`2024-01-15`) or an RFC 3339 timestamp
            (`2024-01-15T10:30:00Z`). `T` and `Z` may be lower case. A space may take the place of the
            `+` of an offset: it is what a `+` means in a query if it is not written as `%2B`.
            Example: 2024-01-15.
        created_before (str | Unset): A date (`2024-01-15`) or an RFC 3339 timestamp
            (`2024-01-15T10:30:00Z`). `T` and `Z` may be lower case. A space may take the place of the
            `+` of an offset: it is what a `+` means in a query if it is not written as `%2B`.
            Example: 2024-01-15.
        name (str | Unset): A name of backups to filter by, or its beginning, of 1 to 255
            characters. Example: daily-backup-2024-01-15.
        name_prefix (str | Unset): A name of backups to filter by, or its beginning, of 1 to 255
            characters. Example: daily-backup-2024-01-15.
        metadata (MetadataFilter | Unset): Metadata to filter by: at most 5 keys of 1 to 128
            characters, without NUL characters, and the value of each. Example: {'source':
            'production-server'}.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        BackupList | ErrorResponse
    """

    return (
        await asyncio_detailed(
            client=client,
            limit=limit,
            offset=offset,
            cursor=cursor,
            status=status,
            created_after=created_after,
            created_before=created_before,
            name=name,
            name_prefix=name_prefix,
            metadata=metadata,
        )
    ).parsed
