//go:build unix

package pgembed

import (
	"bytes"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLogsKeepSeverity(t *testing.T) {
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
		"[9 53100] PANIC:  could not write\nld.so: odd words\n[9 00000] DEBUG1:  x\n" + strings.Repeat("y", 3*maxLogLine))))
	require.Equal(t, []string{
		`level=INFO msg=ready from=postgres severity=LOG sqlstate=00000 pid=7`,
		`level=INFO msg="connection to client lost" from=postgres severity=FATAL sqlstate=08006 pid=6`,
		`level=ERROR msg="too many clients" from=postgres severity=FATAL sqlstate=53300 pid=6`,
		`level=WARN msg="duplicate key" from=postgres severity=ERROR sqlstate=23505 pid=8`,
		`level=WARN msg="Key (id)=(1) already exists." from=postgres severity=DETAIL sqlstate=23505 pid=8`,
		`level=WARN msg=insert from=postgres severity=STATEMENT sqlstate=23505 pid=8`,
		`level=WARN msg="into t" from=postgres`,
		`level=ERROR msg="could not write" from=postgres severity=PANIC sqlstate=53100 pid=9`,
		`level=ERROR msg="ld.so: odd words" from=postgres`,
		`level=DEBUG msg=x from=postgres severity=DEBUG1 sqlstate=00000 pid=9`,
		`level=DEBUG msg=` + strings.Repeat("y", maxLogLine) + ` from=postgres`,
	}, strings.Split(strings.TrimSpace(out.String()), "\n"))
}

func TestLogsKeepTheLastLines(t *testing.T) {
	t.Parallel()
	l := newLogs(slog.New(slog.DiscardHandler))
	require.Contains(t, l.last(), "nothing")
	for i := range 3 * tailLines {
		l.record(strings.Repeat("z", i), slog.LevelInfo)
	}
	lines := strings.Split(l.last(), "\n")
	require.Len(t, lines, tailLines)
	require.Len(t, lines[tailLines-1], 3*tailLines-1)
}
