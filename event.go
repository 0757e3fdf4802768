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

// EventType is the type of an event.
type EventType string

// The events that webhooks receive. A webhook gets the first two unless it subscribes
// to others. It gets EventWebhookTest only when its owner requests a test.
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

// The events that are only recorded: no webhook can subscribe to them.
const (
	EventBackupDownloaded    EventType = "backup.downloaded" // a download URL was issued
	EventBackupUploadRenewed EventType = "backup.upload_renewed"
	EventBackupPartsIssued   EventType = "backup.parts_issued"    // upload URLs of parts were issued
	EventBackupExtended      EventType = "backup.upload_extended" // parts were still arriving at the deadline
	EventBackupLost          EventType = "backup.lost"            // its stored file is missing
	EventBackupRepaired      EventType = "backup.repaired"        // its stored file was found in another version
	EventBackupPurged        EventType = "backup.purged"          // its bytes were deleted
	EventAPIKeyRotated       EventType = "api_key.rotated"        //nolint:gosec // no credential
	EventTenantCreated       EventType = "tenant.created"
	EventTenantUpdated       EventType = "tenant.updated"
	EventTenantSuspended     EventType = "tenant.suspended"
	EventTenantResumed       EventType = "tenant.resumed"
	EventTenantClosed        EventType = "tenant.closed" // its deletion has begun
	EventTenantDeleted       EventType = "tenant.deleted"
	EventWebhookCreated      EventType = "webhook.created"
	EventWebhookUpdated      EventType = "webhook.updated"
	EventWebhookDeleted      EventType = "webhook.deleted"
	EventSecretRotated       EventType = "webhook.secret_rotated"
	EventSecretResealed      EventType = "webhook.secret_resealed" // encrypted with another master key
	EventDeliveryRepeated    EventType = "webhook.redelivered"
	EventWebhookRecovered    EventType = "webhook.recovered" // failed deliveries are repeated
)

// Subscribable reports whether a webhook can subscribe to events of the type.
func (t EventType) Subscribable() bool {
	switch t {
	case EventBackupCompleted, EventBackupFailed, EventBackupCreated, EventBackupDeleted,
		EventQuotaWarning, EventAPIKeyCreated, EventAPIKeyRevoked, EventWebhookDisabled:
		return true
	default:
		return false
	}
}

// EventTypes is a set of event types.
type EventTypes []EventType

// Value gives the database an array of text. Event types have no character that
// needs quoting in an array.
func (t EventTypes) Value() (driver.Value, error) { return textArray(t), nil }

// Scan reads an array of text from the database.
func (t *EventTypes) Scan(src any) error {
	names, err := scanTextArray[EventType](src)
	*t = names
	return err
}

// Event is the record of a change. The transaction of the change also inserts the event,
// so neither exists without the other.
type Event struct {
	ID      EventID
	Tenant  TenantID
	Type    EventType
	At      time.Time
	Actor   Actor
	Subject Subject
	// Payload is the JSON body. It is made once, and every delivery sends these bytes.
	Payload []byte
}

type eventBody struct {
	Event     EventType `json:"event"`
	Timestamp time.Time `json:"timestamp"`
	Data      any       `json:"data"`
}

// Completed returns the event that a backup is completed with the checksum.
func (b Backup) Completed(sum Checksum, at time.Time, by Actor) Event {
	return newEvent(b.Tenant, EventBackupCompleted, at, by, SubjectOf(b.ID), struct {
		ID       BackupID `json:"id"`
		Name     string   `json:"name"`
		Status   Status   `json:"status"`
		Size     int64    `json:"size_bytes"`
		Checksum Checksum `json:"checksum"`
	}{b.ID, b.Name, StatusCompleted, b.Size, sum})
}

// Failed returns the event that a backup failed, and why.
func (b Backup) Failed(why string, at time.Time, by Actor) Event {
	return newEvent(b.Tenant, EventBackupFailed, at, by, SubjectOf(b.ID), struct {
		ID     BackupID `json:"id"`
		Name   string   `json:"name"`
		Status Status   `json:"status"`
		Error  string   `json:"error"`
	}{b.ID, b.Name, StatusFailed, why})
}

// Created returns the event that a backup was created. The event has the same id as the
// backup, which saves a parameter of the statement.
func (b Backup) Created(by Actor) Event {
	e := newEvent(b.Tenant, EventBackupCreated, b.CreatedAt, by, SubjectOf(b.ID), struct {
		ID     BackupID `json:"id"`
		Name   string   `json:"name"`
		Status Status   `json:"status"`
		Size   int64    `json:"size_bytes"`
	}{b.ID, b.Name, StatusPending, b.Size})
	e.ID = EventID(b.ID)
	return e
}

