//go:build unix

package pgembed

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// logLinePrefix is the prefix of every message: the process id and the SQLSTATE. Continuation lines have none.
const logLinePrefix = "[%p %e] "

// logs reads the standard error of a server, logs each message as one record, and remembers the last lines for errors.
type logs struct {
	logger *slog.Logger
	line   *regexp.Regexp
	done   chan struct{} // closed at the end of the stream
	clock  func() time.Time
	// full is when PostgreSQL last reported a full disk, in nanoseconds since 1970, 0 if never.
	full atomic.Int64

	mu   sync.Mutex
	tail []string

	// repeated are the messages about a lack of resources, by SQLSTATE. Only read's goroutine uses it.
	repeated map[string]repetition
}

// repetition says when a message was last logged, and how many similar ones were left out since.
type repetition struct {
	logged  time.Time
	leftOut int
}

const (
	tailLines   = 20
	maxLogLine  = 8 << 10 // bytes; a statement in a message may have any length
	maxMessage  = 64 << 10
	logsBufSize = 16 << 10
	// messagePause is how long to wait after a line for another line of the same message. PostgreSQL writes a message
	// at once unless the pipe is full.
	messagePause = 20 * time.Millisecond
	// repeatPause is the time between two records about the same lack of resources, which PostgreSQL reports for each
	// statement.
	repeatPause = time.Minute
)

func newLogs(logger *slog.Logger) *logs {
	return &logs{
		logger:   logger,
		line:     regexp.MustCompile(`^\[(\d+) ([0-9A-Z]{5})\] ([A-Z]+\d?):  (.*)$`),
		done:     make(chan struct{}),
		clock:    time.Now,
		repeated: map[string]repetition{},
	}
}

// read runs until the last process that has the other end of the pipe open has ended.
func (l *logs) read(r io.ReadCloser) {
	defer close(l.done)
	lines := make(chan string)
	go func() {
		defer close(lines)
		defer r.Close()
		br := bufio.NewReaderSize(r, logsBufSize)
		for {
			line, err := readLine(br)
			if line != "" {
				lines <- line
			}
			if err != nil {
				return
			}
		}
	}()
	over := time.NewTimer(messagePause)
	defer over.Stop()
	var m message
	for {
		select {
		case line, more := <-lines:
			if !more {
				l.pass(m)
				return
			}
			l.keep(line)
			m = l.take(m, line)
			over.Reset(messagePause)
		case <-over.C:
			l.pass(m)
			m.parts = nil // later lines without a severity keep the level of this message
		}
	}
}

// readLine returns at most maxLogLine bytes of the next line and drops the rest of it.
func readLine(br *bufio.Reader) (string, error) {
	var b []byte
	for {
		part, more, err := br.ReadLine()
		if free := maxLogLine - len(b); free > 0 {
			b = append(b, part[:min(len(part), free)]...)
		}
		if err != nil || !more {
			return string(b), err
		}
	}
}

// message is one message of PostgreSQL.
type message struct {
	level                slog.Level
	pid, state, severity string // "" if another program printed it
	parts                []part
	size                 int // bytes of all parts
}

// part is a part of a message. The first one is its text and has no name. Others have names such as STATEMENT.
type part struct{ name, text string }

// take adds a line to m if it belongs to that message. Otherwise it logs m, and returns a new message.
func (l *logs) take(m message, line string) message {
	found := l.line.FindStringSubmatch(line)
	if found == nil { // a continuation line, or a line of another program
		text := strings.TrimSpace(line)
		if strings.HasPrefix(line, "\t") && len(m.parts) > 0 { // PostgreSQL indents continuation lines
			last := &m.parts[len(m.parts)-1]
			last.text = strings.TrimSpace(last.text + "\n" + m.fitting(text))
			return m
		}
		l.pass(m)
		return message{level: m.level, parts: []part{{"", text}}, size: len(text)}
	}
	level, begins := severityLevel(found[3], found[2])
	if !begins && len(m.parts) > 0 && m.pid == found[1] {
		m.parts = append(m.parts, part{strings.ToLower(found[3]), m.fitting(found[4])})
		return m
	}
	l.pass(m)
	if !begins {
		level = m.level
	}
	return message{
		level: level, pid: found[1], state: found[2], severity: found[3],
		parts: []part{{"", found[4]}}, size: len(found[4]),
	}
}

// fitting returns the beginning of a text, up to the size that the message may still grow by.
func (m *message) fitting(text string) string {
	text = text[:max(0, min(len(text), maxMessage-m.size))]
	m.size += len(text)
	return text
}

// pass logs a message, unless a similar one about a lack of resources was logged within repeatPause.
func (l *logs) pass(m message) {
	if len(m.parts) == 0 {
		return
	}
	attrs := []slog.Attr{slog.String("from", "postgres")}
	if m.severity != "" {
		pid, _ := strconv.Atoi(m.pid)
		attrs = append(attrs, slog.String("severity", m.severity), slog.String("sqlstate", m.state), slog.Int("pid", pid))
	}
	for _, p := range m.parts[1:] {
		attrs = append(attrs, slog.String(p.name, p.text))
	}
	if m.state == diskFull {
		l.full.Store(l.clock().UnixNano())
	}
	if strings.HasPrefix(m.state, "53") && m.severity != "PANIC" { // a PANIC ends the server, and is always logged
		now, latest := l.clock(), l.repeated[m.state]
		if now.Sub(latest.logged) < repeatPause {
			latest.leftOut++
			l.repeated[m.state] = latest
			return
		}
		if latest.leftOut > 0 {
			attrs = append(attrs, slog.Int("similar_messages_left_out", latest.leftOut))
		}
		l.repeated[m.state] = repetition{logged: now}
	}
	l.logger.LogAttrs(context.Background(), m.level, m.parts[0].text, attrs...)
}

// diskFull is the SQLSTATE of a full disk (PostgreSQL, appendix A: class 53 is insufficient resources).
const diskFull = "53100"

// canceled is the SQLSTATE of a statement that its caller canceled.
const canceled = "57014"

// keep remembers a line for last.
func (l *logs) keep(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.tail) == tailLines {
		l.tail = append(l.tail[:0], l.tail[1:]...)
	}
	l.tail = append(l.tail, line)
}

// severityLevel maps PostgreSQL's severities to levels, and reports whether the severity begins a message. ERROR means
// that one statement failed. That is a warning here, because the caller gets the error and often expects it (a unique
// violation). FATAL ends a session and PANIC the server. A session that ends because its client disconnected or because
// the server stops (SQLSTATE classes 08 and 57P, PostgreSQL appendix A) is not a failure. Neither is a statement that its
// caller canceled (57014), as happens to all running statements when LOX stops.
func severityLevel(severity, state string) (slog.Level, bool) {
	if severity == "FATAL" && (strings.HasPrefix(state, "08") || strings.HasPrefix(state, "57P")) ||
		severity == "ERROR" && state == canceled {
		return slog.LevelInfo, true
	}
	switch severity {
	case "PANIC", "FATAL":
		return slog.LevelError, true
	case "ERROR", "WARNING":
		return slog.LevelWarn, true
	case "LOG", "NOTICE", "INFO":
		return slog.LevelInfo, true
	case "DEBUG", "DEBUG1", "DEBUG2", "DEBUG3", "DEBUG4", "DEBUG5":
		return slog.LevelDebug, true
	}
	return 0, false
}

// last returns the last lines for an error message.
func (l *logs) last() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.tail) == 0 {
		return "(PostgreSQL printed nothing)"
	}
	return strings.Join(l.tail, "\n")
}
