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
	l.read(io.NopCloser(strings.NewReader("[7] LOG:  ready\n" +
		"[8] ERROR:  duplicate key\n[8] DETAIL:  Key (id)=(1) already exists.\n[8] STATEMENT:  insert\n\tinto t\n" +
		"[9] PANIC:  could not write\nld.so: odd words\n[9] DEBUG1:  x\n" + strings.Repeat("y", 3*maxLogLine))))
	require.Equal(t, []string{
		`level=INFO msg=ready from=postgres severity=LOG pid=7`,
		`level=WARN msg="duplicate key" from=postgres severity=ERROR pid=8`,
		`level=WARN msg="Key (id)=(1) already exists." from=postgres severity=DETAIL pid=8`,
		`level=WARN msg=insert from=postgres severity=STATEMENT pid=8`,
		`level=WARN msg="into t" from=postgres`,
		`level=ERROR msg="could not write" from=postgres severity=PANIC pid=9`,
		`level=ERROR msg="ld.so: odd words" from=postgres`,
		`level=DEBUG msg=x from=postgres severity=DEBUG1 pid=9`,
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
