package client

import (
	"errors"
	"time"

	"github.com/backlox/lox"
)

// timeFlag is a time in the future. A date without a time means the end of that day in UTC. It is a pflag.Value.
type timeFlag struct{ time.Time }

// Set parses a date or an RFC 3339 timestamp.
func (f *timeFlag) Set(s string) error {
	t, ok := lox.TimeBound(s, lox.Day)
	if !ok || t == nil {
		return errors.New("want a date such as 2030-01-15 or an RFC 3339 timestamp such as 2030-01-15T10:30:00Z")
	}
	f.Time = t.UTC()
	return nil
}

// String returns "": the help would show any other text as the flag's default.
func (f *timeFlag) String() string { return "" }

// Type returns the name of the flag's value in the help.
func (f *timeFlag) Type() string { return "time" }
