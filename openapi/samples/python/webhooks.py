import os
import time

from lox import AuthenticatedClient


def run(client: AuthenticatedClient) -> None:
    webhook_id = create(client, os.environ["WEBHOOK_URL"])
    list_all(client)
    get(client, webhook_id)
    update(client, webhook_id)
    delivery_id = test(client, webhook_id)
    wait(client, webhook_id, delivery_id)
    list_deliveries(client, webhook_id)
    get_delivery(client, webhook_id, delivery_id)
    redeliver(client, webhook_id, delivery_id)
    recover(client, webhook_id)
    rotate_secret(client, webhook_id)
    delete(client, webhook_id)


def create(client: AuthenticatedClient, webhook_url: str) -> str:
    # sample createWebhook
    from lox.api.webhooks import create_webhook
    from lox.models import CreatedWebhook, CreateWebhookRequest

    created = create_webhook.sync(
        client=client,
        body=CreateWebhookRequest(url=webhook_url, events=["backup.completed", "backup.failed"]),
    )
    if not isinstance(created, CreatedWebhook):
        raise RuntimeError(created)
    print(created.secret)  # verifies signatures; it is shown only once
    # end sample
    return created.id


def list_all(client: AuthenticatedClient) -> None:
    # sample listWebhooks
    from lox.api.webhooks import list_webhooks
    from lox.models import WebhookList

    page = list_webhooks.sync(client=client, limit=50)
    if not isinstance(page, WebhookList):
        raise RuntimeError(page)
    for webhook in page.webhooks:
        print(webhook.id, webhook.url, webhook.enabled)
    # end sample


def get(client: AuthenticatedClient, webhook_id: str) -> None:
    # sample getWebhook
    from lox.api.webhooks import get_webhook
    from lox.models import Webhook

    webhook = get_webhook.sync(webhook_id, client=client)
    if not isinstance(webhook, Webhook):
        raise RuntimeError(webhook)
    print(webhook.url, webhook.events, webhook.enabled)
    # end sample


def update(client: AuthenticatedClient, webhook_id: str) -> None:
    # sample updateWebhook
    from lox.api.webhooks import update_webhook
    from lox.models import UpdateWebhookRequest, Webhook

    webhook = update_webhook.sync(
        webhook_id,
        client=client,
        body=UpdateWebhookRequest(
            description="Pager of the operators", events=["backup.failed", "storage.quota_warning"]
        ),
    )
    if not isinstance(webhook, Webhook):
        raise RuntimeError(webhook)
    print(webhook.description, webhook.events)
    # end sample


def test(client: AuthenticatedClient, webhook_id: str) -> str:
    # sample testWebhook
    from lox.api.webhooks import test_webhook
    from lox.models import Delivery

    delivery = test_webhook.sync(webhook_id, client=client)
    if not isinstance(delivery, Delivery):
        raise RuntimeError(delivery)
    print(delivery.id, delivery.status)
    # end sample
    return delivery.id


def wait(client: AuthenticatedClient, webhook_id: str, delivery_id: str) -> None:
    """Waits until the delivery is over: one that is still on its way can't be sent again."""
    from lox.api.webhooks import get_webhook_delivery
    from lox.models import DeliveryDetails

    while True:
        delivery = get_webhook_delivery.sync(webhook_id, delivery_id, client=client)
        if not isinstance(delivery, DeliveryDetails):
            raise RuntimeError(delivery)
        if delivery.completed_at:
            return
        time.sleep(0.2)


def list_deliveries(client: AuthenticatedClient, webhook_id: str) -> None:
    # sample listWebhookDeliveries
    from lox.api.webhooks import list_webhook_deliveries
    from lox.models import DeliveryList

    page = list_webhook_deliveries.sync(
        webhook_id, client=client, event="webhook.test", created_after="2024-01-15"
    )
    if not isinstance(page, DeliveryList):
        raise RuntimeError(page)
    for delivery in page.deliveries:
        print(delivery.id, delivery.event, delivery.status, delivery.attempts)
    # end sample


def get_delivery(client: AuthenticatedClient, webhook_id: str, delivery_id: str) -> None:
    # sample getWebhookDelivery
    from lox.api.webhooks import get_webhook_delivery
    from lox.models import DeliveryDetails

    delivery = get_webhook_delivery.sync(webhook_id, delivery_id, client=client)
    if not isinstance(delivery, DeliveryDetails):
        raise RuntimeError(delivery)
    for attempt in delivery.attempt_log:
        print(attempt.at, attempt.status or attempt.error)
    # end sample


def redeliver(client: AuthenticatedClient, webhook_id: str, delivery_id: str) -> None:
    # sample redeliverWebhookDelivery
    from lox.api.webhooks import redeliver_webhook_delivery
    from lox.models import Delivery

    delivery = redeliver_webhook_delivery.sync(webhook_id, delivery_id, client=client)
    if not isinstance(delivery, Delivery):
        raise RuntimeError(delivery)
    print(delivery.status, delivery.next_attempt_at)
    # end sample


def recover(client: AuthenticatedClient, webhook_id: str) -> None:
    # sample recoverWebhook
    from lox.api.webhooks import recover_webhook
    from lox.models import RecoveredDeliveries, RecoverWebhookRequest

    recovery = recover_webhook.sync(
        webhook_id, client=client, body=RecoverWebhookRequest(since="2024-01-15")
    )
    if not isinstance(recovery, RecoveredDeliveries):
        raise RuntimeError(recovery)
    print(recovery.recovered, "deliveries are sent again")
    # end sample


def rotate_secret(client: AuthenticatedClient, webhook_id: str) -> None:
    # sample rotateWebhookSecret
    from lox.api.webhooks import rotate_webhook_secret
    from lox.models import RotatedWebhookSecret, RotateWebhookSecretRequest

    # The old secret goes on to sign for an hour, beside the new one.
    rotated = rotate_webhook_secret.sync(
        webhook_id, client=client, body=RotateWebhookSecretRequest(overlap_seconds=3600)
    )
    if not isinstance(rotated, RotatedWebhookSecret):
        raise RuntimeError(rotated)
    print(rotated.secret)  # keep it: it is shown only once
    # end sample


def delete(client: AuthenticatedClient, webhook_id: str) -> None:
    # sample deleteWebhook
    from lox.api.webhooks import delete_webhook
    from lox.models import DeletedWebhook

    deleted = delete_webhook.sync(webhook_id, client=client)
    if not isinstance(deleted, DeletedWebhook):
        raise RuntimeError(deleted)
    print("deleted", deleted.id)
    # end sample
