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

// logLinePrefix goes before every message, so that a message is told from its continuation lines: the process and the
// SQLSTATE.
const logLinePrefix = "[%p %e] "

// logs reads a server's stderr, passes each message on as one record and keeps the last lines for errors.
type logs struct {
	logger *slog.Logger
	line   *regexp.Regexp
	done   chan struct{} // closed at the end of the stream
	clock  func() time.Time
	// full is when PostgreSQL last said that a disk is full, in nanoseconds since 1970; 0 is never.
	full atomic.Int64

	mu   sync.Mutex
	tail []string

	// lacks are the latest messages of what PostgreSQL lacks, by SQLSTATE. Only read's goroutine uses it.
	lacks map[string]lack
}

// lack is when a message was passed on, and how many have been left out since.
type lack struct {
	passed time.Time
	left   int
}

const (
	tailLines   = 20
	maxLogLine  = 8 << 10 // bytes; a statement in a message may be of any length
	maxMessage  = 64 << 10
	logsBufSize = 16 << 10
	// messagePause is how long after a line another one may belong to the same message. PostgreSQL writes a message at
	// once, as far as the pipe takes it.
	messagePause = 20 * time.Millisecond
	// lackPause is the time between two records of what PostgreSQL lacks: it says so for each statement.
	lackPause = time.Minute
)

func newLogs(logger *slog.Logger) *logs {
	return &logs{
		logger: logger,
		line:   regexp.MustCompile(`^\[(\d+) ([0-9A-Z]{5})\] ([A-Z]+\d?):  (.*)$`),
		done:   make(chan struct{}),
		clock:  time.Now,
		lacks:  map[string]lack{},
	}
}

// read runs until the last process that holds the other end has gone.
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
			m.parts = nil // what comes without a severity still has that of this one
		}
	}
}

// readLine returns at most maxLogLine bytes of the next line and drops the rest of it.
func readLine(br *bufio.Reader) (string, error) {
	var b []byte
	for {
		part, more, err := br.ReadLine()
		if room := maxLogLine - len(b); room > 0 {
			b = append(b, part[:min(len(part), room)]...)
		}
		if err != nil || !more {
			return string(b), err
		}
	}
}

// message is what PostgreSQL says at once.
type message struct {
	level                slog.Level
	pid, state, severity string // "" of what isn't PostgreSQL's own
	parts                []part
	size                 int // bytes of all parts
}

// part is the text of a message, which is the first one and has no name, or what PostgreSQL says beside it, such as its
// STATEMENT.
type part struct{ name, text string }

// take adds a line to the message that it belongs to. If that is another one, m is passed on first.
func (l *logs) take(m message, line string) message {
	found := l.line.FindStringSubmatch(line)
	if found == nil { // a further line, or not PostgreSQL's
		text := strings.TrimSpace(line)
		if strings.HasPrefix(line, "\t") && len(m.parts) > 0 { // as PostgreSQL indents them
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

// fitting is as much of a text as the message has room for.
func (m *message) fitting(text string) string {
	text = text[:max(0, min(len(text), maxMessage-m.size))]
	m.size += len(text)
	return text
}

// pass passes a message on, unless it says again what PostgreSQL lacks.
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
	if strings.HasPrefix(m.state, "53") && m.severity != "PANIC" { // PANIC ends the server
		now, latest := l.clock(), l.lacks[m.state]
		if now.Sub(latest.passed) < lackPause {
			latest.left++
			l.lacks[m.state] = latest
			return
		}
		if latest.left > 0 {
			attrs = append(attrs, slog.Int("similar_messages_left_out", latest.left))
		}
		l.lacks[m.state] = lack{passed: now}
	}
	l.logger.LogAttrs(context.Background(), m.level, m.parts[0].text, attrs...)
}

// diskFull is the SQLSTATE of a disk that has no room (PostgreSQL, appendix A: class 53 is insufficient resources).
const diskFull = "53100"

// canceled is the SQLSTATE of a statement that its caller gave up.
const canceled = "57014"

// keep keeps a line for last.
func (l *logs) keep(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.tail) == tailLines {
		l.tail = append(l.tail[:0], l.tail[1:]...)
	}
	l.tail = append(l.tail, line)
}

// severityLevel maps PostgreSQL's severities. ERROR means that one statement failed, which its caller is told and
// often expects (a unique violation), so it is a warning here; FATAL and PANIC end a session or the server. A session
// that ends because its client went away, or because the server is told to stop, is no failure (SQLSTATE classes 08 and
// 57P, PostgreSQL appendix A), and neither is a statement that its caller gave up (57014), as all are that
// run when LOX stops: the caller says why.
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

// last returns the last lines, for an error message.
func (l *logs) last() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.tail) == 0 {
		return "(PostgreSQL printed nothing)"
	}
	return strings.Join(l.tail, "\n")
}
