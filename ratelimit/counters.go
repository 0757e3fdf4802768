package ratelimit

import (
	"context"
	"strings"
	"time"

	"github.com/ulule/limiter/v3"
	"github.com/ulule/limiter/v3/drivers/store/common"
)

// counterStore is a limiter.Store that can also check and count several limits at once. Its windows are fixed
// and begin with the first hit.
//
// The methods of limiter.Store keep the contract of that library: Get counts a hit even beyond the limit.
// Increment by a negative number gives hits back, but never more than the window has.
type counterStore interface {
	limiter.Store

	// Count carries out a request. fits reports whether the hits fitted into all windows. The windows are
	// in the order of the request's rates, as they are after the request.
	Count(ctx context.Context, r request) (fits bool, windows []window, err error)
}

// request is what a counterStore is asked about one key.
type request struct {
	Op   operation
	Hits int64 // how many to count; for Peek, how many must fit
	Key  string
	// Rates must have different periods of at least a millisecond. A rate whose limit was changed keeps its
	// window and its count.
	Rates []limiter.Rate
	// Back is given back if the hits were counted. Its key must have the same subject as Key: the part
	// after the first colon.
	Back refund
}

// refund is a hit to give back. It is subtracted from each window in which it was counted, unless that
// window has ended.
type refund struct {
	Key string
	// Windows are the windows in which the hit was counted. Only Period and Left are used. Left is how much
	// time was left when the hit was counted: if the current window has more time left, it began later.
	Windows []window
}

// subjectOf returns the subject of a key. The keys of one Exchange must have the same subject.
func subjectOf(key string) string {
	_, subject, found := strings.Cut(key, ":")
	if !found {
		return key
	}
	return subject
}

// window is the state of one rate of a key.
type window struct {
	// Period is the length of the window.
	Period time.Duration
	// Limit is the maximum number of hits in the window. Count is how many there were.
	Limit, Count int64
	// Left is the time until the window ends, always positive. It is Period if nothing was counted yet.
	Left time.Duration
}

// Remaining returns how many more hits fit into the window, never negative.
func (w window) Remaining() int64 { return max(0, w.Limit-w.Count) }

// context returns the window in the type of the limiter library, whose Reset is in whole seconds of the
// epoch, rounded down.
func (w window) context(now time.Time, rate limiter.Rate) limiter.Context {
	return common.GetContextFromState(now, rate, now.Add(w.Left), w.Count)
}

// operation is an operation on counters, by its name in count.lua.
type operation string

// The operations.
const (
	opPeek operation = "peek" // count nothing
	opTake operation = "take" // count the hits in all windows if they fit into each, otherwise in none
	opAdd  operation = "add"  // count the hits in any case
)
