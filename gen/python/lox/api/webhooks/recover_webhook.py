from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_response import ErrorResponse
from ...models.recover_webhook_request import RecoverWebhookRequest
from ...models.recovered_deliveries import RecoveredDeliveries
from ...types import Response


def _get_kwargs(
    id: str,
    *,
    body: RecoverWebhookRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/webhooks/{id}/recover".format(
            id=quote(str(id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorResponse | RecoveredDeliveries | None:
    if not response.headers.get("Content-Type", "").startswith("application/json"):
        raise errors.UnexpectedStatus(response.status_code, response.content)

    if response.status_code == 200:
        response_200 = RecoveredDeliveries.from_dict(response.json())

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
) -> Response[ErrorResponse | RecoveredDeliveries]:
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
    body: RecoverWebhookRequest,
) -> Response[ErrorResponse | RecoveredDeliveries]:
    """Send all failed deliveries again

     Does the same as `redeliverWebhookDelivery` to every delivery of a webhook that was created since a
    time and has failed. Call it when a receiver is back after an outage, once the webhook is enabled.
    The deliveries are sent as fast as the host may get them.

    Args:
        id (str): Identifies a webhook. `whk_` and 26 characters (a TypeID, that is a UUIDv7 in
            base32). Example: whk_01hkm4spm0e8kbcf2tpy8vep2a.
        body (RecoverWebhookRequest): Since when to send failed deliveries again.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorResponse | RecoveredDeliveries]
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
    body: RecoverWebhookRequest,
) -> ErrorResponse | RecoveredDeliveries | None:
    """Send all failed deliveries again

     Does the same as `redeliverWebhookDelivery` to every delivery of a webhook that was created since a
    time and has failed. Call it when a receiver is back after an outage, once the webhook is enabled.
    The deliveries are sent as fast as the host may get them.

    Args:
        id (str): Identifies a webhook. `whk_` and 26 characters (a TypeID, that is a UUIDv7 in
            base32). Example: whk_01hkm4spm0e8kbcf2tpy8vep2a.
        body (RecoverWebhookRequest): Since when to send failed deliveries again.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorResponse | RecoveredDeliveries
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
    body: RecoverWebhookRequest,
) -> Response[ErrorResponse | RecoveredDeliveries]:
    """Send all failed deliveries again

     Does the same as `redeliverWebhookDelivery` to every delivery of a webhook that was created since a
    time and has failed. Call it when a receiver is back after an outage, once the webhook is enabled.
    The deliveries are sent as fast as the host may get them.

    Args:
        id (str): Identifies a webhook. `whk_` and 26 characters (a TypeID, that is a UUIDv7 in
            base32). Example: whk_01hkm4spm0e8kbcf2tpy8vep2a.
        body (RecoverWebhookRequest): Since when to send failed deliveries again.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorResponse | RecoveredDeliveries]
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
    body: RecoverWebhookRequest,
) -> ErrorResponse | RecoveredDeliveries | None:
    """Send all failed deliveries again

     Does the same as `redeliverWebhookDelivery` to every delivery of a webhook that was created since a
    time and has failed. Call it when a receiver is back after an outage, once the webhook is enabled.
    The deliveries are sent as fast as the host may get them.

    Args:
        id (str): Identifies a webhook. `whk_` and 26 characters (a TypeID, that is a UUIDv7 in
            base32). Example: whk_01hkm4spm0e8kbcf2tpy8vep2a.
        body (RecoverWebhookRequest): Since when to send failed deliveries again.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorResponse | RecoveredDeliveries
    """

    return (
        await asyncio_detailed(
            id=id,
            client=client,
            body=body,
        )
    ).parsed
