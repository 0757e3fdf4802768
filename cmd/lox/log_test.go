package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// writes records each write.
type writes struct {
	mu  sync.Mutex
	all []string
}

func (w *writes) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all = append(w.all, string(b))
	return len(b), nil
}

func (w *writes) written() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.all)
}

func TestLogWriterBatchesLines(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out writes
		w := newLogWriter(&out)
		line := func(text string) { _, _ = w.Write([]byte(text)) }
		line("one ")
		line("two ")
		assert.Empty(t, out.written())
		time.Sleep(logDelay) //nolint:forbidigo // of the bubble
		synctest.Wait()
		assert.Equal(t, []string{"one two "}, out.written())

		time.Sleep(time.Hour) //nolint:forbidigo // of the bubble
		synctest.Wait()
		assert.Len(t, out.written(), 1, "nothing is written when there is nothing")
		line("three ")
		w.flush()
		assert.Equal(t, []string{"one two ", "three "}, out.written(), "an end doesn't wait")

		long := strings.Repeat("x", logBatch)
		line("y")
		line(long)
		synctest.Wait()
		line("z")
		assert.Equal(t, "y"+long, out.written()[2], "nor does what takes too much room")
		time.Sleep(logDelay) //nolint:forbidigo // of the bubble
		synctest.Wait()
		assert.Equal(t, "z", out.written()[3])
	})
}

// Every line of many writers is written completely, once, and in its writer's order.
func TestLogWriterLosesNothing(t *testing.T) {
	t.Parallel()
	var out writes
	w := newLogWriter(&out)
	const writers, lines = 8, 2000
	var running sync.WaitGroup
	for writer := range writers {
		running.Go(func() {
			for n := range lines {
				_, _ = fmt.Fprintf(w, "%d %d\n", writer, n)
			}
		})
	}
	running.Wait()
	w.flush()
	var next [writers]int
	for line := range bytes.Lines([]byte(strings.Join(out.written(), ""))) {
		var writer, n int
		_, err := fmt.Sscanf(string(line), "%d %d\n", &writer, &n)
		assert.NoError(t, err)
		assert.Equal(t, next[writer], n)
		next[writer]++
	}
	assert.Equal(t, [writers]int{lines, lines, lines, lines, lines, lines, lines, lines}, next)
}

// paused is a log that nobody reads until it is resumed.
type paused struct {
	writes
	resumed chan struct{}
}

func (p *paused) Write(b []byte) (int, error) {
	<-p.resumed
	return p.writes.Write(b)
}

// Lines of an unread log are dropped and counted.
func TestUnreadLogBlocksNobody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		out := &paused{resumed: make(chan struct{})}
		w := newLogWriter(out)
		lost := 0
		w.lost = func(lines int) {
			lost += lines
			_, _ = w.Write([]byte("lost\n"))
		}
		const lines, length = 5000, 1000
		for range lines {
			_, _ = w.Write([]byte(strings.Repeat("x", length-1) + "\n"))
			time.Sleep(time.Millisecond) //nolint:forbidigo // of the bubble
		}
		before := time.Now()
		w.flush()
		assert.Equal(t, logTimeout, time.Since(before), "the end of the process doesn't wait for ever")
		close(out.resumed)
		time.Sleep(time.Second) //nolint:forbidigo // of the bubble
		synctest.Wait()
		all := strings.Join(out.written(), "")
		assert.Equal(t, lines, strings.Count(all, "x\n")+lost)
		assert.InDelta(t, logLimit/length, lines-lost, 2*logBatch/length)
		assert.True(t, strings.HasSuffix(all, "lost\n"), "it is said that some are lost")
	})
}

// readThen is a log whose reader calls a function after each write.
type readThen struct {
	writes
	then func()
}

func (r *readThen) Write(b []byte) (int, error) {
	n, err := r.writes.Write(b)
	r.then()
	return n, err
}

// Lines that arrive while the last lines are written are written, too.
func TestEndOfLogIsWritten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		out := &readThen{}
		w := newLogWriter(out)
		lines := 1
		out.then = func() {
			if lines++; lines <= 5 {
				_, _ = fmt.Fprint(w, lines, " ")
			}
		}
		_, _ = fmt.Fprint(w, "1 ")
		w.flush()
		assert.Equal(t, "1 2 3 4 5 ", strings.Join(out.written(), ""))
	})
}

// The last write reports lost lines, including those for which it made space.
func TestEndOfLogReportsLostLines(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slow := func() { time.Sleep(logDelay) } //nolint:forbidigo // of the bubble
		out := &readThen{then: slow}
		w := newLogWriter(out)
		w.lost = func(lines int) {
			slow()
			_, _ = fmt.Fprintf(w, "%d lost\n", lines)
		}
		full := strings.Repeat("x", logLimit-1) + "\n"
		_, _ = w.Write([]byte(full))
		_, _ = w.Write([]byte("no room\n"))
		synctest.Wait() // it is being written, or will be
		w.flush()
		assert.Equal(t, []string{full, "1 lost\n"}, out.written())
	})
}
