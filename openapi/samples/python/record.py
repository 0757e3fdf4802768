from lox import AuthenticatedClient


def list_all(client: AuthenticatedClient) -> str:
    # sample listEvents
    from lox.api.record import list_events
    from lox.models import RecordedEventList
    from lox.types import UNSET, Unset

    cursor: str | Unset = UNSET
    while True:
        page = list_events.sync(client=client, created_after="2024-01-15", cursor=cursor)
        if not isinstance(page, RecordedEventList):
            raise RuntimeError(page)
        for event in page.events:
            print(event.timestamp, event.type_, event.subject.id, event.actor.id)
        cursor = page.next_cursor
        if not cursor:
            break
    # end sample
    return event.id


def get(client: AuthenticatedClient, event_id: str) -> None:
    # sample getEvent
    from lox.api.record import get_event
    from lox.models import RecordedEvent

    event = get_event.sync(event_id, client=client)
    if not isinstance(event, RecordedEvent):
        raise RuntimeError(event)
    print(event.type_, event.actor.id, event.client_address, event.data)
    # end sample
