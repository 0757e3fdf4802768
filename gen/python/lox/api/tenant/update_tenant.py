from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_response import ErrorResponse
from ...models.tenant import Tenant
from ...models.update_tenant_request import UpdateTenantRequest
from ...types import Response


def _get_kwargs(
    *,
    body: UpdateTenantRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/v1/tenant",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ErrorResponse | Tenant | None:
    if not response.headers.get("Content-Type", "").startswith("application/json"):
        raise errors.UnexpectedStatus(response.status_code, response.content)

    if response.status_code == 200:
        response_200 = Tenant.from_dict(response.json())

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
) -> Response[ErrorResponse | Tenant]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: UpdateTenantRequest,
) -> Response[ErrorResponse | Tenant]:
    """Update tenant settings

     Changes the fields that the body has and leaves all others as they are (a merge patch, RFC 7396): a
    value sets the field, `null` removes it. Within `settings` the same holds for each key. An empty
    object changes nothing.

    Plan, status and quota are set by the operator of the service, so a body that has one of them is
    refused.

    Args:
        body (UpdateTenantRequest): A merge patch (RFC 7396) of the fields of a tenant that it can
            change itself.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorResponse | Tenant]
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
    body: UpdateTenantRequest,
) -> ErrorResponse | Tenant | None:
    """Update tenant settings

     Changes the fields that the body has and leaves all others as they are (a merge patch, RFC 7396): a
    value sets the field, `null` removes it. Within `settings` the same holds for each key. An empty
    object changes nothing.

    Plan, status and quota are set by the operator of the service, so a body that has one of them is
    refused.

    Args:
        body (UpdateTenantRequest): A merge patch (RFC 7396) of the fields of a tenant that it can
            change itself.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorResponse | Tenant
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: UpdateTenantRequest,
) -> Response[ErrorResponse | Tenant]:
    """Update tenant settings

     Changes the fields that the body has and leaves all others as they are (a merge patch, RFC 7396): a
    value sets the field, `null` removes it. Within `settings` the same holds for each key. An empty
    object changes nothing.

    Plan, status and quota are set by the operator of the service, so a body that has one of them is
    refused.

    Args:
        body (UpdateTenantRequest): A merge patch (RFC 7396) of the fields of a tenant that it can
            change itself.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorResponse | Tenant]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: UpdateTenantRequest,
) -> ErrorResponse | Tenant | None:
    """Update tenant settings

     Changes the fields that the body has and leaves all others as they are (a merge patch, RFC 7396): a
    value sets the field, `null` removes it. Within `settings` the same holds for each key. An empty
    object changes nothing.

    Plan, status and quota are set by the operator of the service, so a body that has one of them is
    refused.

    Args:
        body (UpdateTenantRequest): A merge patch (RFC 7396) of the fields of a tenant that it can
            change itself.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorResponse | Tenant
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
