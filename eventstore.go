package lox

import (
	"context"
	"time"
)

// EventStore reads the record of changes. Every method sees the tenant's alone:
// another's id is CodeNotFound, as if it never existed.
type EventStore interface {
	// Events returns a page of them, newest first.
	Events(ctx context.Context, tenant TenantID, q EventQuery) (EventPage, error)

	// Event returns one. CodeNotFound.
	Event(ctx context.Context, tenant TenantID, id EventID) (Event, error)
}

// EventQuery says which page of which events.
type EventQuery struct {
	Type    EventType // "" for any
	Subject Subject   // the zero Subject for any
	// Actor is the id of an actor; "" for any.
	Actor string
	// From and To bound created_at: From <= created_at < To. Zero is open.
	From, To time.Time
	Limit    int
	// After is the event at which the page before this one ended; the zero ID for the
	// first page.
	After EventID
}

// EventPage is one page of the record.
type EventPage struct {
	// Events may be fewer than the limit, even none, although more follow: at most
	// MaxEventsRead are looked at for one page.
	Events []Event
	// Next is where the next page begins; nil on the last one.
	Next *EventID
}

// MaxEventsRead is how many events are looked at for one page of those that match its
// filters.
const MaxEventsRead = 10_000

// ErrEventNotFound is the answer to the id of an event that the tenant hasn't.
var ErrEventNotFound = Errorf(CodeNotFound, "Event with given ID not found")
