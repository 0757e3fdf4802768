package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

// For any range, the whole days and the cut days cover exactly its seconds, and no cut is longer
// than half a day.
func TestCutDays(t *testing.T) {
	t.Parallel()
	start := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		second := rapid.OneOf(rapid.IntRange(0, 5*86400), rapid.Map(rapid.IntRange(0, 20), func(n int) int { return n * 21600 }))
		a, b := second.Draw(t, "a"), second.Draw(t, "b")
		from, to := start.Add(time.Duration(min(a, b))*time.Second), start.Add(time.Duration(max(a, b))*time.Second)
		first, last, head, tail := cutDays(from, to, rapid.Bool().Draw(t, "deep"))
		assert.Zero(t, first.Sub(first.Truncate(day)))
		assert.Zero(t, last.Sub(last.Truncate(day)))
		covered := max(0, last.Sub(first))
		for _, c := range []cut{head, tail} {
			if !c.empty() {
				assert.LessOrEqual(t, c.to.Sub(c.from), day/2)
				assert.Equal(t, c.from.Truncate(day), c.to.Add(-1).Truncate(day), "within one day")
				covered += time.Duration(c.sign) * c.to.Sub(c.from)
			}
		}
		assert.Equal(t, to.Sub(from), covered)
	})
}
