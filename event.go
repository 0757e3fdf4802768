package lox

import (
	"bytes"
	"database/sql/driver"
	"fmt"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// EventType names what happened.
type EventType string

// The events. A webhook gets the first two, which are the published document's,
// unless it asks for others; EventWebhookTest it gets when its owner asks for
// one.
const (
	EventBackupCompleted EventType = "backup.completed"
	EventBackupFailed    EventType = "backup.failed"

	EventBackupCreated   EventType = "backup.created"
	EventBackupDeleted   EventType = "backup.deleted"
	EventQuotaWarning    EventType = "storage.quota_warning"
	EventAPIKeyCreated   EventType = "api_key.created"
	EventAPIKeyRevoked   EventType = "api_key.revoked"
	EventWebhookDisabled EventType = "webhook.disabled"

	EventWebhookTest EventType = "webhook.test"
)

// Subscribable reports whether a webhook can ask for events of the type.
func (t EventType) Subscribable() bool {
	switch t {
	case EventBackupCompleted, EventBackupFailed, EventBackupCreated, EventBackupDeleted,
		EventQuotaWarning, EventAPIKeyCreated, EventAPIKeyRevoked, EventWebhookDisabled:
		return true
	default:
		return false
	}
}

// EventTypes is a set of them.
type EventTypes []EventType

// Value gives the database an array of text. Types have no character that would
// need quoting in one.
func (t EventTypes) Value() (driver.Value, error) { return textArray(t), nil }

// Scan reads an array of text from the database.
func (t *EventTypes) Scan(src any) error {
	names, err := scanTextArray[EventType](src)
	*t = names
	return err
}

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

// Created returns the event that a backup was created.
func (b Backup) Created() Event {
	return newEvent(b.Tenant, EventBackupCreated, b.CreatedAt, struct {
		ID     BackupID `json:"id"`
		Name   string   `json:"name"`
		Status Status   `json:"status"`
		Size   int64    `json:"size_bytes"`
	}{b.ID, b.Name, StatusPending, b.Size})
}

// Created returns the event that a key was created.
func (k APIKey) Created() Event { return k.event(EventAPIKeyCreated, k.CreatedAt) }

// Revoked returns the event that a key was revoked.
func (k APIKey) Revoked(at time.Time) Event { return k.event(EventAPIKeyRevoked, at) }

func (k APIKey) event(what EventType, at time.Time) Event {
	return newEvent(k.Tenant, what, at, struct {
		ID     KeyID  `json:"id"`
		Name   string `json:"name,omitempty"`
		Prefix string `json:"prefix"`
		Last4  string `json:"last4"`
		Scopes Scopes `json:"scopes,omitempty"`
	}{k.ID, k.Name, k.Prefix, k.Last4, k.Scopes})
}

// Disabled returns the event that a webhook was disabled, and why.
func (w Webhook) Disabled(why string, at time.Time) Event {
	return newEvent(w.Tenant, EventWebhookDisabled, at, struct {
		ID     WebhookID `json:"id"`
		URL    string    `json:"url"`
		Reason string    `json:"reason"`
	}{w.ID, w.URL, why})
}

// Test returns an event that says nothing but that events arrive.
func (w Webhook) Test(at time.Time) Event {
	return newEvent(w.Tenant, EventWebhookTest, at, struct {
		ID  WebhookID `json:"id"`
		URL string    `json:"url"`
	}{w.ID, w.URL})
}

// In a format, what stands for values that only the database knows. Whatever else
// is in one has neither of these.
const (
	formatName   = "the name"
	formatNumber = -1 << 62 // and the numbers after it
)

// DeletedFormat returns the event that a backup was deleted. Its payload is a format
// of PostgreSQL's function of that name: the first argument is the backup's name as
// JSON, the second one its size in bytes.
func (b Backup) DeletedFormat(at time.Time) Event {
	return newEvent(b.Tenant, EventBackupDeleted, at, struct {
		ID     BackupID `json:"id"`
		Name   string   `json:"name"`
		Status string   `json:"status"`
		Size   int64    `json:"size_bytes"`
	}{b.ID, formatName, "deleted", formatNumber}).format(strconv.Quote(formatName), strconv.Itoa(formatNumber))
}

// QuotaWarningFormat returns the event that completed backups have reached a
// threshold. Its payload is a format, too: for the threshold in percent, the bytes
// used, the quota in bytes and the percentage used.
func QuotaWarningFormat(tenant TenantID, at time.Time) Event {
	return newEvent(tenant, EventQuotaWarning, at, struct {
		Threshold  int64 `json:"threshold_percentage"`
		Used       int64 `json:"used_bytes"`
		Quota      int64 `json:"quota_bytes"`
		Percentage int64 `json:"used_percentage"`
	}{formatNumber, formatNumber + 1, formatNumber + 2, formatNumber + 3}).format(
		strconv.Itoa(formatNumber), strconv.Itoa(formatNumber+1), strconv.Itoa(formatNumber+2), strconv.Itoa(formatNumber+3))
}

// format makes the payload a format with arguments in the place of some values.
func (e Event) format(values ...string) Event {
	for i, value := range values {
		e.Payload = bytes.Replace(e.Payload, []byte(value), fmt.Appendf(nil, "%%%d$s", i+1), 1)
	}
	return e
}

// newEvent makes the payload, in the one form that all have: no space between
// tokens, and no character escaped that JSON lets stand, as encoders do by default
// (JSON.stringify) and RFC 8785 has it. PostgreSQL writes strings in the same form.
func newEvent(tenant TenantID, what EventType, at time.Time, data any) Event {
	at = Seconds(at)
	payload, err := json.Marshal(eventBody{what, at, data}, jsontext.AllowInvalidUTF8(true))
	if err != nil {
		panic(err) // strings and numbers always marshal
	}
	return Event{ID: NewEventID(), Tenant: tenant, Type: what, At: at, Payload: payload}
}
