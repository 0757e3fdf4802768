package client

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

// TestPushStoresTheOutputOfACommand also checks that the standard error of the command is shown.
func TestPushStoresTheOutputOfACommand(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	path, content := newFile(t, "x", large)
	said, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	require.NoError(t, err)
	defer said.Close()
	h.stderr = said
	id := h.push("--from-command", "--name", "app-nightly", "--", "sh", "-c", `cat "$0"; echo "$1" >&2`, path, "--name")
	text, err := os.ReadFile(said.Name())
	require.NoError(t, err)
	assert.Equal(t, "--name\n", string(text))
	h.stderr = nil
	assert.Contains(t, h.must("show", id), "app-nightly")
	out := filepath.Join(t.TempDir(), "out")
	h.must("pull", "--quiet", id, "-o", out)
	requireFile(t, out, content)
}

// TestPushOfAFailingCommandMakesNoBackup covers failures at any point of the output. A key that may not delete leaves a
// pending backup, and no completed one.
func TestPushOfAFailingCommandMakesNoBackup(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	path, _ := newFile(t, "x", large)
	for script, want := range map[string]string{
		`exit 3`:                                 "sh failed (exit status 3), so no backup is made of what it wrote",
		`head -c 1000 "$0"; exit 1`:              "sh failed (exit status 1), so no",
		`cat "$0"; exit 1`:                       "sh failed (exit status 1), so no",
		`head -c 33554432 "$0"; exit 1`:          "sh failed (exit status 1), so no", // exactly one part
		`cat "$0"; kill -KILL $$`:                "sh failed (signal: killed), so no",
		`cat "$0"; exec >&-; exit 1`:             "sh failed (exit status 1), so no",
		`exec bash -o pipefail -c "false | cat"`: "sh failed (exit status 1), so no",
		`true`:                                   "the stream is empty",
	} {
		code := exitFailed
		if script == "true" {
			code = exitUsage
		}
		assert.Contains(t, h.fails(code, "push", "--from-command", "--name", "x", "--quiet", "--", "sh", "-c", script, path), want, script)
		assert.Empty(t, ids(t, h.must("ls", "--json")), script)
	}

	_, key := h.newKey(func(*lox.APIKey) {}, lox.ScopeBackupsWrite)
	owner := h.key
	h.with(key).fails(exitFailed, "push", "--from-command", "--name", "x", "--quiet", "--", "sh", "-c", `cat "$0"; exit 1`, path)
	h.with(owner)
	assert.Equal(t, lox.StatusPending, h.newestBackup().Status)
	assert.Empty(t, ids(t, h.must("ls", "--json", "--status", "completed")))
	h.fails(exitNotFound, "pull", "x", "-o", filepath.Join(t.TempDir(), "out"))
}

func TestUsageErrorsOfFromCommand(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	for args, want := range map[string]string{
		"--from-command --name x":              "want the command after --",
		"--from-command --name x --":           "want the command after --",
		"--from-command --name x true":         "want the command after --",
		"--from-command --name x a -- true":    "want the command after --",
		"--from-command -- true":               "want --name",
		"--from-command --name x -- lox-no-pr": `"lox-no-pr": executable file not found in $PATH`,
		"--name x -- true false":               "want: lox push (FILE | DIR | - | --from-command -- COMMAND [ARG...])",
	} {
		assert.Contains(t, h.fails(exitUsage, append([]string{"push"}, strings.Fields(args)...)...), want, args)
	}
	assert.Empty(t, ids(t, h.must("ls", "--json")))
}

// requireEnded fails if the process whose id is in a file still exists, also as a zombie.
func requireEnded(t *testing.T, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	require.NoError(t, err)
	require.ErrorIs(t, syscall.Kill(pid, 0), syscall.ESRCH)
}

// TestInterruptedCommandMakesNoBackup has a command that exits with 0 after SIGTERM: its output is incomplete all the same.
func TestInterruptedCommandMakesNoBackup(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	path, _ := newFile(t, "x", large)
	pid := filepath.Join(t.TempDir(), "pid")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	h.onPart(func(int64, http.ResponseWriter, *http.Request) bool {
		cancel()
		return false
	})
	script := `trap 'echo ended >"$1.ended"; kill $!; exit 0' TERM; echo $$ >"$1"; sleep 1000 >&- & cat "$0"; wait`
	r := h.runContext(ctx, "push", "--from-command", "--name", "x", "--quiet", "--", "sh", "-c", script, path, pid)
	assert.Equal(t, result{err: "lox: interrupted: nothing is stored, and the same command begins again\n", code: exitInterrupted}, r)
	requireEnded(t, pid)
	assert.FileExists(t, pid+".ended")
	assert.Empty(t, ids(t, h.must("ls", "--json")))
}

func TestCommandIsStoppedWhenThePushFails(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	pid := filepath.Join(t.TempDir(), "pid")
	h.before.Store(new(refusesAll))
	h.fails(exitRefused, "push", "--from-command", "--name", "x", "--quiet", "--", "sh", "-c", `echo $$ >"$0"; exec cat /dev/zero`, pid)
	requireEnded(t, pid)
}

func TestCommandThatIgnoresSIGTERMIsKilled(t *testing.T) {
	t.Parallel()
	pid := filepath.Join(t.TempDir(), "pid")
	out, err := startCommand(t.Context(), []string{"sh", "-c", `trap '' TERM PIPE; echo $$ >"$0"; echo ready; exec sleep 1000`, pid}, io.Discard, time.Millisecond)
	require.NoError(t, err)
	ready := make([]byte, 6)
	_, err = io.ReadFull(out, ready)
	require.NoError(t, err)
	out.end()
	requireEnded(t, pid)
	_, err = out.Read(ready)
	assert.ErrorIs(t, err, context.Canceled)
}
