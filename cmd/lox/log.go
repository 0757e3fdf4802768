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

// takeOverLogs redirects libraries that write to standard error by themselves to the log: the standard
// library's package log, by which net/http reports faults of peers, and go-redis. So every line of the log
// is a record of the same format.
func takeOverLogs(log *slog.Logger) {
	log = log.With("part", "library")
	slog.SetDefault(log)
	redis.SetLogger(redisLog{log})
}

// redisLog logs the messages of go-redis. Faults that matter also show in the errors of its calls.
type redisLog struct{ log *slog.Logger }

// Printf implements the logger interface of go-redis.
func (l redisLog) Printf(ctx context.Context, format string, args ...any) {
	l.log.InfoContext(ctx, fmt.Sprintf(format, args...))
}

const (
	// logDelay is how long a line waits at most to be written together with others. A write for each line
	// took more time than all other work for it.
	logDelay = 10 * time.Millisecond
	// logBatch is how many waiting bytes cause a write before logDelay is over.
	logBatch = 64 << 10
	// logLimit is how many bytes may wait while nothing reads the log.
	logLimit = 1 << 20
	// logTimeout is how long the end of the process waits for a log that nothing reads.
	logTimeout = time.Second
)

// logWriter writes log lines together that come within logDelay. If the process is killed without time to
// flush, at most logDelay of its log is lost. A log that nothing reads, such as that of a paused terminal,
// delays nothing: lines beyond logLimit are dropped and counted.
type logWriter struct {
	to io.Writer
	// lost is called with the number of dropped lines, once lines can be written again.
	lost func(lines int)

	mu      sync.Mutex
	waiting []byte
	spare   []byte // the buffer of the previous write
	writing bool
	dropped int
	flushed *time.Timer
	idle    *sync.Cond // signals that no write is under way
}

func newLogWriter(to io.Writer) *logWriter {
	w := &logWriter{to: to, lost: func(int) {}, waiting: make([]byte, 0, logBatch)}
	w.idle = sync.NewCond(&w.mu)
	w.flushed = time.AfterFunc(logDelay, w.write)
	return w
}

// Write buffers a line, or drops it. It never fails and never waits for the log.
func (w *logWriter) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.waiting)+len(line) > logLimit {
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

// flush writes until no line waits. It gives up after logTimeout if nothing reads the log.
func (w *logWriter) flush() {
	done := make(chan struct{})
	go func() { // ends only with the process, if nothing reads the log
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
	case <-time.After(logTimeout):
	}
}

// write writes the waiting lines, unless another write is under way: the lines would get out of order.
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
		w.lost(dropped) // now, while this line fits and no flush can end
	}
	_, _ = w.to.Write(lines) // an error of the log must not stop the server

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
