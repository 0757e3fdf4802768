from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.delivery import Delivery
from ...models.error_response import ErrorResponse
from ...types import Response


def _get_kwargs(
    id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/webhooks/{id}/test".format(
            id=quote(str(id), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Delivery | ErrorResponse | None:
    if not response.headers.get("Content-Type", "").startswith("application/json"):
        raise errors.UnexpectedStatus(response.status_code, response.content)

    if response.status_code == 202:
        response_202 = Delivery.from_dict(response.json())

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
) -> Response[Delivery | ErrorResponse]:
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
) -> Response[Delivery | ErrorResponse]:
    """Send a test event

     Sends an event `webhook.test` to a webhook, whatever events it asked for, and returns its delivery,
    which is `pending`. Call `getWebhookDelivery` to see the result. The event is signed and retried
    like any other. It also waits like any other: if the host has as many attempts as it may get, the
    delivery stays `pending` until it is its turn.

    Args:
        id (str): Identifies a webhook. `whk_` and 26 characters (a TypeID, that is a UUIDv7 in
            base32). Example: whk_01hkm4spm0e8kbcf2tpy8vep2a.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Delivery | ErrorResponse]
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
) -> Delivery | ErrorResponse | None:
    """Send a test event

     Sends an event `webhook.test` to a webhook, whatever events it asked for, and returns its delivery,
    which is `pending`. Call `getWebhookDelivery` to see the result. The event is signed and retried
    like any other. It also waits like any other: if the host has as many attempts as it may get, the
    delivery stays `pending` until it is its turn.

    Args:
        id (str): Identifies a webhook. `whk_` and 26 characters (a TypeID, that is a UUIDv7 in
            base32). Example: whk_01hkm4spm0e8kbcf2tpy8vep2a.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Delivery | ErrorResponse
    """

    return sync_detailed(
        id=id,
        client=client,
    ).parsed


async def asyncio_detailed(
    id: str,
    *,
    client: AuthenticatedClient,
) -> Response[Delivery | ErrorResponse]:
    """Send a test event

     Sends an event `webhook.test` to a webhook, whatever events it asked for, and returns its delivery,
    which is `pending`. Call `getWebhookDelivery` to see the result. The event is signed and retried
    like any other. It also waits like any other: if the host has as many attempts as it may get, the
    delivery stays `pending` until it is its turn.

    Args:
        id (str): Identifies a webhook. `whk_` and 26 characters (a TypeID, that is a UUIDv7 in
            base32). Example: whk_01hkm4spm0e8kbcf2tpy8vep2a.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Delivery | ErrorResponse]
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
) -> Delivery | ErrorResponse | None:
    """Send a test event

     Sends an event `webhook.test` to a webhook, whatever events it asked for, and returns its delivery,
    which is `pending`. Call `getWebhookDelivery` to see the result. The event is signed and retried
    like any other. It also waits like any other: if the host has as many attempts as it may get, the
    delivery stays `pending` until it is its turn.

    Args:
        id (str): Identifies a webhook. `whk_` and 26 characters (a TypeID, that is a UUIDv7 in
            base32). Example: whk_01hkm4spm0e8kbcf2tpy8vep2a.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Delivery | ErrorResponse
    """

    return (
        await asyncio_detailed(
            id=id,
            client=client,
        )
    ).parsed
