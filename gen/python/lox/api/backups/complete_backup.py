from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.backup import Backup
from ...models.complete_backup_request import CompleteBackupRequest
from ...models.error_response import ErrorResponse
from ...types import UNSET, Response, Unset


def _get_kwargs(
    id: str,
    *,
    body: CompleteBackupRequest | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/backups/{id}/complete".format(
            id=quote(str(id), safe=""),
        ),
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Backup | ErrorResponse | None:
    if not response.headers.get("Content-Type", "").startswith("application/json"):
        raise errors.UnexpectedStatus(response.status_code, response.content)

    if response.status_code == 200:
        response_200 = Backup.from_dict(response.json())

        return response_200

    if response.status_code == 202:
        response_202 = Backup.from_dict(response.json())

        return response_202

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

    if response.status_code == 413:
        response_413 = ErrorResponse.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = ErrorResponse.from_dict(response.json())

        return response_415

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
) -> Response[Backup | ErrorResponse]:
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
    body: CompleteBackupRequest | Unset = UNSET,
) -> Response[Backup | ErrorResponse]:
    """Mark an upload as complete

     Has the server verify the uploaded bytes: their size, and their SHA-256 against the `checksum`
    declared at creation, if one was. Call it once the `PUT`, or that of all parts, has succeeded. Parts
    are put together first.

    The body may be left out, unless the backup is a stream: then `size_bytes` is required. A `checksum`
    in it counts like one that was declared at creation.

    Answers 200 with status `completed` when verification is done within 30 seconds, else 202 with
    status `verifying`; then poll `getBackup`. Repeating the call is safe: it returns the backup as it
    is, once completed. Bytes that were uploaded in time complete even if the URL has expired since. A
    mismatch of the checksum fails the backup for good.

    Args:
        id (str): Identifies a backup. `bkp_` and 26 characters (a TypeID, that is a UUIDv7 in
            base32). Example: bkp_01hm6aqh20ekbs7w3tv0qzwg57.
        body (CompleteBackupRequest | Unset): What was uploaded. All of it may be left out, but
            for the size of a stream.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Backup | ErrorResponse]
    """

    kwargs = _get_kwargs(
        id=id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    id: str,
    *,
    client: AuthenticatedClient,
    body: CompleteBackupRequest | Unset = UNSET,
) -> Backup | ErrorResponse | None:
    """Mark an upload as complete

     Has the server verify the uploaded bytes: their size, and their SHA-256 against the `checksum`
    declared at creation, if one was. Call it once the `PUT`, or that of all parts, has succeeded. Parts
    are put together first.

    The body may be left out, unless the backup is a stream: then `size_bytes` is required. A `checksum`
    in it counts like one that was declared at creation.

    Answers 200 with status `completed` when verification is done within 30 seconds, else 202 with
    status `verifying`; then poll `getBackup`. Repeating the call is safe: it returns the backup as it
    is, once completed. Bytes that were uploaded in time complete even if the URL has expired since. A
    mismatch of the checksum fails the backup for good.

    Args:
        id (str): Identifies a backup. `bkp_` and 26 characters (a TypeID, that is a UUIDv7 in
            base32). Example: bkp_01hm6aqh20ekbs7w3tv0qzwg57.
        body (CompleteBackupRequest | Unset): What was uploaded. All of it may be left out, but
            for the size of a stream.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Backup | ErrorResponse
    """

    return sync_detailed(
        id=id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    id: str,
    *,
    client: AuthenticatedClient,
    body: CompleteBackupRequest | Unset = UNSET,
) -> Response[Backup | ErrorResponse]:
    """Mark an upload as complete

     Has the server verify the uploaded bytes: their size, and their SHA-256 against the `checksum`
    declared at creation, if one was. Call it once the `PUT`, or that of all parts, has succeeded. Parts
    are put together first.

    The body may be left out, unless the backup is a stream: then `size_bytes` is required. A `checksum`
    in it counts like one that was declared at creation.

    Answers 200 with status `completed` when verification is done within 30 seconds, else 202 with
    status `verifying`; then poll `getBackup`. Repeating the call is safe: it returns the backup as it
    is, once completed. Bytes that were uploaded in time complete even if the URL has expired since. A
    mismatch of the checksum fails the backup for good.

    Args:
        id (str): Identifies a backup. `bkp_` and 26 characters (a TypeID, that is a UUIDv7 in
            base32). Example: bkp_01hm6aqh20ekbs7w3tv0qzwg57.
        body (CompleteBackupRequest | Unset): What was uploaded. All of it may be left out, but
            for the size of a stream.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Backup | ErrorResponse]
    """

    kwargs = _get_kwargs(
        id=id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    id: str,
    *,
    client: AuthenticatedClient,
    body: CompleteBackupRequest | Unset = UNSET,
) -> Backup | ErrorResponse | None:
    """Mark an upload as complete

     Has the server verify the uploaded bytes: their size, and their SHA-256 against the `checksum`
    declared at creation, if one was. Call it once the `PUT`, or that of all parts, has succeeded. Parts
    are put together first.

    The body may be left out, unless the backup is a stream: then `size_bytes` is required. A `checksum`
    in it counts like one that was declared at creation.

    Answers 200 with status `completed` when verification is done within 30 seconds, else 202 with
    status `verifying`; then poll `getBackup`. Repeating the call is safe: it returns the backup as it
    is, once completed. Bytes that were uploaded in time complete even if the URL has expired since. A
    mismatch of the checksum fails the backup for good.

    Args:
        id (str): Identifies a backup. `bkp_` and 26 characters (a TypeID, that is a UUIDv7 in
            base32). Example: bkp_01hm6aqh20ekbs7w3tv0qzwg57.
        body (CompleteBackupRequest | Unset): What was uploaded. All of it may be left out, but
            for the size of a stream.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Backup | ErrorResponse
    """

    return (
        await asyncio_detailed(
            id=id,
            client=client,
            body=body,
        )
    ).parsed
