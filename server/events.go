package server

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/api"
)

// EventStore reads the record of changes. Every method reads only the tenant's events:
// the id of another tenant's event is CodeNotFound, as if it never existed.
type EventStore interface {
	// Events returns a page of events, newest first.
	Events(ctx context.Context, tenant lox.TenantID, q lox.EventQuery) (lox.EventPage, error)

	// Event returns an event. CodeNotFound.
	Event(ctx context.Context, tenant lox.TenantID, id lox.EventID) (lox.Event, error)
}

// eventHandlers answers the operations on the record of changes.
type eventHandlers struct{ store EventStore }

// ListEvents answers GET /v1/events.
func (h *eventHandlers) ListEvents(ctx context.Context, r api.ListEventsRequestObject) (api.ListEventsResponseObject, error) {
	query, err := eventQuery(r.Params)
	if err != nil {
		return nil, err
	}
	page, err := h.store.Events(ctx, principal(ctx).Tenant, query)
	if err != nil {
		return nil, err
	}
	list := api.RecordedEventList{Events: make([]api.RecordedEvent, 0, len(page.Events))}
	for _, e := range page.Events {
		out, err := eventOut(e)
		if err != nil {
			return nil, err
		}
		list.Events = append(list.Events, out)
	}
	if page.Next != nil {
		list.NextCursor = encodeEventCursor(*page.Next, eventFilters(query))
	}
	return api.ListEvents200JSONResponse{Body: list}, nil
}

// GetEvent answers GET /v1/events/{id}.
func (h *eventHandlers) GetEvent(ctx context.Context, r api.GetEventRequestObject) (api.GetEventResponseObject, error) {
	var id lox.EventID
	if err := id.UnmarshalText([]byte(r.ID)); err != nil {
		return nil, lox.ErrEventNotFound.Because(err)
	}
	e, err := h.store.Event(ctx, principal(ctx).Tenant, id)
	if err != nil {
		return nil, err
	}
	out, err := eventOut(e)
	if err != nil {
		return nil, err
	}
	return api.GetEvent200JSONResponse{Body: out}, nil
}

func eventOut(e lox.Event) (api.RecordedEvent, error) {
	data, err := e.Data()
	if err != nil {
		return api.RecordedEvent{}, fmt.Errorf("event %s: %w", e.ID, err)
	}
	out := api.RecordedEvent{
		ID: e.ID.String(), Type: api.EventType(e.Type), Timestamp: e.At.UTC(),
		Actor:     api.Actor{Type: api.ActorType(e.Actor.Type), ID: e.Actor.ID},
		Subject:   api.Subject{Type: api.SubjectType(e.Subject.Type()), ID: e.Subject.String()},
		RequestID: e.Actor.RequestID, Data: json.RawMessage(data),
	}
	if e.Actor.Address.IsValid() {
		out.ClientAddress = e.Actor.Address.String()
	}
	return out, nil
}
