from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_response import ErrorResponse
from ...models.rotate_api_key_request import RotateApiKeyRequest
from ...models.rotated_api_key import RotatedApiKey
from ...types import UNSET, Response, Unset


def _get_kwargs(
    id: str,
    *,
    body: RotateApiKeyRequest | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/tenant/api-keys/{id}/rotate".format(
            id=quote(str(id), safe=""),
        ),
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorResponse | RotatedApiKey | None:
    if not response.headers.get("Content-Type", "").startswith("application/json"):
        raise errors.UnexpectedStatus(response.status_code, response.content)

    if response.status_code == 201:
        response_201 = RotatedApiKey.from_dict(response.json())

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
) -> Response[ErrorResponse | RotatedApiKey]:
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
    body: RotateApiKeyRequest | Unset = UNSET,
) -> Response[ErrorResponse | RotatedApiKey]:
    """Rotate an API key

     Creates a key with the name and the scopes of this one and returns it, `key` included: **it is shown
    only this once**. The old key continues to work for `overlap_seconds`, a day unless the request says
    otherwise, so that the new one can be put in place without a gap; after that it has expired. With 0
    it stops working at once.

    The body may be left out. A key that was rotated before, or has expired, can't be rotated.

    Args:
        id (str): Identifies an API key, without being one. `key_` and 26 characters (a TypeID,
            that is a UUIDv7 in base32). Example: key_01hm65jqm0evqa6gf4bda1gwb9.
        body (RotateApiKeyRequest | Unset): How to rotate an API key.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorResponse | RotatedApiKey]
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
    body: RotateApiKeyRequest | Unset = UNSET,
) -> ErrorResponse | RotatedApiKey | None:
    """Rotate an API key

     Creates a key with the name and the scopes of this one and returns it, `key` included: **it is shown
    only this once**. The old key continues to work for `overlap_seconds`, a day unless the request says
    otherwise, so that the new one can be put in place without a gap; after that it has expired. With 0
    it stops working at once.

    The body may be left out. A key that was rotated before, or has expired, can't be rotated.

    Args:
        id (str): Identifies an API key, without being one. `key_` and 26 characters (a TypeID,
            that is a UUIDv7 in base32). Example: key_01hm65jqm0evqa6gf4bda1gwb9.
        body (RotateApiKeyRequest | Unset): How to rotate an API key.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorResponse | RotatedApiKey
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
    body: RotateApiKeyRequest | Unset = UNSET,
) -> Response[ErrorResponse | RotatedApiKey]:
    """Rotate an API key

     Creates a key with the name and the scopes of this one and returns it, `key` included: **it is shown
    only this once**. The old key continues to work for `overlap_seconds`, a day unless the request says
    otherwise, so that the new one can be put in place without a gap; after that it has expired. With 0
    it stops working at once.

    The body may be left out. A key that was rotated before, or has expired, can't be rotated.

    Args:
        id (str): Identifies an API key, without being one. `key_` and 26 characters (a TypeID,
            that is a UUIDv7 in base32). Example: key_01hm65jqm0evqa6gf4bda1gwb9.
        body (RotateApiKeyRequest | Unset): How to rotate an API key.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorResponse | RotatedApiKey]
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
    body: RotateApiKeyRequest | Unset = UNSET,
) -> ErrorResponse | RotatedApiKey | None:
    """Rotate an API key

     Creates a key with the name and the scopes of this one and returns it, `key` included: **it is shown
    only this once**. The old key continues to work for `overlap_seconds`, a day unless the request says
    otherwise, so that the new one can be put in place without a gap; after that it has expired. With 0
    it stops working at once.

    The body may be left out. A key that was rotated before, or has expired, can't be rotated.

    Args:
        id (str): Identifies an API key, without being one. `key_` and 26 characters (a TypeID,
            that is a UUIDv7 in base32). Example: key_01hm65jqm0evqa6gf4bda1gwb9.
        body (RotateApiKeyRequest | Unset): How to rotate an API key.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorResponse | RotatedApiKey
    """

    return (
        await asyncio_detailed(
            id=id,
            client=client,
            body=body,
        )
    ).parsed
