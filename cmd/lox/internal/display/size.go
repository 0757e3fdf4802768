package display

import (
	"fmt"
	"math"
	"regexp"

	"github.com/dustin/go-humanize"
)

// sizeForm is stricter than humanize: that takes 1,5GB for 15 GB, 5G for 5 GB
// although many a program means GiB by it, and half a byte for none.
var sizeForm = regexp.MustCompile(`(?i)^(\d+( ?B)?|\d+(\.\d+)? ?[KMGTPE]i?B)$`)

// ParseSize reads a size, in bytes.
func ParseSize(s string) (int64, error) {
	if !sizeForm.MatchString(s) {
		return 0, fmt.Errorf("%q is no size: want bytes, not negative, or a number with a unit, such as 5368709120, 500MB or 1.5TiB", s)
	}
	n, err := humanize.ParseBytes(s)
	if err != nil || n > math.MaxInt64 {
		return 0, fmt.Errorf("%q is too large: want less than 8EiB", s)
	}
	return int64(n), nil
}

// Size is a number of bytes for a person to read.
func Size(n int64) string {
	if n < humanize.KiByte { // of which humanize would write tenths
		return fmt.Sprintf("%d B", max(0, n))
	}
	return humanize.IBytesN(uint64(n), 3)
}

// ExactSize is the same with all its digits.
func ExactSize(n int64) string {
	if n < humanize.KiByte {
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%s (%d bytes)", Size(n), n)
}
