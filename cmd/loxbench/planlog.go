package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"regexp"
	"strings"
	"sync"
)

// planLog is what PostgreSQL logs, as a slog.Handler: one record a line. It
// keeps the plans.
type planLog struct {
	mu      sync.Mutex
	plans   []plan
	partial strings.Builder // of a plan whose end hasn't come yet
	depth   int
	trips   int           // round trips that were logged since the last reset
	grown   chan struct{} // closed and replaced whenever a plan was added
}

func newPlanLog() *planLog { return &planLog{grown: make(chan struct{})} }

// Enabled says that all levels are wanted.
func (l *planLog) Enabled(context.Context, slog.Level) bool { return true }

// WithAttrs and WithGroup change nothing: only messages are looked at.
func (l *planLog) WithAttrs([]slog.Attr) slog.Handler { return l }

// WithGroup changes nothing.
func (l *planLog) WithGroup(string) slog.Handler { return l }

// Handle takes a message. The lines of a plan stand between one that is "{" and
// the "}" that matches it, each brace or bracket at the end of its line.
func (l *planLog) Handle(_ context.Context, r slog.Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.SplitSeq(r.Message, "\n") {
		if err := l.take(strings.TrimSpace(line)); err != nil {
			return err
		}
	}
	return nil
}

// take reads one line of a message.
func (l *planLog) take(line string) error {
	if l.depth == 0 && line != "{" {
		l.note(line)
		return nil
	}
	l.partial.WriteString(line)
	switch bare := strings.TrimSuffix(line, ","); {
	case strings.HasSuffix(line, "{"), strings.HasSuffix(line, "["):
		l.depth++
	case bare == "}", bare == "]":
		l.depth--
	}
	if l.depth > 0 {
		return nil
	}
	var p plan
	err := json.Unmarshal([]byte(l.partial.String()), &p)
	l.partial.Reset()
	p.before = l.trips
	if err == nil && !apart.MatchString(p.Query) {
		l.plans = append(l.plans, p)
		close(l.grown)
		l.grown = make(chan struct{})
	}
	return err
}

// timed is the log of what took time. A round trip is what its client waits for
// an answer to: what is bound is executed in the same one. A connection prepares a statement
// once, when it first runs it.
var timed = regexp.MustCompile(`^duration: [0-9.]+ ms  (?:statement|parse <unnamed>|execute)`)

// apart is of statements that no request waits for: notifications, what those who watch
// for them ask at first and four times a second, when a key was used, the time, and the
// versions that metrics tell of. Neither their plans nor their round trips are a request's.
var apart = regexp.MustCompile(
	`pg_notify|transaction_read_only|listen lox_|substr\(hash|last_used_at = greatest|clock_timestamp|goose_db_version|restore_guard`)

// note takes a line that is no part of a plan.
func (l *planLog) note(line string) {
	if timed.MatchString(line) && !apart.MatchString(line) {
		l.trips++
	}
}

// reset forgets the plans so far.
func (l *planLog) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.plans, l.trips = nil, 0
}

// between waits for the second plan of a statement and returns those between the
// first and that one, and how many round trips there were for them.
func (l *planLog) between(ctx context.Context, mark string) ([]plan, int, error) {
	for {
		l.mu.Lock()
		var marks []int
		for i, p := range l.plans {
			if p.Query == mark {
				marks = append(marks, i)
			}
		}
		if len(marks) > 1 {
			defer l.mu.Unlock()
			first, second := l.plans[marks[0]], l.plans[marks[1]]
			// What the first one took is logged behind its plan.
			return l.plans[marks[0]+1 : marks[1]], second.before - first.before - 1, nil
		}
		grown := l.grown
		l.mu.Unlock()
		select {
		case <-grown:
		case <-ctx.Done():
			return nil, 0, ctx.Err()
		}
	}
}
