package lox

import (
	"strings"
	"time"
)

// Day is the length of a day in UTC.
const Day = 24 * time.Hour

// TimeBound reads one bound of a range of times: a date or an RFC 3339 timestamp. It
// returns nil for "", which means no bound. A date means the beginning of the day in
// UTC plus past: for an upper bound that includes the day, past is Day.
func TimeBound(s string, past time.Duration) (t *time.Time, ok bool) {
	if s == "" {
		return nil, true
	}
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return new(t.Add(past)), true
	}
	s = strings.ToUpper(s) // RFC 3339 also allows t and z, time.Parse doesn't
	if offset := len(s) - len("+00:00"); offset > 0 && s[offset] == ' ' {
		s = s[:offset] + "+" + s[offset+1:] // a query string with an unescaped + is decoded to a space
	}
	at, err := time.Parse(time.RFC3339, s)
	return &at, err == nil
}

// CreationBound rounds t up to a possible creation time: whole seconds, not before 1970.
// It returns the zero time for nil.
func CreationBound(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	if epoch := time.Unix(0, 0).UTC(); t.Before(epoch) {
		return epoch
	}
	return t.Add(time.Second - 1).Truncate(time.Second).UTC()
}
