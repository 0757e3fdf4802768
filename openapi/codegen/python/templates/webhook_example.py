from lox.events import parse_event
from lox.models import BackupCompletedEvent, BackupFailedEvent


def receive(body: bytes) -> None:
    match parse_event(body):
        case BackupCompletedEvent(timestamp=timestamp, data=backup):
            print(timestamp, backup.name, backup.size_bytes)
        case BackupFailedEvent(timestamp=timestamp, data=backup):
            print(timestamp, backup.name, backup.error)