// Deleted returns the event that a backup was deleted.
func (b Backup) Deleted(at time.Time, by Actor) Event {
	return newEvent(b.Tenant, EventBackupDeleted, at, by, SubjectOf(b.ID), struct {
		ID     BackupID `json:"id"`
		Name   string   `json:"name"`
		Status string   `json:"status"`
		Size   int64    `json:"size_bytes"`
	}{b.ID, b.Name, "deleted", b.Size})
}

// UploadRenewed returns the event that a pending backup got another upload URL.
func (b Backup) UploadRenewed(at time.Time, by Actor) Event {
	return newEvent(b.Tenant, EventBackupUploadRenewed, at, by, SubjectOf(b.ID), struct {
		ID      BackupID `json:"id"`
		Name    string   `json:"name"`
		Expires string   `json:"upload_expires_at"`
	}{b.ID, b.Name, timestamp(b.UploadExpiresAt)})
}

// PartsIssued returns the event that upload URLs for a number of parts of a pending backup
// were issued.
func (b Backup) PartsIssued(parts int, at time.Time, by Actor) Event {
	return newEvent(b.Tenant, EventBackupPartsIssued, at, by, SubjectOf(b.ID), struct {
		ID      BackupID `json:"id"`
		Name    string   `json:"name"`
		Parts   int      `json:"parts"`
		Size    int64    `json:"size_bytes"`
		Expires string   `json:"upload_expires_at"`
	}{b.ID, b.Name, parts, b.Size, timestamp(b.UploadExpiresAt)})
}

// Extended returns the event that the deadline of an upload in parts was extended, because
// parts were still arriving.
func (b Backup) Extended(until, at time.Time, by Actor) Event {
	return newEvent(b.Tenant, EventBackupExtended, at, by, SubjectOf(b.ID), struct {
		ID    BackupID `json:"id"`
		Name  string   `json:"name"`
		Until string   `json:"until"`
	}{b.ID, b.Name, timestamp(until)})
}

// Lost returns the event that the stored file of a completed backup is missing or changed.
func (b Backup) Lost(at time.Time, by Actor) Event {
	return newEvent(b.Tenant, EventBackupLost, at, by, SubjectOf(b.ID), struct {
		ID     BackupID `json:"id"`
		Name   string   `json:"name"`
		Status Status   `json:"status"`
		Error  string   `json:"error"`
	}{b.ID, b.Name, StatusFailed, FailureLost})
}

// Repaired returns the event that the stored file of a completed backup was found in another
// version of its object, by its checksum.
func (b Backup) Repaired(at time.Time, by Actor) Event {
	return newEvent(b.Tenant, EventBackupRepaired, at, by, SubjectOf(b.ID), struct {
		ID       BackupID  `json:"id"`
		Name     string    `json:"name"`
		Checksum *Checksum `json:"checksum"`
	}{b.ID, b.Name, b.Checksum})
}

// Downloaded returns the event that a download URL was issued, which expires at a time.
// It uses only the tenant and the id of the backup, so that one statement can read the
// backup and record the event.
func (b Backup) Downloaded(at, expires time.Time, by Actor) Event {
	return newEvent(b.Tenant, EventBackupDownloaded, at, by, SubjectOf(b.ID), struct {
		ID      BackupID `json:"id"`
		Expires string   `json:"expires_at"`
	}{b.ID, timestamp(expires)})
}

// Purged returns the event that the bytes of a backup were deleted, or, with Keep, all
// versions of its object except the kept one. removed is how many versions were deleted, 0 if
// the store doesn't report it. ok is false if the object's key isn't that of a backup.
func (p Purge) Purged(removed int, at time.Time, by Actor) (e Event, ok bool) {
	tenant, id, ok := ParseObjectKey(p.ObjectKey)
	if !ok {
		return e, false
	}
	return newEvent(tenant, EventBackupPurged, at, by, SubjectOf(id), struct {
		ID      BackupID `json:"id"`
		Removed int      `json:"removed_versions,omitzero"`
		Kept    string   `json:"kept_version,omitzero"`
	}{id, removed, p.Keep}), true
}

// Created returns the event that a key was created.
func (k APIKey) Created(by Actor) Event { return k.event(EventAPIKeyCreated, k.CreatedAt, by) }

// Revoked returns the event that a key was revoked.
func (k APIKey) Revoked(at time.Time, by Actor) Event { return k.event(EventAPIKeyRevoked, at, by) }

// Rotated returns the event that a key was replaced by another one.
func (k APIKey) Rotated(at time.Time, by Actor) Event { return k.event(EventAPIKeyRotated, at, by) }

func (k APIKey) event(what EventType, at time.Time, by Actor) Event {
	var expires string
	if k.ExpiresAt != nil {
		expires = timestamp(*k.ExpiresAt)
	}
	return newEvent(k.Tenant, what, at, by, SubjectOf(k.ID), struct {
		ID         KeyID  `json:"id"`
		Name       string `json:"name,omitempty"`
		Prefix     string `json:"prefix"`
		Last4      string `json:"last4"`
		Scopes     Scopes `json:"scopes,omitempty"`
		ReplacedBy *KeyID `json:"replaced_by,omitempty"`
		ExpiresAt  string `json:"expires_at,omitempty"`
	}{k.ID, k.Name, k.Prefix, k.Last4, k.Scopes, k.ReplacedBy, expires})
}

