package server

import (
	"fmt"
	"time"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/api"
)

const (
	wantTime   = "Must be a date such as 2024-01-15 or an RFC 3339 timestamp such as 2024-01-15T10:30:00Z"
	wantCursor = "Must be the next_cursor of an earlier page"
	// wantFilters is for a cursor of a list with other filters.
	wantFilters  = "Must be used with the filters of the page that it came with"
	wantChecksum = "Must be sha256: and 64 hexadecimal digits"
	wantSubject  = "Must be the id of a backup, an API key, a webhook or a tenant: bkp_, key_, whk_ or ten_ and 26 characters"
)

// backupQuery reads the filters of a list, metadata among them. Its error names everything that is wrong.
func backupQuery(params api.ListBackupsParams, metadata lox.Metadata) (lox.BackupQuery, error) {
	q := lox.BackupQuery{
		Status: lox.Status(params.Status), Name: params.Name, NamePrefix: params.NamePrefix, Metadata: metadata,
		Limit: params.Limit, Offset: params.Offset,
	}
	wrong := map[string]string{}
	q.From, q.To = createdBetween(params.CreatedAfter, params.CreatedBefore, wrong)
	if params.Cursor != "" {
		after, of, err := decodeCursor(params.Cursor)
		switch {
		case err != nil:
			wrong["cursor"] = wantCursor
		case of != filtersOf(q) && len(wrong) == 0:
			wrong["cursor"] = wantFilters
		}
		if params.Offset > 0 {
			wrong["offset"] = "Must be 0 with a cursor"
		}
		q.After = &after
	}
	return q, invalid(wrong)
}

// deliveryQuery reads the filters of a list of deliveries. Its error names everything that is wrong.
func deliveryQuery(params api.ListWebhookDeliveriesParams) (lox.DeliveryQuery, error) {
	q := lox.DeliveryQuery{
		Status: lox.DeliveryStatus(params.Status), Type: lox.EventType(params.Event), Limit: params.Limit, Offset: params.Offset,
	}
	wrong := map[string]string{}
	q.From, q.To = createdBetween(params.CreatedAfter, params.CreatedBefore, wrong)
	if q.Offset > lox.MaxExactTotal { // the database reads all rows that it skips
		wrong["offset"] = fmt.Sprintf("Must be at most %d here: use created_before to list older deliveries", lox.MaxExactTotal)
	}
	return q, invalid(wrong)
}

// eventQuery reads the filters of a list of events. Its error names everything that is wrong. The schemas
// of the document have checked the form of a subject's and an actor's id.
func eventQuery(params api.ListEventsParams) (lox.EventQuery, error) {
	q := lox.EventQuery{
		Type: lox.EventType(params.Type), Actor: params.Actor, Limit: params.Limit,
	}
	wrong := map[string]string{}
	if params.Subject != "" {
		var err error
		if q.Subject, err = lox.ParseSubject(params.Subject); err != nil {
			wrong["subject"] = wantSubject
		}
	}
	q.From, q.To = createdBetween(params.CreatedAfter, params.CreatedBefore, wrong)
	if params.Cursor != "" {
		after, of, err := decodeEventCursor(params.Cursor)
		switch {
		case err != nil:
			wrong["cursor"] = wantCursor
		case of != eventFilters(q) && len(wrong) == 0:
			wrong["cursor"] = wantFilters
		}
		q.After = after
	}
	return q, invalid(wrong)
}

func invalid(wrong map[string]string) error {
	if len(wrong) == 0 {
		return nil
	}
	return &lox.Error{Code: lox.CodeValidation, Public: invalidParameters, Details: wrong}
}

// createdBetween reads a range of creation times, and adds what is wrong with it to wrong.
func createdBetween(after, before string, wrong map[string]string) (time.Time, time.Time) {
	from, ok := lox.TimeBound(after, 0)
	if !ok {
		wrong["created_after"] = wantTime
	}
	to, ok := lox.TimeBound(before, lox.Day)
	if !ok {
		wrong["created_before"] = wantTime
	}
	if len(wrong) == 0 && from != nil && to != nil && !from.Before(*to) {
		wrong["created_after"] = "Must be earlier than created_before"
	}
	return lox.CreationBound(from), lox.CreationBound(to)
}
