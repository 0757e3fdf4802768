from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.backup_upload import BackupUpload
from ...models.create_backup_request import CreateBackupRequest
from ...models.error_response import ErrorResponse
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: CreateBackupRequest,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/backups",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> BackupUpload | ErrorResponse | None:
    if not response.headers.get("Content-Type", "").startswith("application/json"):
        raise errors.UnexpectedStatus(response.status_code, response.content)

    if response.status_code == 201:
        response_201 = BackupUpload.from_dict(response.json())

        return response_201

    if response.status_code == 400:
        response_400 = ErrorResponse.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ErrorResponse.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ErrorResponse.from_dict(response.json())

        return response_403

    if response.status_code == 409:
        response_409 = ErrorResponse.from_dict(response.json())

        return response_409

    if response.status_code == 413:
        response_413 = ErrorResponse.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = ErrorResponse.from_dict(response.json())

        return response_415

    if response.status_code == 422:
        response_422 = ErrorResponse.from_dict(response.json())

        return response_422

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
    *,
    client: AuthenticatedClient,
    body: CreateBackupRequest,
    idempotency_key: str | Unset = UNSET,
) -> Response[BackupUpload | ErrorResponse]:
    """Create a backup

     Reserves `size_bytes` of the quota, creates a backup in status `pending` and returns the URL to
    upload the file to. Send the file there with one `PUT`, with every header of `upload_headers`, then
    call `completeBackup`.

    With `multipart`, which files above 5 GiB and streams of unknown size need, there is no
    `upload_url`: the answer says in `multipart` how large the parts are, and `createPartUploads`
    returns their URLs. The guide explains it under Large files.

    The URL is valid for 30 minutes unless the server is configured otherwise (`upload_expires_at`).
    Size, content type and checksum are part of its signature: the store refuses any other. Until the
    URL expires, an upload that broke off can be sent to it again. The guide has the errors of uploads
    under Errors. A backup that is not completed is ended at the earliest 15 minutes after the URL has
    expired: if the whole file was uploaded, the backup is completed, and else it fails, and its part of
    the quota is released.

    With an `Idempotency-Key` the request can be repeated safely for 24 hours: the same body returns the
    same backup and `Idempotent-Replayed: true` instead of creating another. While the backup is
    `pending`, the URL is a fresh one. After that it is the last one that was given out, and uploading
    to it again changes nothing. Once the backup was deleted, the key answers 409: it never creates a
    second one.

    A request that is refused, or that returns a backup which was created before, counts as an API call
    instead of an upload.

    Args:
        idempotency_key (str | Unset):
        body (CreateBackupRequest): A file that is going to be uploaded.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BackupUpload | ErrorResponse]
    """

    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: CreateBackupRequest,
    idempotency_key: str | Unset = UNSET,
) -> BackupUpload | ErrorResponse | None:
    """Create a backup

     Reserves `size_bytes` of the quota, creates a backup in status `pending` and returns the URL to
    upload the file to. Send the file there with one `PUT`, with every header of `upload_headers`, then
    call `completeBackup`.

    With `multipart`, which files above 5 GiB and streams of unknown size need, there is no
    `upload_url`: the answer says in `multipart` how large the parts are, and `createPartUploads`
    returns their URLs. The guide explains it under Large files.

    The URL is valid for 30 minutes unless the server is configured otherwise (`upload_expires_at`).
    Size, content type and checksum are part of its signature: the store refuses any other. Until the
    URL expires, an upload that broke off can be sent to it again. The guide has the errors of uploads
    under Errors. A backup that is not completed is ended at the earliest 15 minutes after the URL has
    expired: if the whole file was uploaded, the backup is completed, and else it fails, and its part of
    the quota is released.

    With an `Idempotency-Key` the request can be repeated safely for 24 hours: the same body returns the
    same backup and `Idempotent-Replayed: true` instead of creating another. While the backup is
    `pending`, the URL is a fresh one. After that it is the last one that was given out, and uploading
    to it again changes nothing. Once the backup was deleted, the key answers 409: it never creates a
    second one.

    A request that is refused, or that returns a backup which was created before, counts as an API call
    instead of an upload.

    Args:
        idempotency_key (str | Unset):
        body (CreateBackupRequest): A file that is going to be uploaded.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        BackupUpload | ErrorResponse
    """

    return sync_detailed(
        client=client,
        body=body,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: CreateBackupRequest,
    idempotency_key: str | Unset = UNSET,
) -> Response[BackupUpload | ErrorResponse]:
    """Create a backup

     Reserves `size_bytes` of the quota, creates a backup in status `pending` and returns the URL to
    upload the file to. Send the file there with one `PUT`, with every header of `upload_headers`, then
    call `completeBackup`.

    With `multipart`, which files above 5 GiB and streams of unknown size need, there is no
    `upload_url`: the answer says in `multipart` how large the parts are, and `createPartUploads`
    returns their URLs. The guide explains it under Large files.

    The URL is valid for 30 minutes unless the server is configured otherwise (`upload_expires_at`).
    Size, content type and checksum are part of its signature: the store refuses any other. Until the
    URL expires, an upload that broke off can be sent to it again. The guide has the errors of uploads
    under Errors. A backup that is not completed is ended at the earliest 15 minutes after the URL has
    expired: if the whole file was uploaded, the backup is completed, and else it fails, and its part of
    the quota is released.

    With an `Idempotency-Key` the request can be repeated safely for 24 hours: the same body returns the
    same backup and `Idempotent-Replayed: true` instead of creating another. While the backup is
    `pending`, the URL is a fresh one. After that it is the last one that was given out, and uploading
    to it again changes nothing. Once the backup was deleted, the key answers 409: it never creates a
    second one.

    A request that is refused, or that returns a backup which was created before, counts as an API call
    instead of an upload.

    Args:
        idempotency_key (str | Unset):
        body (CreateBackupRequest): A file that is going to be uploaded.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BackupUpload | ErrorResponse]
    """

    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: CreateBackupRequest,
    idempotency_key: str | Unset = UNSET,
) -> BackupUpload | ErrorResponse | None:
    """Create a backup

     Reserves `size_bytes` of the quota, creates a backup in status `pending` and returns the URL to
    upload the file to. Send the file there with one `PUT`, with every header of `upload_headers`, then
    call `completeBackup`.

    With `multipart`, which files above 5 GiB and streams of unknown size need, there is no
    `upload_url`: the answer says in `multipart` how large the parts are, and `createPartUploads`
    returns their URLs. The guide explains it under Large files.

    The URL is valid for 30 minutes unless the server is configured otherwise (`upload_expires_at`).
    Size, content type and checksum are part of its signature: the store refuses any other. Until the
    URL expires, an upload that broke off can be sent to it again. The guide has the errors of uploads
    under Errors. A backup that is not completed is ended at the earliest 15 minutes after the URL has
    expired: if the whole file was uploaded, the backup is completed, and else it fails, and its part of
    the quota is released.

    With an `Idempotency-Key` the request can be repeated safely for 24 hours: the same body returns the
    same backup and `Idempotent-Replayed: true` instead of creating another. While the backup is
    `pending`, the URL is a fresh one. After that it is the last one that was given out, and uploading
    to it again changes nothing. Once the backup was deleted, the key answers 409: it never creates a
    second one.

    A request that is refused, or that returns a backup which was created before, counts as an API call
    instead of an upload.

    Args:
        idempotency_key (str | Unset):
        body (CreateBackupRequest): A file that is going to be uploaded.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        BackupUpload | ErrorResponse
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            idempotency_key=idempotency_key,
        )
    ).parsed
