package main

import (
	"context"
	"errors"
	"math"
	"strconv"
	"strings"
)

// Allocations are counted over so many requests, so many times.
const counted, countings = 300, 3

// allocations counts what one request allocates in a server, over one
// connection: the least of several counts, since what the server does beside the
// requests counts too.
func allocations(ctx context.Context, of contender) (float64, error) {
	c, err := of.dial(ctx, 1)
	if err != nil {
		return 0, err
	}
	defer c.close()
	var before float64
	count := func(requests int) (spent float64, err error) {
		if _, err := c.send(ctx, func(sent int) bool { return sent < requests }, of.request); err != nil {
			return 0, err
		}
		after, err := of.mallocs(ctx)
		spent, before = after-before, after
		return spent, err
	}
	if _, err := count(counted / 2); err != nil { // fills the pools
		return 0, err
	}
	least := math.Inf(1)
	for range countings {
		reading, err := count(0) // which allocates itself
		if err != nil {
			return 0, err
		}
		some, err := count(counted)
		if err != nil {
			return 0, err
		}
		least = min(least, some-reading)
	}
	return least / counted, of.log.Truncate(0)
}

// mallocs is how many objects a process has allocated so far, exactly: the
// profile of the heap stops the world to count what each processor has handed
// out. (Its metrics count a span of up to 1,024 objects when it is used up, so
// that they are off by thousands.) The collection that it asks for first leaves
// nothing of the requests before to be swept at the expense of those after.
func (p *process) mallocs(ctx context.Context) (float64, error) {
	text, err := p.fetch(ctx, "/debug/pprof/heap?gc=1&debug=1")
	if err != nil {
		return 0, err
	}
	_, rest, ok := strings.Cut(string(text), "\n# Mallocs = ")
	if !ok {
		return 0, errors.New("no count of allocations in the profile of " + p.name)
	}
	number, _, _ := strings.Cut(rest, "\n")
	return strconv.ParseFloat(number, 64)
}
