from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_response import ErrorResponse
from ...models.recorded_event_list import RecordedEventList
from ...models.recorded_event_type_filter import RecordedEventTypeFilter
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    limit: int | Unset = 20,
    cursor: str | Unset = UNSET,
    type_: RecordedEventTypeFilter | Unset = UNSET,
    subject: str | Unset = UNSET,
    actor: str | Unset = UNSET,
    created_after: str | Unset = UNSET,
    created_before: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["limit"] = limit

    params["cursor"] = cursor

    json_type_: str | Unset = UNSET
    if not isinstance(type_, Unset):
        json_type_ = type_

    params["type"] = json_type_

    params["subject"] = subject

    params["actor"] = actor

    params["created_after"] = created_after

    params["created_before"] = created_before

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/events",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorResponse | RecordedEventList | None:
    if not response.headers.get("Content-Type", "").startswith("application/json"):
        raise errors.UnexpectedStatus(response.status_code, response.content)

    if response.status_code == 200:
        response_200 = RecordedEventList.from_dict(response.json())

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
) -> Response[ErrorResponse | RecordedEventList]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 20,
    cursor: str | Unset = UNSET,
    type_: RecordedEventTypeFilter | Unset = UNSET,
    subject: str | Unset = UNSET,
    actor: str | Unset = UNSET,
    created_after: str | Unset = UNSET,
    created_before: str | Unset = UNSET,
) -> Response[ErrorResponse | RecordedEventList]:
    """List events

     Returns the record of changes: every change of anything that the tenant owns, newest first, with who
    made it and when. An event must match all filters given. The guide lists the types under Events.

    Follow `next_cursor` until it is absent. A page may have fewer events than `limit`, even none,
    although more follow: the server looks at 10,000 events at most for one page.

    Args:
        limit (int | Unset):  Default: 20.
        cursor (str | Unset):
        type_ (RecordedEventTypeFilter | Unset): An `EventType` to filter the record of changes
            by. Example: api_key.created.
        subject (str | Unset): The `id` of a `Subject` to filter by. Example:
            bkp_01hm6aqh20ekbs7w3tv0qzwg57.
        actor (str | Unset): The `id` of an `Actor` to filter by. Example:
            key_01hm65jqm0evqa6gf4bda1gwb9.
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
        Response[ErrorResponse | RecordedEventList]
    """

    kwargs = _get_kwargs(
        limit=limit,
        cursor=cursor,
        type_=type_,
        subject=subject,
        actor=actor,
        created_after=created_after,
        created_before=created_before,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 20,
    cursor: str | Unset = UNSET,
    type_: RecordedEventTypeFilter | Unset = UNSET,
    subject: str | Unset = UNSET,
    actor: str | Unset = UNSET,
    created_after: str | Unset = UNSET,
    created_before: str | Unset = UNSET,
) -> ErrorResponse | RecordedEventList | None:
    """List events

     Returns the record of changes: every change of anything that the tenant owns, newest first, with who
    made it and when. An event must match all filters given. The guide lists the types under Events.

    Follow `next_cursor` until it is absent. A page may have fewer events than `limit`, even none,
    although more follow: the server looks at 10,000 events at most for one page.

    Args:
        limit (int | Unset):  Default: 20.
        cursor (str | Unset):
        type_ (RecordedEventTypeFilter | Unset): An `EventType` to filter the record of changes
            by. Example: api_key.created.
        subject (str | Unset): The `id` of a `Subject` to filter by. Example:
            bkp_01hm6aqh20ekbs7w3tv0qzwg57.
        actor (str | Unset): The `id` of an `Actor` to filter by. Example:
            key_01hm65jqm0evqa6gf4bda1gwb9.
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
        ErrorResponse | RecordedEventList
    """

    return sync_detailed(
        client=client,
        limit=limit,
        cursor=cursor,
        type_=type_,
        subject=subject,
        actor=actor,
        created_after=created_after,
        created_before=created_before,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 20,
    cursor: str | Unset = UNSET,
    type_: RecordedEventTypeFilter | Unset = UNSET,
    subject: str | Unset = UNSET,
    actor: str | Unset = UNSET,
    created_after: str | Unset = UNSET,
    created_before: str | Unset = UNSET,
) -> Response[ErrorResponse | RecordedEventList]:
    """List events

     Returns the record of changes: every change of anything that the tenant owns, newest first, with who
    made it and when. An event must match all filters given. The guide lists the types under Events.

    Follow `next_cursor` until it is absent. A page may have fewer events than `limit`, even none,
    although more follow: the server looks at 10,000 events at most for one page.

    Args:
        limit (int | Unset):  Default: 20.
        cursor (str | Unset):
        type_ (RecordedEventTypeFilter | Unset): An `EventType` to filter the record of changes
            by. Example: api_key.created.
        subject (str | Unset): The `id` of a `Subject` to filter by. Example:
            bkp_01hm6aqh20ekbs7w3tv0qzwg57.
        actor (str | Unset): The `id` of an `Actor` to filter by. Example:
            key_01hm65jqm0evqa6gf4bda1gwb9.
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
        Response[ErrorResponse | RecordedEventList]
    """

    kwargs = _get_kwargs(
        limit=limit,
        cursor=cursor,
        type_=type_,
        subject=subject,
        actor=actor,
        created_after=created_after,
        created_before=created_before,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 20,
    cursor: str | Unset = UNSET,
    type_: RecordedEventTypeFilter | Unset = UNSET,
    subject: str | Unset = UNSET,
    actor: str | Unset = UNSET,
    created_after: str | Unset = UNSET,
    created_before: str | Unset = UNSET,
) -> ErrorResponse | RecordedEventList | None:
    """List events

     Returns the record of changes: every change of anything that the tenant owns, newest first, with who
    made it and when. An event must match all filters given. The guide lists the types under Events.

    Follow `next_cursor` until it is absent. A page may have fewer events than `limit`, even none,
    although more follow: the server looks at 10,000 events at most for one page.

    Args:
        limit (int | Unset):  Default: 20.
        cursor (str | Unset):
        type_ (RecordedEventTypeFilter | Unset): An `EventType` to filter the record of changes
            by. Example: api_key.created.
        subject (str | Unset): The `id` of a `Subject` to filter by. Example:
            bkp_01hm6aqh20ekbs7w3tv0qzwg57.
        actor (str | Unset): The `id` of an `Actor` to filter by. Example:
            key_01hm65jqm0evqa6gf4bda1gwb9.
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
        ErrorResponse | RecordedEventList
    """

    return (
        await asyncio_detailed(
            client=client,
            limit=limit,
            cursor=cursor,
            type_=type_,
            subject=subject,
            actor=actor,
            created_after=created_after,
            created_before=created_before,
        )
    ).parsed
