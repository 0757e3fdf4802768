package ratelimit

import (
	"context"
	"strings"
	"time"

	"github.com/ulule/limiter/v3"
	"github.com/ulule/limiter/v3/drivers/store/common"
)

// Counters is a limiter.Store that can also take several caps at once. Its
// windows are fixed and begin with the first hit.
//
// The methods of limiter.Store keep the contract of that library: Get counts
// a hit even where there is no room for it. Increment by a negative number
// gives hits back, but never more than the window has.
type Counters interface {
	limiter.Store

	// Take counts one hit of a key in the windows of all rates, which must be of
	// different lengths of at least a millisecond, if each has room for it, and
	// in none otherwise. A rate whose limit was changed keeps its window and its
	// count. The windows are in the order of the rates, as they stand afterwards.
	Take(ctx context.Context, key string, rates ...limiter.Rate) (taken bool, windows []Window, err error)

	// PeekAll tells what Take would do, and counts nothing.
	PeekAll(ctx context.Context, key string, rates ...limiter.Rate) (room bool, windows []Window, err error)

	// Exchange takes a hit of a key as Take does and, if there was room, gives hits of
	// another key back. Both keys must have the same subject: what is behind the first
	// colon of a key.
	Exchange(ctx context.Context, back Refund, key string, rates ...limiter.Rate) (taken bool, windows []Window, err error)
}

// Refund is a hit to be given back, in those of its windows that are still the ones
// in which it was counted. Where one has ended nothing is given back.
type Refund struct {
	Key     string
	Windows []RefundWindow
}

// RefundWindow is one in which a hit was counted.
type RefundWindow struct {
	Period time.Duration
	// Left is how much was left of the window then. A window of which more is left is
	// a later one.
	Left time.Duration
}

// subjectOf is the part of a key by which keys can be used in one Exchange.
func subjectOf(key string) string {
	_, subject, found := strings.Cut(key, ":")
	if !found {
		return key
	}
	return subject
}

// Window is the state of one rate of a key.
type Window struct {
	// Limit is the most hits in the window, Count how many there were.
	Limit, Count int64
	// Left is the time until the window ends, always positive: its whole length
	// if nothing was counted in it yet.
	Left time.Duration
}

// Remaining is how many more hits there is room for, never negative.
func (w Window) Remaining() int64 { return max(0, w.Limit-w.Count) }

// context is the window in the words of the limiter library, whose Reset is
// in whole seconds of the epoch, rounded down.
func (w Window) context(now time.Time, rate limiter.Rate) limiter.Context {
	return common.GetContextFromState(now, rate, now.Add(w.Left), w.Count)
}

// operation is what is done with counters, in the words of count.lua.
type operation string

const (
	opPeek operation = "peek" // nothing
	opTake operation = "take" // add if all windows have room
	opAdd  operation = "add"  // add in any case
)
