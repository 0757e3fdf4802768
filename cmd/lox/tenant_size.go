package main

import "github.com/backlox/lox/cmd/lox/internal/display"

// quotaValue is a quota as an operator writes it, nil for the plan's own. It is
// a pflag.Value.
type quotaValue struct{ bytes *int64 }

// Set reads "default", bytes, or a number with a unit.
func (q *quotaValue) Set(s string) error {
	q.bytes = nil
	if s == "default" {
		return nil
	}
	n, err := display.ParseSize(s)
	if err != nil {
		return err
	}
	q.bytes = &n
	return nil
}

// String is empty: the help would show it as the flag's default.
func (q *quotaValue) String() string { return "" }

// Type is what the help calls the flag's value.
func (q *quotaValue) Type() string { return "size" }
