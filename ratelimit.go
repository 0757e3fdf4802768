package lox

import (
	"time"
)

// RateClass is a class of operations that are counted together. Each operation belongs
// to one class.
type RateClass string

// The classes of the API document: to create a backup is an upload, to request a
// download URL is a download, and any other request is an API call.
const (
	RateAPICalls  RateClass = "api_calls"
	RateUploads   RateClass = "uploads"
	RateDownloads RateClass = "downloads"
)

// RateAddress is the prefix of subjects that are addresses or networks of clients. An
// attacker can use any number of addresses, so a limiter with bounded memory must not
// let them displace the counters of tenants.
const RateAddress = "address "

// RateLimit is a pair of limits, and a request must be within both. The first prevents
// bursts, the second prevents continuous use just below the first.
type RateLimit struct {
	PerMinute, PerHour int64
}

// RateCharge is a request that was counted.
type RateCharge struct {
	Class RateClass
	// Decision is the decision that allowed the request.
	Decision RateDecision
	// Age is the time since the request was counted. It may be too long, never too short.
	Age time.Duration
}

// RateDecision says whether a request is allowed, and the state of its windows after
// it.
type RateDecision struct {
	Allowed      bool
	Minute, Hour RateWindow
}

// RateWindow is the state of one window.
type RateWindow struct {
	Limit, Remaining int64
	// Reset is the time until the window ends and the whole Limit is available again.
	// For a window without a counted request it is the length of the window.
	Reset time.Duration
}

// RetryAfter returns how long to wait before a refused request can be allowed: until
// all exhausted windows have ended.
func (d RateDecision) RetryAfter() time.Duration {
	var wait time.Duration
	for _, w := range []RateWindow{d.Minute, d.Hour} {
		if w.Remaining == 0 {
			wait = max(wait, w.Reset)
		}
	}
	return wait
}

// RateLimit returns the limits of the plan in a class.
func (p Plan) RateLimit(class RateClass) RateLimit {
	limits, known := rateLimits[p]
	if !known {
		limits = rateLimits[PlanFree]
	}
	return limits[class]
}

// The table of the API document.
var rateLimits = map[Plan]map[RateClass]RateLimit{
	PlanFree:       {RateAPICalls: {10, 60}, RateUploads: {2, 5}, RateDownloads: {3, 20}},
	PlanSolo:       {RateAPICalls: {30, 300}, RateUploads: {5, 50}, RateDownloads: {10, 100}},
	PlanPro:        {RateAPICalls: {100, 1_000}, RateUploads: {20, 200}, RateDownloads: {40, 400}},
	PlanBusiness:   {RateAPICalls: {300, 2_500}, RateUploads: {50, 500}, RateDownloads: {100, 1_000}},
	PlanEnterprise: {RateAPICalls: {1_000, 8_000}, RateUploads: {150, 1_500}, RateDownloads: {300, 3_000}},
}
