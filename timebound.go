package lox

import (
	"strings"
	"time"
)

// Day is one of UTC's.
const Day = 24 * time.Hour

// TimeBound reads one end of a range of times, nil if it is open: a date or an RFC
// 3339 timestamp. A bare date stands for the UTC day; past is what is added to it
// for the end that takes the day in.
func TimeBound(s string, past time.Duration) (t *time.Time, ok bool) {
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

// CreationBound is the first time at or after t that anything can be created at,
// which is in whole seconds and not before 1970. Of an open end it is zero.
func CreationBound(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	if epoch := time.Unix(0, 0).UTC(); t.Before(epoch) {
		return epoch
	}
	return t.Add(time.Second - 1).Truncate(time.Second).UTC()
}
