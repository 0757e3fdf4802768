package lox

import (
	"time"
)

// EventQuery selects a page of events.
type EventQuery struct {
	Type    EventType // "" for any
	Subject Subject   // the zero Subject for any
	// Actor is the id of an actor; "" for any.
	Actor string
	// From and To bound created_at: From <= created_at < To. Zero means no bound.
	From, To time.Time
	Limit    int
	// After is the Next of the page before this one; the zero ID for the first page.
	After EventID
}

// EventPage is one page of the record.
type EventPage struct {
	// Events may be fewer than the limit, even none, although more pages follow: the
	// store reads at most MaxEventsRead events for one page.
	Events []Event
	// Next is the event after which the next page begins; nil on the last page.
	Next *EventID
}

// MaxEventsRead is how many events the store reads at most to find those that match the
// filters of one page.
const MaxEventsRead = 10_000

// ErrEventNotFound means that the tenant has no event with the id.
var ErrEventNotFound = Errorf(CodeNotFound, "Event with given ID not found")
