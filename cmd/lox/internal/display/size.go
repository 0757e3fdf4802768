package display

import (
	"fmt"
	"math"
	"regexp"

	"github.com/dustin/go-humanize"
)

// sizeForm is stricter than humanize, which reads 1,5GB as 15 GB, 5G as 5 GB although many programs mean GiB by it, and
// 0.5 as 0.
var sizeForm = regexp.MustCompile(`(?i)^(\d+( ?B)?|\d+(\.\d+)? ?[KMGTPE]i?B)$`)

// ParseSize parses a size, and returns it in bytes.
func ParseSize(s string) (int64, error) {
	if !sizeForm.MatchString(s) {
		return 0, fmt.Errorf("%q is not a size: want bytes, not negative, or a number with a unit, such as 5368709120, 500MB or 1.5TiB", s)
	}
	n, err := humanize.ParseBytes(s)
	if err != nil || n > math.MaxInt64 {
		return 0, fmt.Errorf("%q is too large: want less than 8EiB", s)
	}
	return int64(n), nil
}

// Size formats a number of bytes with a unit.
func Size(n int64) string {
	if n < humanize.KiByte { // humanize would print tenths of bytes
		return fmt.Sprintf("%d B", max(0, n))
	}
	return humanize.IBytesN(uint64(n), 3)
}

// ExactSize formats a number of bytes with a unit, and with all digits.
func ExactSize(n int64) string {
	if n < humanize.KiByte {
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%s (%d bytes)", Size(n), n)
}
