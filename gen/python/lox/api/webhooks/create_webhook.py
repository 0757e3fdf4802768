from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.create_webhook_request import CreateWebhookRequest
from ...models.created_webhook import CreatedWebhook
from ...models.error_response import ErrorResponse
from ...types import Response


def _get_kwargs(
    *,
    body: CreateWebhookRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/webhooks",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> CreatedWebhook | ErrorResponse | None:
    if not response.headers.get("Content-Type", "").startswith("application/json"):
        raise errors.UnexpectedStatus(response.status_code, response.content)

    if response.status_code == 201:
        response_201 = CreatedWebhook.from_dict(response.json())

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
) -> Response[CreatedWebhook | ErrorResponse]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: CreateWebhookRequest,
) -> Response[CreatedWebhook | ErrorResponse]:
    """Create a webhook

     Has events of the tenant sent to a URL from now on, and returns the secret that they are signed
    with, `secret`: **it is shown only this once**. Without `events`, a webhook gets `backup.completed`
    and `backup.failed`. A tenant can have 50 webhooks, 10 of them to one host.

    The host must be public, unless the server is configured otherwise: a private address is refused.
    Where a name leads is checked at each attempt: one to an address that isn't public fails. Call
    `testWebhook` to see whether events arrive.

    Args:
        body (CreateWebhookRequest): A webhook to create.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CreatedWebhook | ErrorResponse]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: CreateWebhookRequest,
) -> CreatedWebhook | ErrorResponse | None:
    """Create a webhook

     Has events of the tenant sent to a URL from now on, and returns the secret that they are signed
    with, `secret`: **it is shown only this once**. Without `events`, a webhook gets `backup.completed`
    and `backup.failed`. A tenant can have 50 webhooks, 10 of them to one host.

    The host must be public, unless the server is configured otherwise: a private address is refused.
    Where a name leads is checked at each attempt: one to an address that isn't public fails. Call
    `testWebhook` to see whether events arrive.

    Args:
        body (CreateWebhookRequest): A webhook to create.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CreatedWebhook | ErrorResponse
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: CreateWebhookRequest,
) -> Response[CreatedWebhook | ErrorResponse]:
    """Create a webhook

     Has events of the tenant sent to a URL from now on, and returns the secret that they are signed
    with, `secret`: **it is shown only this once**. Without `events`, a webhook gets `backup.completed`
    and `backup.failed`. A tenant can have 50 webhooks, 10 of them to one host.

    The host must be public, unless the server is configured otherwise: a private address is refused.
    Where a name leads is checked at each attempt: one to an address that isn't public fails. Call
    `testWebhook` to see whether events arrive.

    Args:
        body (CreateWebhookRequest): A webhook to create.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CreatedWebhook | ErrorResponse]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: CreateWebhookRequest,
) -> CreatedWebhook | ErrorResponse | None:
    """Create a webhook

     Has events of the tenant sent to a URL from now on, and returns the secret that they are signed
    with, `secret`: **it is shown only this once**. Without `events`, a webhook gets `backup.completed`
    and `backup.failed`. A tenant can have 50 webhooks, 10 of them to one host.

    The host must be public, unless the server is configured otherwise: a private address is refused.
    Where a name leads is checked at each attempt: one to an address that isn't public fails. Call
    `testWebhook` to see whether events arrive.

    Args:
        body (CreateWebhookRequest): A webhook to create.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CreatedWebhook | ErrorResponse
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
