package lox_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/backlox/lox"
)

// The table of the published document.
func TestRateLimits(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		plan                         lox.Plan
		apiCalls, uploads, downloads lox.RateLimit
	}{
		{"free", lox.RateLimit{PerMinute: 10, PerHour: 60}, lox.RateLimit{PerMinute: 2, PerHour: 5}, lox.RateLimit{PerMinute: 3, PerHour: 20}},
		{"solo", lox.RateLimit{PerMinute: 30, PerHour: 300}, lox.RateLimit{PerMinute: 5, PerHour: 50}, lox.RateLimit{PerMinute: 10, PerHour: 100}},
		{"pro", lox.RateLimit{PerMinute: 100, PerHour: 1000}, lox.RateLimit{PerMinute: 20, PerHour: 200}, lox.RateLimit{PerMinute: 40, PerHour: 400}},
		{"business", lox.RateLimit{PerMinute: 300, PerHour: 2500}, lox.RateLimit{PerMinute: 50, PerHour: 500}, lox.RateLimit{PerMinute: 100, PerHour: 1000}},
		{"enterprise", lox.RateLimit{PerMinute: 1000, PerHour: 8000}, lox.RateLimit{PerMinute: 150, PerHour: 1500}, lox.RateLimit{PerMinute: 300, PerHour: 3000}},
		// A plan of a newer lox.
		{"unheard of", lox.RateLimit{PerMinute: 10, PerHour: 60}, lox.RateLimit{PerMinute: 2, PerHour: 5}, lox.RateLimit{PerMinute: 3, PerHour: 20}},
	} {
		assert.Equal(t, row.apiCalls, row.plan.RateLimit(lox.RateAPICalls), row.plan)
		assert.Equal(t, row.uploads, row.plan.RateLimit(lox.RateUploads), row.plan)
		assert.Equal(t, row.downloads, row.plan.RateLimit(lox.RateDownloads), row.plan)
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	const soon, late = 20 * time.Second, 40 * time.Minute
	for _, c := range []struct {
		minute, hour int64 // remaining
		want         time.Duration
	}{
		{1, 1, 0},
		{0, 1, soon},
		{1, 0, late},
		{0, 0, late},
	} {
		d := lox.RateDecision{Minute: lox.RateWindow{Limit: 10, Remaining: c.minute, Reset: soon}, Hour: lox.RateWindow{Limit: 60, Remaining: c.hour, Reset: late}}
		assert.Equal(t, c.want, d.RetryAfter(), "%+v", c)
	}
	// The last second of an hour and the first of a minute.
	d := lox.RateDecision{Minute: lox.RateWindow{Reset: time.Minute}, Hour: lox.RateWindow{Reset: time.Second}}
	assert.Equal(t, time.Minute, d.RetryAfter())
}
