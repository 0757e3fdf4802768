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
	// logBatch is how many bytes are written before logDelay is over.
	logBatch = 64 << 10
	// logRoom is how many bytes may wait while nobody reads the log.
	logRoom = 1 << 20
	// logPatience is how long the end of the process waits for a log that is not
	// read.
	logPatience = time.Second
)

// logWriter writes lines of the log together that come within a moment. What
// kills the process at once, and leaves it no time to flush, takes at most
// logDelay of its log along. A log that isn't read, such as that of a paused
// terminal, holds up nobody: lines for which there is no room are counted instead.
type logWriter struct {
	to io.Writer
	// lost is told of lines that were dropped, once others can be written again.
	lost func(lines int)

	mu      sync.Mutex
	waiting []byte
	spare   []byte // the buffer of the write before
	writing bool
	dropped int
	flushed *time.Timer
	idle    *sync.Cond // there is no write under way
}

func newLogWriter(to io.Writer) *logWriter {
	w := &logWriter{to: to, lost: func(int) {}, waiting: make([]byte, 0, logBatch)}
	w.idle = sync.NewCond(&w.mu)
	w.flushed = time.AfterFunc(logDelay, w.write)
	return w
}

// Write keeps a line for a moment, or drops it. It never fails and never waits
// for the log.
func (w *logWriter) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.waiting)+len(line) > logRoom {
		w.dropped++
		return len(line), nil
	}
	if len(w.waiting) == 0 {
		w.flushed.Reset(logDelay)
	}
	w.waiting = append(w.waiting, line...)
	if len(w.waiting) > logBatch && !w.writing {
		w.flushed.Reset(0)
	}
	return len(line), nil
}

// flush writes until no line waits. It gives up on a log that isn't read.
func (w *logWriter) flush() {
	done := make(chan struct{})
	go func() { // ends with the process, if the log is never read
		defer close(done)
		w.mu.Lock()
		defer w.mu.Unlock()
		for w.writing || len(w.waiting) > 0 {
			if w.writing {
				w.idle.Wait()
				continue
			}
			w.mu.Unlock()
			w.write()
			w.mu.Lock()
		}
	}()
	select {
	case <-done:
	case <-time.After(logPatience):
	}
}

// write writes what waits, unless another write is under way: lines would change
// places.
func (w *logWriter) write() {
	w.mu.Lock()
	if w.writing || len(w.waiting) == 0 {
		w.mu.Unlock()
		return
	}
	lines := w.waiting
	w.waiting, w.spare = w.spare[:0], nil
	dropped := w.dropped
	w.writing, w.dropped = true, 0
	w.mu.Unlock()

	if dropped > 0 {
		w.lost(dropped) // while there is room for this line, and before a flush can end
	}
	_, _ = w.to.Write(lines) // a log that can't be written stops nothing

	w.mu.Lock()
	if cap(lines) <= 2*logBatch {
		w.spare = lines
	}
	w.writing = false
	w.idle.Broadcast()
	if len(w.waiting) > 0 {
		w.flushed.Reset(0)
	}
	w.mu.Unlock()
}
