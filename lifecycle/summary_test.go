package lifecycle

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestLogLinesAreSummarized(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		s := newSummary(slog.New(slog.NewTextHandler(&log, nil)), slog.LevelInfo, "done", 100)
		lines := func() int { return strings.Count(log.String(), "msg=done") }
		for i := range 250 {
			s.add(t.Context(), time.Now(), slog.Int("item", i))
		}
		assert.Equal(t, 100, lines())
		<-time.After(time.Minute - 1)
		s.tick(t.Context(), time.Now())
		assert.Equal(t, 100, lines())
		<-time.After(time.Nanosecond)
		s.tick(t.Context(), time.Now())
		assert.Equal(t, 101, lines())
		assert.Contains(t, log.String(), "msg=done more=150 since=")
		s.tick(t.Context(), time.Now())
		s.add(t.Context(), time.Now(), slog.Int("item", 250))
		<-time.After(time.Hour)
		s.tick(t.Context(), time.Now())
		assert.Equal(t, 102, lines(), "what has a line of its own is not summed up")
	})
}
