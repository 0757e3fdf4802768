package webhooks

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/backlox/lox"
)

// Schedule are the delays between a failed attempt and the next one, before jitter: the
// example of Standard Webhooks 1.0, a little over three days in all. If the attempt after
// the last delay fails, the delivery fails.
var Schedule = [...]time.Duration{
	5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour,
	10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
}

const (
	// jitter is the fraction by which a delay is randomly longer or shorter, so that
	// deliveries that failed at the same time are not retried at the same time.
	jitter = 0.2
	// maxRetryAfter is the longest delay that a receiver may request.
	maxRetryAfter = 24 * time.Hour
)

// finishedAttempt returns the consequences of an attempt that ended now. random is from 0
// up to but not including 1.
func finishedAttempt(d lox.Dispatch, a Answer, now time.Time, random float64) lox.FinishedAttempt {
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
		// A first attempt never disables a webhook: after days without an event, one failure
		// would be enough. The store checks the condition again under its locks.
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

// retryAfter returns the delay that a receiver requests, in seconds or as a date (RFC
// 9110, 10.2.3). It returns 0 if the receiver requests none.
func retryAfter(a Answer, now time.Time) time.Duration {
	if a.Status != http.StatusTooManyRequests && a.Status != http.StatusServiceUnavailable {
		return 0
	}
	// For a number out of range, ParseUint returns the largest number.
	if seconds, err := strconv.ParseUint(a.RetryAfter, 10, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(min(seconds, uint64(maxRetryAfter/time.Second))) * time.Second
	}
	if at, err := http.ParseTime(a.RetryAfter); err == nil {
		return min(at.Sub(now), maxRetryAfter)
	}
	return 0
}
