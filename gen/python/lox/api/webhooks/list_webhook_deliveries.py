from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.delivery_list import DeliveryList
from ...models.delivery_status_filter import DeliveryStatusFilter
from ...models.error_response import ErrorResponse
from ...models.event_type_filter import EventTypeFilter
from ...types import UNSET, Response, Unset


def _get_kwargs(
    id: str,
    *,
    limit: int | Unset = 20,
    offset: int | Unset = 0,
    status: DeliveryStatusFilter | Unset = UNSET,
    event: EventTypeFilter | Unset = UNSET,
    created_after: str | Unset = UNSET,
    created_before: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["limit"] = limit

    params["offset"] = offset

    json_status: str | Unset = UNSET
    if not isinstance(status, Unset):
        json_status = status

    params["status"] = json_status

    json_event: str | Unset = UNSET
    if not isinstance(event, Unset):
        json_event = event

    params["event"] = json_event

    params["created_after"] = created_after

    params["created_before"] = created_before

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/webhooks/{id}/deliveries".format(
            id=quote(str(id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DeliveryList | ErrorResponse | None:
    if not response.headers.get("Content-Type", "").startswith("application/json"):
        raise errors.UnexpectedStatus(response.status_code, response.content)

    if response.status_code == 200:
        response_200 = DeliveryList.from_dict(response.json())

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
) -> Response[DeliveryList | ErrorResponse]:
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
    limit: int | Unset = 20,
    offset: int | Unset = 0,
    status: DeliveryStatusFilter | Unset = UNSET,
    event: EventTypeFilter | Unset = UNSET,
    created_after: str | Unset = UNSET,
    created_before: str | Unset = UNSET,
) -> Response[DeliveryList | ErrorResponse]:
    """List deliveries

     Returns the deliveries of a webhook, both finished and pending, newest first (by `created_at`, then
    by `id`). A delivery must match all filters given. A delivery is one event to one webhook, however
    many attempts it takes. Finished deliveries are deleted after 30 days. `offset` is at most 10,000
    here: use `created_before` to list older ones.

    Args:
        id (str): Identifies a webhook. `whk_` and 26 characters (a TypeID, that is a UUIDv7 in
            base32). Example: whk_01hkm4spm0e8kbcf2tpy8vep2a.
        limit (int | Unset):  Default: 20.
        offset (int | Unset):  Default: 0.
        status (DeliveryStatusFilter | Unset): A `DeliveryStatus` to filter by. Example:
            succeeded.
        event (EventTypeFilter | Unset): An `EventType` to filter deliveries by, one of those that
            webhooks get. Example: backup.completed.
        created_after (str | Unset): A date (`2024-01-15`) or an RFC 3339 timestamp
            (`2024-01-15T10:30:00Z`). `T` and `Z` may be lower case. A space may take the place of the
            `+` of an offset: it is what a `+` means in a query if it is not written as `%2B`.
            Example: 2024-01-15.
        created_before (str | Unset): A date (`2024-01-15`) or an RFC 3339 timestamp
            (`2024-01-15T10:30:00Z`). `T` and `Z` may be lower case. A space may take the place of the
            `+` of an offset: it is what a `+` means in a query if it is not written as `%2B`.
            Example: 2024-01-15.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DeliveryList | ErrorResponse]
    """

    kwargs = _get_kwargs(
        id=id,
        limit=limit,
        offset=offset,
        status=status,
        event=event,
        created_after=created_after,
        created_before=created_before,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    id: str,
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 20,
    offset: int | Unset = 0,
    status: DeliveryStatusFilter | Unset = UNSET,
    event: EventTypeFilter | Unset = UNSET,
    created_after: str | Unset = UNSET,
    created_before: str | Unset = UNSET,
) -> DeliveryList | ErrorResponse | None:
    """List deliveries

     Returns the deliveries of a webhook, both finished and pending, newest first (by `created_at`, then
    by `id`). A delivery must match all filters given. A delivery is one event to one webhook, however
    many attempts it takes. Finished deliveries are deleted after 30 days. `offset` is at most 10,000
    here: use `created_before` to list older ones.

    Args:
        id (str): Identifies a webhook. `whk_` and 26 characters (a TypeID, that is a UUIDv7 in
            base32). Example: whk_01hkm4spm0e8kbcf2tpy8vep2a.
        limit (int | Unset):  Default: 20.
        offset (int | Unset):  Default: 0.
        status (DeliveryStatusFilter | Unset): A `DeliveryStatus` to filter by. Example:
            succeeded.
        event (EventTypeFilter | Unset): An `EventType` to filter deliveries by, one of those that
            webhooks get. Example: backup.completed.
        created_after (str | Unset): A date (`2024-01-15`) or an RFC 3339 timestamp
            (`2024-01-15T10:30:00Z`). `T` and `Z` may be lower case. A space may take the place of the
            `+` of an offset: it is what a `+` means in a query if it is not written as `%2B`.
            Example: 2024-01-15.
        created_before (str | Unset): A date (`2024-01-15`) or an RFC 3339 timestamp
            (`2024-01-15T10:30:00Z`). `T` and `Z` may be lower case. A space may take the place of the
            `+` of an offset: it is what a `+` means in a query if it is not written as `%2B`.
            Example: 2024-01-15.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DeliveryList | ErrorResponse
    """

    return sync_detailed(
        id=id,
        client=client,
        limit=limit,
        offset=offset,
        status=status,
        event=event,
        created_after=created_after,
        created_before=created_before,
    ).parsed


async def asyncio_detailed(
    id: str,
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 20,
    offset: int | Unset = 0,
    status: DeliveryStatusFilter | Unset = UNSET,
    event: EventTypeFilter | Unset = UNSET,
    created_after: str | Unset = UNSET,
    created_before: str | Unset = UNSET,
) -> Response[DeliveryList | ErrorResponse]:
    """List deliveries

     Returns the deliveries of a webhook, both finished and pending, newest first (by `created_at`, then
    by `id`). A delivery must match all filters given. A delivery is one event to one webhook, however
    many attempts it takes. Finished deliveries are deleted after 30 days. `offset` is at most 10,000
    here: use `created_before` to list older ones.

    Args:
        id (str): Identifies a webhook. `whk_` and 26 characters (a TypeID, that is a UUIDv7 in
            base32). Example: whk_01hkm4spm0e8kbcf2tpy8vep2a.
        limit (int | Unset):  Default: 20.
        offset (int | Unset):  Default: 0.
        status (DeliveryStatusFilter | Unset): A `DeliveryStatus` to filter by. Example:
            succeeded.
        event (EventTypeFilter | Unset): An `EventType` to filter deliveries by, one of those that
            webhooks get. Example: backup.completed.
        created_after (str | Unset): A date (`2024-01-15`) or an RFC 3339 timestamp
            (`2024-01-15T10:30:00Z`). `T` and `Z` may be lower case. A space may take the place of the
            `+` of an offset: it is what a `+` means in a query if it is not written as `%2B`.
            Example: 2024-01-15.
        created_before (str | Unset): A date (`2024-01-15`) or an RFC 3339 timestamp
            (`2024-01-15T10:30:00Z`). `T` and `Z` may be lower case. A space may take the place of the
            `+` of an offset: it is what a `+` means in a query if it is not written as `%2B`.
            Example: 2024-01-15.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DeliveryList | ErrorResponse]
    """

    kwargs = _get_kwargs(
        id=id,
        limit=limit,
        offset=offset,
        status=status,
        event=event,
        created_after=created_after,
        created_before=created_before,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    id: str,
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 20,
    offset: int | Unset = 0,
    status: DeliveryStatusFilter | Unset = UNSET,
    event: EventTypeFilter | Unset = UNSET,
    created_after: str | Unset = UNSET,
    created_before: str | Unset = UNSET,
) -> DeliveryList | ErrorResponse | None:
    """List deliveries

     Returns the deliveries of a webhook, both finished and pending, newest first (by `created_at`, then
    by `id`). A delivery must match all filters given. A delivery is one event to one webhook, however
    many attempts it takes. Finished deliveries are deleted after 30 days. `offset` is at most 10,000
    here: use `created_before` to list older ones.

    Args:
        id (str): Identifies a webhook. `whk_` and 26 characters (a TypeID, that is a UUIDv7 in
            base32). Example: whk_01hkm4spm0e8kbcf2tpy8vep2a.
        limit (int | Unset):  Default: 20.
        offset (int | Unset):  Default: 0.
        status (DeliveryStatusFilter | Unset): A `DeliveryStatus` to filter by. Example:
            succeeded.
        event (EventTypeFilter | Unset): An `EventType` to filter deliveries by, one of those that
            webhooks get. Example: backup.completed.
        created_after (str | Unset): A date (`2024-01-15`) or an RFC 3339 timestamp
            (`2024-01-15T10:30:00Z`). `T` and `Z` may be lower case. A space may take the place of the
            `+` of an offset: it is what a `+` means in a query if it is not written as `%2B`.
            Example: 2024-01-15.
        created_before (str | Unset): A date (`2024-01-15`) or an RFC 3339 timestamp
            (`2024-01-15T10:30:00Z`). `T` and `Z` may be lower case. A space may take the place of the
            `+` of an offset: it is what a `+` means in a query if it is not written as `%2B`.
            Example: 2024-01-15.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DeliveryList | ErrorResponse
    """

    return (
        await asyncio_detailed(
            id=id,
            client=client,
            limit=limit,
            offset=offset,
            status=status,
            event=event,
            created_after=created_after,
            created_before=created_before,
        )
    ).parsed
