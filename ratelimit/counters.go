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

	// Count does what a request says. room is whether all of its windows had room for
	// its hits. The windows are in the order of its rates, as they stand afterwards.
	Count(ctx context.Context, r Request) (room bool, windows []Window, err error)
}

// Request is what is asked of Counters about one key.
type Request struct {
	Op   Operation
	Hits int64 // how many to count, or to look for room for
	Key  string
	// Rates must be of different lengths of at least a millisecond. One whose limit was
	// changed keeps its window and its count.
	Rates []limiter.Rate
	// Back is given back if the hits were counted. Its key must have the same subject as
	// Key: what is behind the first colon of a key.
	Back Refund
}

// Refund is a hit to be given back, in those of its windows that are still the ones
// in which it was counted. Where one has ended nothing is given back.
type Refund struct {
	Key string
	// Windows need no more than Period and Left, which is how much was left when the hit
	// was counted. A window of which more is left is a later one.
	Windows []Window
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
	// Period is its whole length.
	Period time.Duration
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

// Operation is what is done with counters, in the words of count.lua.
type Operation string

// The operations.
const (
	Peek Operation = "peek" // count nothing
	Take Operation = "take" // count the hits in all windows if each has room, else in none
	Add  Operation = "add"  // count the hits in any case
)
