import json

from lox.models import BackupCompletedEvent, BackupFailedEvent


def receive(body: bytes) -> None:
    event = json.loads(body)
    match event["event"]:
        case "backup.completed":
            completed = BackupCompletedEvent.from_dict(event)
            print(completed.timestamp, completed.data.name, completed.data.size_bytes)
        case "backup.failed":
            failed = BackupFailedEvent.from_dict(event)
            print(failed.timestamp, failed.data.name, failed.data.error)
