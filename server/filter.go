package server

import (
	"fmt"
	"strings"
	"time"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/api"
)

const (
	wantTime   = "Must be a date such as 2024-01-15 or an RFC 3339 timestamp such as 2024-01-15T10:30:00Z"
	wantCursor = "Must be the next_cursor of an earlier page"
	// wantFilters is of a cursor that was made for another list.
	wantFilters  = "Must be used with the filters of the page that it came with"
	wantChecksum = "Must be sha256: and 64 hexadecimal digits"
)

// backupQuery reads the filters of a list. All that is wrong is named at once.
func backupQuery(params api.ListBackupsParams) (lox.BackupQuery, error) {
	q := lox.BackupQuery{Status: lox.Status(params.Status), Limit: params.Limit, Offset: params.Offset}
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

// deliveryQuery does the same for deliveries.
func deliveryQuery(params api.ListWebhookDeliveriesParams) (lox.DeliveryQuery, error) {
	q := lox.DeliveryQuery{
		Status: lox.DeliveryStatus(params.Status), Type: lox.EventType(params.Event), Limit: params.Limit, Offset: params.Offset,
	}
	wrong := map[string]string{}
	q.From, q.To = createdBetween(params.CreatedAfter, params.CreatedBefore, wrong)
	if q.Offset > lox.MaxExactTotal { // the database reads all that it skips
		wrong["offset"] = fmt.Sprintf("Must be at most %d here: use created_before to list older deliveries", lox.MaxExactTotal)
	}
	return q, invalid(wrong)
}

func invalid(wrong map[string]string) error {
	if len(wrong) == 0 {
		return nil
	}
	return &lox.Error{Code: lox.CodeValidation, Public: invalidParameters, Details: wrong}
}

// createdBetween reads a range of creation times, and notes what is wrong with
// it.
func createdBetween(after, before string, wrong map[string]string) (time.Time, time.Time) {
	from, ok := bound(after, 0)
	if !ok {
		wrong["created_after"] = wantTime
	}
	to, ok := bound(before, day)
	if !ok {
		wrong["created_before"] = wantTime
	}
	if len(wrong) == 0 && from != nil && to != nil && !from.Before(*to) {
		wrong["created_after"] = "Must be earlier than created_before"
	}
	return creation(from), creation(to)
}

const day = 24 * time.Hour

// bound reads one end of a range of creation times, nil if it is open. A bare
// date stands for the UTC day; past is what is added to it for the end that
// takes the day in.
func bound(s string, past time.Duration) (t *time.Time, ok bool) {
	if s == "" {
		return nil, true
	}
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return new(t.Add(past)), true
	}
	s = strings.ToUpper(s) // RFC 3339 has t and z, too, which time.Parse hasn't
	if offset := len(s) - len("+00:00"); offset > 0 && s[offset] == ' ' {
		s = s[:offset] + "+" + s[offset+1:] // which a query reads as a space
	}
	at, err := time.Parse(time.RFC3339, s)
	return &at, err == nil
}

// creation is the first time at or after t that a backup can be created at,
// which is in whole seconds and not before 1970. Of an open end it is zero.
func creation(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	if epoch := time.Unix(0, 0).UTC(); t.Before(epoch) {
		return epoch
	}
	return t.Add(time.Second - 1).Truncate(time.Second).UTC()
}
