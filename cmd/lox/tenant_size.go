package main

import "github.com/backlox/lox/cmd/lox/internal/display"

// quotaValue is a quota as an operator writes it, nil for the plan's default. It implements pflag.Value.
type quotaValue struct{ bytes *int64 }

// Set parses "default", a number of bytes, or a number with a unit.
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

// String returns "": the help would show another text as the flag's default.
func (q *quotaValue) String() string { return "" }

// Type returns the name of the flag's value in the help.
func (q *quotaValue) Type() string { return "size" }
