from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_response import ErrorResponse
from ...models.revoked_api_key import RevokedApiKey
from ...types import Response


def _get_kwargs(
    id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/v1/tenant/api-keys/{id}".format(
            id=quote(str(id), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorResponse | RevokedApiKey | None:
    if not response.headers.get("Content-Type", "").startswith("application/json"):
        raise errors.UnexpectedStatus(response.status_code, response.content)

    if response.status_code == 200:
        response_200 = RevokedApiKey.from_dict(response.json())

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
) -> Response[ErrorResponse | RevokedApiKey]:
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
) -> Response[ErrorResponse | RevokedApiKey]:
    """Revoke an API key

     Makes a key stop working, for good and on every server within a second. A request may revoke its own
    key. Revoking it a second time answers 404.

    A key can only revoke keys whose scopes it has itself; otherwise the answer is 403. A key with full
    access (one without scopes) can only be revoked while another one lasts at least as long, so that
    nobody locks themselves out.

    Args:
        id (str): Identifies an API key, without being one. `key_` and 26 characters (a TypeID,
            that is a UUIDv7 in base32). Example: key_01hm65jqm0evqa6gf4bda1gwb9.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorResponse | RevokedApiKey]
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
) -> ErrorResponse | RevokedApiKey | None:
    """Revoke an API key

     Makes a key stop working, for good and on every server within a second. A request may revoke its own
    key. Revoking it a second time answers 404.

    A key can only revoke keys whose scopes it has itself; otherwise the answer is 403. A key with full
    access (one without scopes) can only be revoked while another one lasts at least as long, so that
    nobody locks themselves out.

    Args:
        id (str): Identifies an API key, without being one. `key_` and 26 characters (a TypeID,
            that is a UUIDv7 in base32). Example: key_01hm65jqm0evqa6gf4bda1gwb9.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorResponse | RevokedApiKey
    """

    return sync_detailed(
        id=id,
        client=client,
    ).parsed


async def asyncio_detailed(
    id: str,
    *,
    client: AuthenticatedClient,
) -> Response[ErrorResponse | RevokedApiKey]:
    """Revoke an API key

     Makes a key stop working, for good and on every server within a second. A request may revoke its own
    key. Revoking it a second time answers 404.

    A key can only revoke keys whose scopes it has itself; otherwise the answer is 403. A key with full
    access (one without scopes) can only be revoked while another one lasts at least as long, so that
    nobody locks themselves out.

    Args:
        id (str): Identifies an API key, without being one. `key_` and 26 characters (a TypeID,
            that is a UUIDv7 in base32). Example: key_01hm65jqm0evqa6gf4bda1gwb9.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorResponse | RevokedApiKey]
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
) -> ErrorResponse | RevokedApiKey | None:
    """Revoke an API key

     Makes a key stop working, for good and on every server within a second. A request may revoke its own
    key. Revoking it a second time answers 404.

    A key can only revoke keys whose scopes it has itself; otherwise the answer is 403. A key with full
    access (one without scopes) can only be revoked while another one lasts at least as long, so that
    nobody locks themselves out.

    Args:
        id (str): Identifies an API key, without being one. `key_` and 26 characters (a TypeID,
            that is a UUIDv7 in base32). Example: key_01hm65jqm0evqa6gf4bda1gwb9.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorResponse | RevokedApiKey
    """

    return (
        await asyncio_detailed(
            id=id,
            client=client,
        )
    ).parsed