// Event returns the event of a change of the tenant: EventTenantCreated, ...Updated,
// ...Suspended, ...Resumed, ...Closed or ...Deleted.
func (t Tenant) Event(what EventType, at time.Time, by Actor) Event {
	return newEvent(t.ID, what, at, by, SubjectOf(t.ID), struct {
		ID        TenantID `json:"id"`
		Name      string   `json:"name"`
		Plan      Plan     `json:"plan"`
		Quota     int64    `json:"quota_bytes"`
		Suspended bool     `json:"suspended"`
	}{t.ID, t.Name, t.Plan, t.Quota(), t.SuspendedAt != nil})
}

// Event returns the event of a change of the webhook: EventWebhookCreated, ...Updated,
// ...Deleted, EventSecretRotated, EventSecretResealed or EventWebhookTest, which changes
// nothing.
func (w Webhook) Event(what EventType, at time.Time, by Actor) Event {
	return newEvent(w.Tenant, what, at, by, SubjectOf(w.ID), struct {
		ID  WebhookID `json:"id"`
		URL string    `json:"url"`
	}{w.ID, w.URL})
}

// Disabled returns the event that a webhook was disabled, and why.
func (w Webhook) Disabled(why string, at time.Time, by Actor) Event {
	return newEvent(w.Tenant, EventWebhookDisabled, at, by, SubjectOf(w.ID), struct {
		ID     WebhookID `json:"id"`
		URL    string    `json:"url"`
		Reason string    `json:"reason"`
	}{w.ID, w.URL, why})
}

// Redelivered returns the event that a client has requested to repeat a delivery.
func (w Webhook) Redelivered(delivery DeliveryID, at time.Time, by Actor) Event {
	return newEvent(w.Tenant, EventDeliveryRepeated, at, by, SubjectOf(w.ID), struct {
		ID       WebhookID  `json:"id"`
		URL      string     `json:"url"`
		Delivery DeliveryID `json:"delivery_id"`
	}{w.ID, w.URL, delivery})
}

// Recovered returns the event that a client has requested to repeat all deliveries that
// failed since a time.
func (w Webhook) Recovered(since, at time.Time, by Actor) Event {
	return newEvent(w.Tenant, EventWebhookRecovered, at, by, SubjectOf(w.ID), struct {
		ID    WebhookID `json:"id"`
		URL   string    `json:"url"`
		Since string    `json:"since"`
	}{w.ID, w.URL, timestamp(since)})
}

// maxTimestamp is the last second that RFC 3339 can express.
var maxTimestamp = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)

// timestamp formats a time for a payload: whole seconds in UTC. A later time than
// maxTimestamp, such as the end of the year 9999 in another zone, becomes maxTimestamp.
func timestamp(t time.Time) string {
	if t.After(maxTimestamp) {
		t = maxTimestamp
	}
	return Seconds(t).Format(time.RFC3339)
}

// formatNumber and the three numbers after it are placeholders in a marshalled payload for
// values that only the database knows. No other field has these values.
const formatNumber = -1 << 62

// QuotaWarningFormat returns the event that completed backups have reached a
// threshold. Its payload is a format string for PostgreSQL's function format, with four
// arguments: the threshold in percent, the bytes used, the quota in bytes and the
// percentage used.
func QuotaWarningFormat(tenant TenantID, at time.Time, by Actor) Event {
	e := newEvent(tenant, EventQuotaWarning, at, by, SubjectOf(tenant), struct {
		Threshold  int64 `json:"threshold_percentage"`
		Used       int64 `json:"used_bytes"`
		Quota      int64 `json:"quota_bytes"`
		Percentage int64 `json:"used_percentage"`
	}{formatNumber, formatNumber + 1, formatNumber + 2, formatNumber + 3})
	for i := range int64(4) {
		e.Payload = bytes.Replace(e.Payload, strconv.AppendInt(nil, formatNumber+i, 10), fmt.Appendf(nil, "%%%d$s", i+1), 1)
	}
	return e
}

// newEvent makes the event and its payload. The payload has no space between tokens and
// escapes only the characters that JSON requires to be escaped, as JSON.stringify and
// RFC 8785 do.
func newEvent(tenant TenantID, what EventType, at time.Time, by Actor, subject Subject, data any) Event {
	at = Seconds(at)
	payload, err := json.Marshal(eventBody{what, at, data}, jsontext.AllowInvalidUTF8(true))
	if err != nil {
		panic(err) // strings and numbers always marshal
	}
	return Event{ID: NewEventID(), Tenant: tenant, Type: what, At: at, Actor: by, Subject: subject, Payload: payload}
}
