package ratelimit

import (
	"context"
	"strings"
	"time"

	"github.com/ulule/limiter/v3"
	"github.com/ulule/limiter/v3/drivers/store/common"
)

// Counters is a limiter.Store that can also check and count several limits at once. Its windows are fixed
// and begin with the first hit.
//
// The methods of limiter.Store keep the contract of that library: Get counts a hit even beyond the limit.
// Increment by a negative number gives hits back, but never more than the window has.
type Counters interface {
	limiter.Store

	// Count carries out a request. fits reports whether the hits fitted into all windows. The windows are
	// in the order of the request's rates, as they are after the request.
	Count(ctx context.Context, r Request) (fits bool, windows []Window, err error)
}

// Request is a request to Counters about one key.
type Request struct {
	Op   Operation
	Hits int64 // how many to count; for Peek, how many must fit
	Key  string
	// Rates must have different periods of at least a millisecond. A rate whose limit was changed keeps its
	// window and its count.
	Rates []limiter.Rate
	// Back is given back if the hits were counted. Its key must have the same subject as Key: the part
	// after the first colon.
	Back Refund
}

// Refund is a hit to be given back, in each window that is still the one in which the hit was counted. In
// windows that have ended, nothing is given back.
type Refund struct {
	Key string
	// Windows need only Period and Left: the time that was left when the hit was counted. A window with
	// more time left is a later one.
	Windows []Window
}

// subjectOf returns the subject of a key. The keys of one Exchange must have the same subject.
func subjectOf(key string) string {
	_, subject, found := strings.Cut(key, ":")
	if !found {
		return key
	}
	return subject
}

// Window is the state of one rate of a key.
type Window struct {
	// Period is the length of the window.
	Period time.Duration
	// Limit is the maximum number of hits in the window. Count is how many there were.
	Limit, Count int64
	// Left is the time until the window ends, always positive. It is Period if nothing was counted yet.
	Left time.Duration
}

// Remaining returns how many more hits fit into the window, never negative.
func (w Window) Remaining() int64 { return max(0, w.Limit-w.Count) }

// context returns the window in the type of the limiter library, whose Reset is in whole seconds of the
// epoch, rounded down.
func (w Window) context(now time.Time, rate limiter.Rate) limiter.Context {
	return common.GetContextFromState(now, rate, now.Add(w.Left), w.Count)
}

// Operation is an operation on counters, by its name in count.lua.
type Operation string

// The operations.
const (
	Peek Operation = "peek" // count nothing
	Take Operation = "take" // count the hits in all windows if they fit into each, otherwise in none
	Add  Operation = "add"  // count the hits in any case
)
