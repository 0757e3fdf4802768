package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// takeOverLogs has libraries that write to standard error by themselves write to
// the log: the standard library's package log, by which net/http complains of what
// peers send, and go-redis. Every line of the log is then a record of one form.
func takeOverLogs(log *slog.Logger) {
	log = log.With("part", "library")
	slog.SetDefault(log)
	redis.SetLogger(redisLog{log})
}

// redisLog writes what go-redis has to say. What matters of it shows in the errors
// of its calls.
type redisLog struct{ log *slog.Logger }

// Printf implements go-redis's interface of loggers.
func (l redisLog) Printf(ctx context.Context, format string, args ...any) {
	l.log.InfoContext(ctx, fmt.Sprintf(format, args...))
}

const (
	// logDelay is the longest that a line waits for others to be written with. A
	// write of its own took more time than all the rest of a line.
	logDelay = 10 * time.Millisecond
	// logRoom is how many bytes may wait.
	logRoom = 64 << 10
)

// logWriter writes lines of the log together that come within a moment. What
// kills the process at once, and leaves it no time to flush, takes at most
// logDelay of its log along.
type logWriter struct {
	to io.Writer

	mu      sync.Mutex
	waiting []byte
	flushed *time.Timer
}

func newLogWriter(to io.Writer) *logWriter {
	w := &logWriter{to: to, waiting: make([]byte, 0, logRoom)}
	w.flushed = time.AfterFunc(logDelay, w.flush)
	return w
}

// Write keeps a line for a moment. A log that can't be written stops nothing, so
// that it never fails.
func (w *logWriter) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.waiting) == 0 {
		w.flushed.Reset(logDelay)
	} else if len(w.waiting)+len(line) > logRoom {
		w.write()
	}
	w.waiting = append(w.waiting, line...)
	return len(line), nil
}

// flush writes all lines that wait.
func (w *logWriter) flush() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.write()
}

func (w *logWriter) write() {
	if len(w.waiting) > 0 {
		_, _ = w.to.Write(w.waiting)
		w.waiting = w.waiting[:0]
	}
}
