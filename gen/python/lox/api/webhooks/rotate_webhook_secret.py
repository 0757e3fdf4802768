from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_response import ErrorResponse
from ...models.rotate_webhook_secret_request import RotateWebhookSecretRequest
from ...models.rotated_webhook_secret import RotatedWebhookSecret
from ...types import UNSET, Response, Unset


def _get_kwargs(
    id: str,
    *,
    body: RotateWebhookSecretRequest | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/webhooks/{id}/rotate-secret".format(
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
) -> ErrorResponse | RotatedWebhookSecret | None:
    if not response.headers.get("Content-Type", "").startswith("application/json"):
        raise errors.UnexpectedStatus(response.status_code, response.content)

    if response.status_code == 200:
        response_200 = RotatedWebhookSecret.from_dict(response.json())

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
) -> Response[ErrorResponse | RotatedWebhookSecret]:
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
    body: RotateWebhookSecretRequest | Unset = UNSET,
) -> Response[ErrorResponse | RotatedWebhookSecret]:
    """Rotate the secret of a webhook

     Gives a webhook a new secret and returns it, `secret`: **it is shown only this once**. For
    `overlap_seconds`, a day unless the request says otherwise, the old secret continues to sign, so
    that the receiver can change over without a gap: `webhook-signature` has a signature by each of the
    two. `X-LOX-Signature` holds one signature: the attempts of a delivery use the new and the old
    secret in turn, beginning with the new one. With an overlap of 0 the old secret signs nothing more.

    The body may be left out. If you rotate again before the overlap ends, the oldest of the three
    secrets stops signing at once.

    Args:
        id (str): Identifies a webhook. `whk_` and 26 characters (a TypeID, that is a UUIDv7 in
            base32). Example: whk_01hkm4spm0e8kbcf2tpy8vep2a.
        body (RotateWebhookSecretRequest | Unset): How to rotate the secret of a webhook.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorResponse | RotatedWebhookSecret]
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
    body: RotateWebhookSecretRequest | Unset = UNSET,
) -> ErrorResponse | RotatedWebhookSecret | None:
    """Rotate the secret of a webhook

     Gives a webhook a new secret and returns it, `secret`: **it is shown only this once**. For
    `overlap_seconds`, a day unless the request says otherwise, the old secret continues to sign, so
    that the receiver can change over without a gap: `webhook-signature` has a signature by each of the
    two. `X-LOX-Signature` holds one signature: the attempts of a delivery use the new and the old
    secret in turn, beginning with the new one. With an overlap of 0 the old secret signs nothing more.

    The body may be left out. If you rotate again before the overlap ends, the oldest of the three
    secrets stops signing at once.

    Args:
        id (str): Identifies a webhook. `whk_` and 26 characters (a TypeID, that is a UUIDv7 in
            base32). Example: whk_01hkm4spm0e8kbcf2tpy8vep2a.
        body (RotateWebhookSecretRequest | Unset): How to rotate the secret of a webhook.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorResponse | RotatedWebhookSecret
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
    body: RotateWebhookSecretRequest | Unset = UNSET,
) -> Response[ErrorResponse | RotatedWebhookSecret]:
    """Rotate the secret of a webhook

     Gives a webhook a new secret and returns it, `secret`: **it is shown only this once**. For
    `overlap_seconds`, a day unless the request says otherwise, the old secret continues to sign, so
    that the receiver can change over without a gap: `webhook-signature` has a signature by each of the
    two. `X-LOX-Signature` holds one signature: the attempts of a delivery use the new and the old
    secret in turn, beginning with the new one. With an overlap of 0 the old secret signs nothing more.

    The body may be left out. If you rotate again before the overlap ends, the oldest of the three
    secrets stops signing at once.

    Args:
        id (str): Identifies a webhook. `whk_` and 26 characters (a TypeID, that is a UUIDv7 in
            base32). Example: whk_01hkm4spm0e8kbcf2tpy8vep2a.
        body (RotateWebhookSecretRequest | Unset): How to rotate the secret of a webhook.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorResponse | RotatedWebhookSecret]
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
    body: RotateWebhookSecretRequest | Unset = UNSET,
) -> ErrorResponse | RotatedWebhookSecret | None:
    """Rotate the secret of a webhook

     Gives a webhook a new secret and returns it, `secret`: **it is shown only this once**. For
    `overlap_seconds`, a day unless the request says otherwise, the old secret continues to sign, so
    that the receiver can change over without a gap: `webhook-signature` has a signature by each of the
    two. `X-LOX-Signature` holds one signature: the attempts of a delivery use the new and the old
    secret in turn, beginning with the new one. With an overlap of 0 the old secret signs nothing more.

    The body may be left out. If you rotate again before the overlap ends, the oldest of the three
    secrets stops signing at once.

    Args:
        id (str): Identifies a webhook. `whk_` and 26 characters (a TypeID, that is a UUIDv7 in
            base32). Example: whk_01hkm4spm0e8kbcf2tpy8vep2a.
        body (RotateWebhookSecretRequest | Unset): How to rotate the secret of a webhook.

    Raises:
        errors.UnexpectedStatus: If the answer isn't JSON: a proxy's page, say.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorResponse | RotatedWebhookSecret
    """

    return (
        await asyncio_detailed(
            id=id,
            client=client,
            body=body,
        )
    ).parsed
