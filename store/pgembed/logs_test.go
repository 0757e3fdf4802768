//go:build unix

package pgembed

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestLogsMapSeveritiesToLevels(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	l := newLogs(slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{
		Level: slog.LevelDebug,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	})))
	l.read(io.NopCloser(strings.NewReader("[7 00000] LOG:  ready\n[6 08006] FATAL:  connection to client lost\n[6 53300] FATAL:  too many clients\n" +
		"[8 23505] ERROR:  duplicate key\n[8 23505] DETAIL:  Key (id)=(1) already exists.\n[8 23505] STATEMENT:  insert\n\tinto t\n" +
		"[8 57014] ERROR:  canceling statement due to user request\n[8 57014] STATEMENT:  select\n[9 53100] PANIC:  could not write\nld.so: odd words\n[9 00000] DEBUG1:  x\n" + strings.Repeat("y", 3*maxLogLine))))
	require.Equal(t, []string{
		`level=INFO msg=ready from=postgres severity=LOG sqlstate=00000 pid=7`,
		`level=INFO msg="connection to client lost" from=postgres severity=FATAL sqlstate=08006 pid=6`,
		`level=ERROR msg="too many clients" from=postgres severity=FATAL sqlstate=53300 pid=6`,
		`level=WARN msg="duplicate key" from=postgres severity=ERROR sqlstate=23505 pid=8 detail="Key (id)=(1) already exists." statement="insert\ninto t"`,
		`level=INFO msg="canceling statement due to user request" from=postgres severity=ERROR sqlstate=57014 pid=8 statement=select`,
		`level=ERROR msg="could not write" from=postgres severity=PANIC sqlstate=53100 pid=9`,
		`level=ERROR msg="ld.so: odd words" from=postgres`,
		`level=DEBUG msg=x from=postgres severity=DEBUG1 sqlstate=00000 pid=9`,
		`level=DEBUG msg=` + strings.Repeat("y", maxLogLine) + ` from=postgres`,
	}, strings.Split(strings.TrimSpace(out.String()), "\n"))
}

// A part that comes late, or from another process, becomes a record of its own with the same level.
func TestLogsDoNotMixMessages(t *testing.T) {
	t.Parallel()
	records := make(recordChannel, 10)
	l := newLogs(slog.New(records))
	r, w := io.Pipe()
	go l.read(r)
	write := func(text string) {
		_, err := io.WriteString(w, text)
		require.NoError(t, err)
	}
	write("[8 23505] ERROR:  duplicate key\n[9 23505] DETAIL:  of another process\n")
	require.Equal(t, "WARN duplicate key", <-records)
	require.Equal(t, "WARN of another process", <-records)
	write("[8 23505] STATEMENT:  late\n")
	require.Equal(t, "WARN late", <-records)
	require.NoError(t, w.Close())
	<-l.done
}

// recordChannel is a log handler whose records tests receive one by one.
type recordChannel chan string

func (recordChannel) Enabled(context.Context, slog.Level) bool { return true }
func (c recordChannel) Handle(_ context.Context, r slog.Record) error {
	c <- r.Level.String() + " " + r.Message
	return nil
}
func (c recordChannel) WithAttrs([]slog.Attr) slog.Handler { return c }
func (c recordChannel) WithGroup(string) slog.Handler      { return c }

// PostgreSQL reports a lack of resources for each statement. The log has one record a minute, with the number of those left
// out.
func TestLogsOfALackOfResourcesAreLimited(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	l := newLogs(slog.New(slog.NewTextHandler(&out, nil)))
	now := time.Unix(1e9, 0)
	l.clock = func() time.Time { return now }
	full := l.take(message{}, `[7 53100] ERROR:  could not extend file "base/1": No space left on device`)
	full = l.take(full, `[7 53100] HINT:  Check free disk space.`)
	full = l.take(full, "[7 53100] STATEMENT:  insert")
	full = l.take(full, "\tinto t")
	require.Zero(t, l.full.Load())
	for range 17 {
		l.pass(full)
	}
	require.Equal(t, now.UnixNano(), l.full.Load())
	l.pass(l.take(message{}, "[8 53300] FATAL:  too many clients"))
	l.pass(l.take(message{}, "[8 53100] PANIC:  could not write"))
	now = now.Add(repeatPause)
	l.pass(full)
	l.pass(full)
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, lines, 4)
	require.Contains(t, lines[0], `msg="could not extend file \"base/1\": No space left on device" from=postgres severity=ERROR sqlstate=53100 pid=7 `+
		`hint="Check free disk space." statement="insert\ninto t"`)
	require.NotContains(t, lines[0], "similar_messages_left_out")
	require.Contains(t, lines[1], "too many clients")
	require.Contains(t, lines[2], "level=ERROR msg=\"could not write\"")
	require.Contains(t, lines[3], "similar_messages_left_out=16")
}

func TestLogsRememberTheLastLines(t *testing.T) {
	t.Parallel()
	l := newLogs(slog.New(slog.DiscardHandler))
	require.Contains(t, l.last(), "nothing")
	for i := range 3 * tailLines {
		l.keep(strings.Repeat("z", i))
	}
	lines := strings.Split(l.last(), "\n")
	require.Len(t, lines, tailLines)
	require.Len(t, lines[tailLines-1], 3*tailLines-1)
}
