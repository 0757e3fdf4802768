package lox

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// RecordedEvents are the types of all events in the record of changes.
var RecordedEvents = EventTypes{
	EventBackupCompleted, EventBackupFailed, EventBackupCreated, EventBackupDeleted, EventQuotaWarning,
	EventAPIKeyCreated, EventAPIKeyRevoked, EventWebhookDisabled, EventWebhookTest,
	EventBackupDownloaded, EventBackupUploadRenewed, EventBackupPartsIssued, EventBackupExtended,
	EventBackupLost, EventBackupRepaired, EventBackupPurged, EventAPIKeyRotated,
	EventTenantCreated, EventTenantUpdated, EventTenantSuspended, EventTenantResumed, EventTenantClosed, EventTenantDeleted,
	EventWebhookCreated, EventWebhookUpdated, EventWebhookDeleted, EventSecretRotated, EventSecretResealed,
	EventDeliveryRepeated, EventWebhookRecovered,
}

// ParseEventType reads the name of an event type.
func ParseEventType(name string) (EventType, error) {
	t := EventType(name)
	if !slices.Contains(RecordedEvents, t) {
		return "", fmt.Errorf("event type %q: want one of %v", name, RecordedEvents)
	}
	return t, nil
}

// actorName matches the names of the operator's commands and of jobs.
var actorName = regexp.MustCompile(`^[a-z][a-z0-9]*([ -][a-z0-9]+)*$`)

const maxActorLen = 100

// ParseActorID reads the id of an actor: the id of an API key, or the name of a command
// or a job.
func ParseActorID(id string) (string, error) {
	if _, err := ParseID[keyKind](id); err != nil && (len(id) > maxActorLen || !actorName.MatchString(id)) {
		return "", fmt.Errorf("actor %q: want the id of an API key, the name of a command such as lox tenant create, or that of a job such as expire", id)
	}
	return id, nil
}

// Data returns the payload's member "data" unchanged.
func (e Event) Data() ([]byte, error) {
	var body struct {
		Data jsontext.Value `json:"data"`
	}
	// The payload comes from the database: an earlier version of LOX may have written it.
	if err := json.Unmarshal(e.Payload, &body); err != nil {
		return nil, fmt.Errorf("payload of %s: %w", e.ID, err)
	}
	if body.Data.Kind() != '{' {
		return nil, fmt.Errorf("payload of %s: data is not a JSON object", e.ID)
	}
	return body.Data, nil
}
