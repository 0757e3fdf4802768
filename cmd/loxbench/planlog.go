package main

import (
	"context"
	"encoding/json"
	"log/slog"
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
	grown   chan struct{} // closed and replaced whenever a plan was added
}

func newPlanLog() *planLog { return &planLog{grown: make(chan struct{})} }

// Enabled says that all levels are wanted.
func (l *planLog) Enabled(context.Context, slog.Level) bool { return true }

// WithAttrs and WithGroup change nothing: only messages are looked at.
func (l *planLog) WithAttrs([]slog.Attr) slog.Handler { return l }

// WithGroup changes nothing.
func (l *planLog) WithGroup(string) slog.Handler { return l }

// Handle takes a line. The lines of a plan stand between one that is "{" and
// the "}" that matches it, each brace or bracket at the end of its line.
func (l *planLog) Handle(_ context.Context, r slog.Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	line := strings.TrimSpace(r.Message)
	if l.depth == 0 && line != "{" {
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
	if err == nil {
		l.plans = append(l.plans, p)
		close(l.grown)
		l.grown = make(chan struct{})
	}
	return err
}

// reset forgets the plans so far.
func (l *planLog) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.plans = nil
}

// upTo waits for the plan of a statement and returns those before it.
func (l *planLog) upTo(ctx context.Context, statement string) ([]plan, error) {
	for {
		l.mu.Lock()
		for i, p := range l.plans {
			if p.Query == statement {
				l.mu.Unlock()
				return l.plans[:i], nil
			}
		}
		grown := l.grown
		l.mu.Unlock()
		select {
		case <-grown:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
