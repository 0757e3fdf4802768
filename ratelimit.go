package lox

import (
	"context"
	"time"
)

// RateClass is what requests are counted under: each operation belongs to one.
type RateClass string

// The classes of the published document: creating a backup is an upload,
// asking for a download URL a download, and all else an API call.
const (
	RateAPICalls  RateClass = "api_calls"
	RateUploads   RateClass = "uploads"
	RateDownloads RateClass = "downloads"
)

// RateAddress begins the subjects that are addresses and networks of clients. They
// are made up at will, so that they must not take the place of tenants where there
// is room for only so many.
const RateAddress = "address "

// RateLimit is a pair of caps, both of which a request must pass: the first
// prevents bursts, the second abuse that stays just below the first.
type RateLimit struct {
	PerMinute, PerHour int64
}

// RateLimiter counts requests in fixed windows, each of which begins with the
// first request in it.
type RateLimiter interface {
	// Take counts one request of a subject (a tenant, or the address of a client
	// without one) if both windows have room for it, and in neither otherwise.
	Take(ctx context.Context, subject string, class RateClass, limit RateLimit) (RateDecision, error)

	// Peek tells what Take would decide, and counts nothing.
	Peek(ctx context.Context, subject string, class RateClass, limit RateLimit) (RateDecision, error)

	// Exchange counts a request of a subject that was counted before in another class
	// instead, in one step: as Take does, and if that allows it, the request is given
	// back where it was counted. A window that has ended since gets nothing back, so
	// that none ever allows more than its limit.
	Exchange(ctx context.Context, subject string, back RateCharge, class RateClass, limit RateLimit) (RateDecision, error)
}

// RateCharge is a request that was counted.
type RateCharge struct {
	Class RateClass
	// Decision is what allowed it.
	Decision RateDecision
	// Age is how long ago that was, or more.
	Age time.Duration
}

// RateDecision says whether a request may pass, and how its windows stand
// after it.
type RateDecision struct {
	Allowed      bool
	Minute, Hour RateWindow
}

// RateWindow is the state of one cap.
type RateWindow struct {
	Limit, Remaining int64
	// Reset is the time until the window ends and all of Limit is free again.
	// A window that nothing was counted in yet has its whole length before it.
	Reset time.Duration
}

// RetryAfter is how long to wait until a request that was refused can pass:
// the longest of the windows without room.
func (d RateDecision) RetryAfter() time.Duration {
	var wait time.Duration
	for _, w := range []RateWindow{d.Minute, d.Hour} {
		if w.Remaining == 0 {
			wait = max(wait, w.Reset)
		}
	}
	return wait
}

// RateLimit is what the plan allows a tenant in a class.
func (p Plan) RateLimit(class RateClass) RateLimit {
	limits, known := rateLimits[p]
	if !known {
		limits = rateLimits[PlanFree]
	}
	return limits[class]
}

// The table of the published document.
var rateLimits = map[Plan]map[RateClass]RateLimit{
	PlanFree:       {RateAPICalls: {10, 60}, RateUploads: {2, 5}, RateDownloads: {3, 20}},
	PlanSolo:       {RateAPICalls: {30, 300}, RateUploads: {5, 50}, RateDownloads: {10, 100}},
	PlanPro:        {RateAPICalls: {100, 1_000}, RateUploads: {20, 200}, RateDownloads: {40, 400}},
	PlanBusiness:   {RateAPICalls: {300, 2_500}, RateUploads: {50, 500}, RateDownloads: {100, 1_000}},
	PlanEnterprise: {RateAPICalls: {1_000, 8_000}, RateUploads: {150, 1_500}, RateDownloads: {300, 3_000}},
}
