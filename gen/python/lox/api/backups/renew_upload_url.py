from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.backup_upload import BackupUpload
from ...models.error_response import ErrorResponse
from ...types import Response


def _get_kwargs(
    id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/backups/{id}/upload-url".format(
            id=quote(str(id), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> BackupUpload | ErrorResponse | None:
    if not response.headers.get("Content-Type", "").startswith("application/json"):
        raise errors.UnexpectedStatus(response.status_code, response.content)

    if response.status_code == 200:
        response_200 = BackupUpload.from_dict(response.json())

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

    if response.status_code == 404:
        response_404 = ErrorResponse.from_dict(response.json())

        return response_404

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
) -> Response[BackupUpload | ErrorResponse]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    id: str,
    *,
    client: AuthenticatedClient,
) -> Response[BackupUpload | ErrorResponse]:
    """Get another upload URL

     Returns a fresh URL to upload the file of a `pending` backup to, valid for as long as the first one
    was. Use it when the URL has expired, or when the store refuses it because the server's access to
    the store has changed since. The request has no body. An upload to an earlier URL that is still
    under way is not disturbed. The URLs of parts come from `createPartUploads` instead.

    Args:
        id (str): Identifies a backup. `bkp_` and 26 characters (a TypeID, that is a UUIDv7 in
            base32). Example: bkp_01hm6aqh20ekbs7w3tv0qzwg57.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BackupUpload | ErrorResponse]
    """

    kwargs = _get_kwargs(
        id=id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    id: str,
    *,
    client: AuthenticatedClient,
) -> BackupUpload | ErrorResponse | None:
    """Get another upload URL

     Returns a fresh URL to upload the file of a `pending` backup to, valid for as long as the first one
    was. Use it when the URL has expired, or when the store refuses it because the server's access to
    the store has changed since. The request has no body. An upload to an earlier URL that is still
    under way is not disturbed. The URLs of parts come from `createPartUploads` instead.

    Args:
        id (str): Identifies a backup. `bkp_` and 26 characters (a TypeID, that is a UUIDv7 in
            base32). Example: bkp_01hm6aqh20ekbs7w3tv0qzwg57.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        BackupUpload | ErrorResponse
    """

    return sync_detailed(
        id=id,
        client=client,
    ).parsed


async def asyncio_detailed(
    id: str,
    *,
    client: AuthenticatedClient,
) -> Response[BackupUpload | ErrorResponse]:
    """Get another upload URL

     Returns a fresh URL to upload the file of a `pending` backup to, valid for as long as the first one
    was. Use it when the URL has expired, or when the store refuses it because the server's access to
    the store has changed since. The request has no body. An upload to an earlier URL that is still
    under way is not disturbed. The URLs of parts come from `createPartUploads` instead.

    Args:
        id (str): Identifies a backup. `bkp_` and 26 characters (a TypeID, that is a UUIDv7 in
            base32). Example: bkp_01hm6aqh20ekbs7w3tv0qzwg57.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BackupUpload | ErrorResponse]
    """

    kwargs = _get_kwargs(
        id=id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    id: str,
    *,
    client: AuthenticatedClient,
) -> BackupUpload | ErrorResponse | None:
    """Get another upload URL

     Returns a fresh URL to upload the file of a `pending` backup to, valid for as long as the first one
    was. Use it when the URL has expired, or when the store refuses it because the server's access to
    the store has changed since. The request has no body. An upload to an earlier URL that is still
    under way is not disturbed. The URLs of parts come from `createPartUploads` instead.

    Args:
        id (str): Identifies a backup. `bkp_` and 26 characters (a TypeID, that is a UUIDv7 in
            base32). Example: bkp_01hm6aqh20ekbs7w3tv0qzwg57.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        BackupUpload | ErrorResponse
    """

    return (
        await asyncio_detailed(
            id=id,
            client=client,
        )
    ).parsed
