package main

import (
	"fmt"
	"math"
	"regexp"

	"github.com/dustin/go-humanize"
)

// quotaValue is a quota as an operator writes it, nil for the plan's own. It is
// a pflag.Value.
type quotaValue struct{ bytes *int64 }

// Set reads "default", bytes, or a number with a unit.
func (q *quotaValue) Set(s string) error {
	q.bytes = nil
	if s == "default" {
		return nil
	}
	n, err := parseSize(s)
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

// sizeForm is stricter than humanize: that takes 1,5GB for 15 GB, 5G for 5 GB
// although many a program means GiB by it, and half a byte for none.
var sizeForm = regexp.MustCompile(`(?i)^(\d+( ?B)?|\d+(\.\d+)? ?[KMGTPE]i?B)$`)

// parseSize reads a size, in bytes.
func parseSize(s string) (int64, error) {
	if !sizeForm.MatchString(s) {
		return 0, fmt.Errorf("%q is no size: want bytes, not negative, or a number with a unit, such as 5368709120, 500MB or 1.5TiB", s)
	}
	n, err := humanize.ParseBytes(s)
	if err != nil || n > math.MaxInt64 {
		return 0, fmt.Errorf("%q is too large: want less than 8EiB", s)
	}
	return int64(n), nil
}

// size is a number of bytes for a person to read.
func size(n int64) string { return humanize.IBytesN(uint64(max(0, n)), 3) }

// exactSize is the same with all its digits.
func exactSize(n int64) string {
	if n < humanize.KiByte {
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%s (%d bytes)", size(n), n)
}
