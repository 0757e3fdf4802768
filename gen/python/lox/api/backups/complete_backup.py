from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.backup import Backup
from ...models.error_response import Error
from ...types import Response


def _get_kwargs(
    id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/backups/{id}/complete".format(
            id=quote(str(id), safe=""),
        ),
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Backup | Error | None:
    if not response.headers.get("Content-Type", "").startswith("application/json"):
        if client.raise_on_unexpected_status:
            raise errors.UnexpectedStatus(response.status_code, response.content)
        return None

    if response.status_code == 200:
        response_200 = Backup.from_dict(response.json())

        return response_200

    if response.status_code == 202:
        response_202 = Backup.from_dict(response.json())

        return response_202

    if response.status_code == 400:
        response_400 = Error.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Error.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Error.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Error.from_dict(response.json())

        return response_404

    if response.status_code == 429:
        response_429 = Error.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = Error.from_dict(response.json())

        return response_500

    if response.status_code == 503:
        response_503 = Error.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Backup | Error]:
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
) -> Response[Backup | Error]:
    """Mark an upload as complete

     Has the server verify the uploaded bytes: their size, and their SHA-256 against the `checksum`
    declared at creation, if one was. Call it once the `PUT` has succeeded. The request has no body.

    Answers 200 with status `completed` when verification is done within 30 seconds, else 202 with
    status `verifying`; then poll `getBackup`. Repeating the call is safe: it returns the backup as it
    is, once completed. Bytes that were uploaded in time complete even if the URL has expired since. A
    mismatch of the checksum fails the backup for good.

    Args:
        id (str): Identifies a backup. `bkp_` and 26 characters (a TypeID, that is a UUIDv7 in
            base32). Example: bkp_01hm6aqh20ekbs7w3tv0qzwg57.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Backup | Error]
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
) -> Backup | Error | None:
    """Mark an upload as complete

     Has the server verify the uploaded bytes: their size, and their SHA-256 against the `checksum`
    declared at creation, if one was. Call it once the `PUT` has succeeded. The request has no body.

    Answers 200 with status `completed` when verification is done within 30 seconds, else 202 with
    status `verifying`; then poll `getBackup`. Repeating the call is safe: it returns the backup as it
    is, once completed. Bytes that were uploaded in time complete even if the URL has expired since. A
    mismatch of the checksum fails the backup for good.

    Args:
        id (str): Identifies a backup. `bkp_` and 26 characters (a TypeID, that is a UUIDv7 in
            base32). Example: bkp_01hm6aqh20ekbs7w3tv0qzwg57.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Backup | Error
    """

    return sync_detailed(
        id=id,
        client=client,
    ).parsed


async def asyncio_detailed(
    id: str,
    *,
    client: AuthenticatedClient,
) -> Response[Backup | Error]:
    """Mark an upload as complete

     Has the server verify the uploaded bytes: their size, and their SHA-256 against the `checksum`
    declared at creation, if one was. Call it once the `PUT` has succeeded. The request has no body.

    Answers 200 with status `completed` when verification is done within 30 seconds, else 202 with
    status `verifying`; then poll `getBackup`. Repeating the call is safe: it returns the backup as it
    is, once completed. Bytes that were uploaded in time complete even if the URL has expired since. A
    mismatch of the checksum fails the backup for good.

    Args:
        id (str): Identifies a backup. `bkp_` and 26 characters (a TypeID, that is a UUIDv7 in
            base32). Example: bkp_01hm6aqh20ekbs7w3tv0qzwg57.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Backup | Error]
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
) -> Backup | Error | None:
    """Mark an upload as complete

     Has the server verify the uploaded bytes: their size, and their SHA-256 against the `checksum`
    declared at creation, if one was. Call it once the `PUT` has succeeded. The request has no body.

    Answers 200 with status `completed` when verification is done within 30 seconds, else 202 with
    status `verifying`; then poll `getBackup`. Repeating the call is safe: it returns the backup as it
    is, once completed. Bytes that were uploaded in time complete even if the URL has expired since. A
    mismatch of the checksum fails the backup for good.

    Args:
        id (str): Identifies a backup. `bkp_` and 26 characters (a TypeID, that is a UUIDv7 in
            base32). Example: bkp_01hm6aqh20ekbs7w3tv0qzwg57.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Backup | Error
    """

    return (
        await asyncio_detailed(
            id=id,
            client=client,
        )
    ).parsed
