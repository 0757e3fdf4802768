package lifecycle

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// summaryPeriod is the period of a summary.
const summaryPeriod = time.Minute

// summary logs events of one kind, one line each, but at most lines of them in a minute. At the
// end of the minute, one line says how many more there were, with the attributes of the latest.
type summary struct {
	log     *slog.Logger
	level   slog.Level
	message string
	lines   int

	mu     sync.Mutex
	begun  time.Time
	n      int
	latest []slog.Attr
}

func newSummary(log *slog.Logger, level slog.Level, message string, lines int) *summary {
	return &summary{log: log, level: level, message: message, lines: lines}
}

// add logs one event.
func (s *summary) add(ctx context.Context, now time.Time, about ...slog.Attr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turn(ctx, now)
	if s.n == 0 {
		s.begun = now
	}
	if s.n++; s.n <= s.lines {
		s.log.LogAttrs(ctx, s.level, s.message, about...)
	}
	s.latest = about
}

// tick logs the summary if the minute is over. Call it regularly, even if there is nothing to
// add.
func (s *summary) tick(ctx context.Context, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turn(ctx, now)
}

func (s *summary) turn(ctx context.Context, now time.Time) {
	if s.n == 0 || now.Sub(s.begun) < summaryPeriod {
		return
	}
	if more := s.n - s.lines; more > 0 {
		s.log.LogAttrs(ctx, s.level, s.message, append([]slog.Attr{slog.Int("more", more), slog.Time("since", s.begun)}, s.latest...)...)
	}
	s.n, s.latest = 0, nil
}
