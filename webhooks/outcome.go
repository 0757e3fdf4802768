package webhooks

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/backlox/lox"
)

// Schedule is how long after each failed attempt the next one is due, before
// jitter: the example of Standard Webhooks 1.0, a little over three days in all.
// When the attempt after the last delay fails, so does the delivery.
var Schedule = [...]time.Duration{
	5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour,
	10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
}

const (
	// jitter is the share by which a delay may be longer or shorter, so that
	// what failed together doesn't come back together.
	jitter = 0.2
	// maxRetryAfter is the longest that a receiver may put an attempt off.
	maxRetryAfter = 24 * time.Hour
)

// settle says what follows from an attempt that ended now. random is from 0 to
// 1, without the latter.
func settle(d lox.Dispatch, a Answer, now time.Time, random float64) lox.FinishedAttempt {
	f := lox.FinishedAttempt{Dispatch: d, Attempt: a.Attempt, Status: lox.DeliverySucceeded, Unsigned: a.Unsigned, Answered: a.Status != 0}
	if a.Status/100 == 2 {
		return f
	}
	f.Status = lox.DeliveryFailed
	switch {
	case a.Status == http.StatusGone:
		f.Disable, f.Event = disabled(d, lox.DisabledGone, now)
		return f
	case !a.Unsigned && d.Tries > 0 && d.FailingSince != nil && now.Sub(*d.FailingSince) >= lox.DisableAfter:
		// Not by a first attempt: after days without an event a single failure would do.
		// The store looks again, under the locks that disabling takes.
		since := now.Add(-lox.DisableAfter)
		f.OnlyFailing = &since
		f.Disable, f.Event = disabled(d, lox.DisabledFailing, now)
	}
	if d.Tries < len(Schedule) {
		delay := time.Duration(float64(Schedule[d.Tries]) * (1 + jitter*(2*random-1)))
		at := now.Add(max(delay, retryAfter(a, now)))
		f.Status, f.NextAt = lox.DeliveryPending, &at
	}
	return f
}

func disabled(d lox.Dispatch, why string, now time.Time) (string, lox.Event) {
	return why, lox.Webhook{ID: d.Webhook, Tenant: d.Tenant, URL: d.URL}.Disabled(why, now, lox.System("dispatch"))
}

// retryAfter is how long a receiver asks to be left alone: in seconds, or until
// a date (RFC 9110, 10.2.3). It is 0 if it doesn't.
func retryAfter(a Answer, now time.Time) time.Duration {
	if a.Status != http.StatusTooManyRequests && a.Status != http.StatusServiceUnavailable {
		return 0
	}
	// Of a number that is out of range, it is the largest there is.
	if seconds, err := strconv.ParseUint(a.RetryAfter, 10, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(min(seconds, uint64(maxRetryAfter/time.Second))) * time.Second
	}
	if at, err := http.ParseTime(a.RetryAfter); err == nil {
		return min(at.Sub(now), maxRetryAfter)
	}
	return 0
}
