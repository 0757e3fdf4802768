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
)

// logLinePrefix goes before every message, so that a message is told from its continuation lines: the process and the
// SQLSTATE.
const logLinePrefix = "[%p %e] "

// logs reads a server's stderr, passes it on and keeps the last lines for errors.
type logs struct {
	logger *slog.Logger
	line   *regexp.Regexp
	done   chan struct{} // closed at the end of the stream

	mu   sync.Mutex
	tail []string
}

const (
	tailLines   = 20
	maxLogLine  = 8 << 10 // bytes; a statement in a message may be of any length
	logsBufSize = 16 << 10
)

func newLogs(logger *slog.Logger) *logs {
	return &logs{
		logger: logger,
		line:   regexp.MustCompile(`^\[(\d+) ([0-9A-Z]{5})\] ([A-Z]+\d?):  (.*)$`),
		done:   make(chan struct{}),
	}
}

// read runs until the last process that holds the other end has gone.
func (l *logs) read(r io.ReadCloser) {
	defer close(l.done)
	defer r.Close()
	br := bufio.NewReaderSize(r, logsBufSize)
	level := slog.LevelInfo
	for {
		line, err := readLine(br)
		if line != "" {
			level = l.record(line, level)
		}
		if err != nil {
			return
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

// record passes one line on. A line without a severity of its own (DETAIL, STATEMENT, a continuation) has that of
// the message it belongs to, which is returned.
func (l *logs) record(line string, level slog.Level) slog.Level {
	l.mu.Lock()
	if len(l.tail) == tailLines {
		l.tail = append(l.tail[:0], l.tail[1:]...)
	}
	l.tail = append(l.tail, line)
	l.mu.Unlock()

	m := l.line.FindStringSubmatch(line)
	if m == nil {
		l.logger.Log(context.Background(), level, strings.TrimSpace(line), slog.String("from", "postgres"))
		return level
	}
	if own, ok := severityLevel(m[3], m[2]); ok {
		level = own
	}
	pid, _ := strconv.Atoi(m[1])
	l.logger.Log(context.Background(), level, m[4],
		slog.String("from", "postgres"), slog.String("severity", m[3]), slog.String("sqlstate", m[2]), slog.Int("pid", pid))
	return level
}

// severityLevel maps PostgreSQL's severities. ERROR means that one statement failed, which its caller is told and
// often expects (a unique violation), so it is a warning here; FATAL and PANIC end a session or the server. A session
// that ends because its client went away, or because the server is told to stop, is no failure (SQLSTATE classes 08 and
// 57P, PostgreSQL appendix A).
func severityLevel(severity, state string) (slog.Level, bool) {
	if severity == "FATAL" && (strings.HasPrefix(state, "08") || strings.HasPrefix(state, "57P")) {
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
