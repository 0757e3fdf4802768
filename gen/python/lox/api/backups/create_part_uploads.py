from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.create_part_uploads_request import CreatePartUploadsRequest
from ...models.error_response import ErrorResponse
from ...models.part_uploads import PartUploads
from ...types import Response


def _get_kwargs(
    id: str,
    *,
    body: CreatePartUploadsRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/backups/{id}/parts".format(
            id=quote(str(id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorResponse | PartUploads | None:
    if not response.headers.get("Content-Type", "").startswith("application/json"):
        raise errors.UnexpectedStatus(response.status_code, response.content)

    if response.status_code == 200:
        response_200 = PartUploads.from_dict(response.json())

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
) -> Response[ErrorResponse | PartUploads]:
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
    body: CreatePartUploadsRequest,
) -> Response[ErrorResponse | PartUploads]:
    """Get upload URLs of parts

     Returns the URLs to upload up to 100 parts of a `pending` backup to, valid for as long as an upload
    URL is. Parts may be uploaded in any order and several at once. A part that is uploaded again
    replaces the one before, and a URL can be asked for again.

    All parts have `part_size_bytes`, but for the last, which has the rest. Of a stream the last part
    says its `size_bytes`. A stream reserves quota up to the highest part whose URL was asked for.

    Args:
        id (str): Identifies a backup. `bkp_` and 26 characters (a TypeID, that is a UUIDv7 in
            base32). Example: bkp_01hm6aqh20ekbs7w3tv0qzwg57.
        body (CreatePartUploadsRequest): The parts that are going to be uploaded.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorResponse | PartUploads]
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
    body: CreatePartUploadsRequest,
) -> ErrorResponse | PartUploads | None:
    """Get upload URLs of parts

     Returns the URLs to upload up to 100 parts of a `pending` backup to, valid for as long as an upload
    URL is. Parts may be uploaded in any order and several at once. A part that is uploaded again
    replaces the one before, and a URL can be asked for again.

    All parts have `part_size_bytes`, but for the last, which has the rest. Of a stream the last part
    says its `size_bytes`. A stream reserves quota up to the highest part whose URL was asked for.

    Args:
        id (str): Identifies a backup. `bkp_` and 26 characters (a TypeID, that is a UUIDv7 in
            base32). Example: bkp_01hm6aqh20ekbs7w3tv0qzwg57.
        body (CreatePartUploadsRequest): The parts that are going to be uploaded.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorResponse | PartUploads
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
    body: CreatePartUploadsRequest,
) -> Response[ErrorResponse | PartUploads]:
    """Get upload URLs of parts

     Returns the URLs to upload up to 100 parts of a `pending` backup to, valid for as long as an upload
    URL is. Parts may be uploaded in any order and several at once. A part that is uploaded again
    replaces the one before, and a URL can be asked for again.

    All parts have `part_size_bytes`, but for the last, which has the rest. Of a stream the last part
    says its `size_bytes`. A stream reserves quota up to the highest part whose URL was asked for.

    Args:
        id (str): Identifies a backup. `bkp_` and 26 characters (a TypeID, that is a UUIDv7 in
            base32). Example: bkp_01hm6aqh20ekbs7w3tv0qzwg57.
        body (CreatePartUploadsRequest): The parts that are going to be uploaded.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorResponse | PartUploads]
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
    body: CreatePartUploadsRequest,
) -> ErrorResponse | PartUploads | None:
    """Get upload URLs of parts

     Returns the URLs to upload up to 100 parts of a `pending` backup to, valid for as long as an upload
    URL is. Parts may be uploaded in any order and several at once. A part that is uploaded again
    replaces the one before, and a URL can be asked for again.

    All parts have `part_size_bytes`, but for the last, which has the rest. Of a stream the last part
    says its `size_bytes`. A stream reserves quota up to the highest part whose URL was asked for.

    Args:
        id (str): Identifies a backup. `bkp_` and 26 characters (a TypeID, that is a UUIDv7 in
            base32). Example: bkp_01hm6aqh20ekbs7w3tv0qzwg57.
        body (CreatePartUploadsRequest): The parts that are going to be uploaded.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorResponse | PartUploads
    """

    return (
        await asyncio_detailed(
            id=id,
            client=client,
            body=body,
        )
    ).parsed
