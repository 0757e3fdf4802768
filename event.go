package lox

import (
	"encoding/json"
	"time"
)

// EventType names what happened.
type EventType string

// The events of the published document.
const (
	EventBackupCompleted EventType = "backup.completed"
	EventBackupFailed    EventType = "backup.failed"
)

// Event is something that a tenant is told of. It is kept in the transaction
// of the change itself, so that neither is ever there without the other.
type Event struct {
	ID     EventID   `db:"id"`
	Tenant TenantID  `db:"tenant_id"`
	Type   EventType `db:"type"`
	At     time.Time `db:"created_at"`
	// Payload is the JSON body, made once: every delivery sends these bytes.
	Payload []byte `db:"payload"`
}

type eventBody struct {
	Event     EventType `json:"event"`
	Timestamp time.Time `json:"timestamp"`
	Data      any       `json:"data"`
}

// Completed returns the event that a backup is completed with the checksum.
func (b Backup) Completed(sum Checksum, at time.Time) Event {
	return newEvent(b.Tenant, EventBackupCompleted, at, struct {
		ID       BackupID `json:"id"`
		Name     string   `json:"name"`
		Status   Status   `json:"status"`
		Size     int64    `json:"size_bytes"`
		Checksum Checksum `json:"checksum"`
	}{b.ID, b.Name, StatusCompleted, b.Size, sum})
}

// Failed returns the event that a backup failed, and why.
func (b Backup) Failed(why string, at time.Time) Event {
	return newEvent(b.Tenant, EventBackupFailed, at, struct {
		ID     BackupID `json:"id"`
		Name   string   `json:"name"`
		Status Status   `json:"status"`
		Error  string   `json:"error"`
	}{b.ID, b.Name, StatusFailed, why})
}

func newEvent(tenant TenantID, what EventType, at time.Time, data any) Event {
	at = Seconds(at)
	payload, err := json.Marshal(eventBody{what, at, data})
	if err != nil {
		panic(err) // strings and numbers always marshal
	}
	return Event{ID: NewEventID(), Tenant: tenant, Type: what, At: at, Payload: payload}
}
