"""Reads the bodies of webhooks."""

import json

from .models import (
    ApiKeyCreatedEvent,
    ApiKeyRevokedEvent,
    BackupCompletedEvent,
    BackupCreatedEvent,
    BackupDeletedEvent,
    BackupFailedEvent,
    QuotaWarningEvent,
    UnknownEvent,
    WebhookDisabledEvent,
    WebhookTestEvent,
)

KnownEvent = (
    BackupCompletedEvent
    | BackupFailedEvent
    | BackupCreatedEvent
    | BackupDeletedEvent
    | QuotaWarningEvent
    | ApiKeyCreatedEvent
    | ApiKeyRevokedEvent
    | WebhookDisabledEvent
    | WebhookTestEvent
)
WebhookEvent = KnownEvent | UnknownEvent

KNOWN: dict[str, type[KnownEvent]] = {
    "backup.completed": BackupCompletedEvent,
    "backup.failed": BackupFailedEvent,
    "backup.created": BackupCreatedEvent,
    "backup.deleted": BackupDeletedEvent,
    "storage.quota_warning": QuotaWarningEvent,
    "api_key.created": ApiKeyCreatedEvent,
    "api_key.revoked": ApiKeyRevokedEvent,
    "webhook.disabled": WebhookDisabledEvent,
    "webhook.test": WebhookTestEvent,
}


def parse_event(body: bytes | str) -> WebhookEvent:
    """Reads the body of a webhook, whose signature must have been verified. An event of a type that a later version of
    LOX adds is an UnknownEvent."""
    event = json.loads(body)
    return KNOWN.get(event["event"], UnknownEvent).from_dict(event)
