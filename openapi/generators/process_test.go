package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func testWorkspace(t *testing.T) *workspace {
	t.Helper()
	w, err := newWorkspace(t.TempDir())
	require.NoError(t, err)
	return w
}

func TestCommandErrorHasLastOutput(t *testing.T) {
	w := testWorkspace(t)
	err := w.command("broken", w.dir, time.Minute, "sh", "-c", "echo first; echo last >&2; exit 3").run(t.Context())
	require.ErrorContains(t, err, "broken: exit status 3\nfirst\nlast")
}

func TestCommandIsKilledAtDeadlineWithChildren(t *testing.T) {
	w := testWorkspace(t)
	start := time.Now()
	// If the children still ran, run would wait until they close the log.
	err := w.command("slow", w.dir, 100*time.Millisecond, "sh", "-c", "sleep 60 & sleep 60").run(t.Context())
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.Less(t, time.Since(start), 10*time.Second)
}

func TestCommandRemovesTargetFirst(t *testing.T) {
	w := testWorkspace(t)
	target := filepath.Join(w.dir, "client")
	require.NoError(t, os.Mkdir(target, 0o755))
	require.NoError(t, w.command("fresh", w.dir, time.Minute, "test", "!", "-e", target).removing(target).run(t.Context()))
}

func TestInstallsOncePerLockFile(t *testing.T) {
	dir := t.TempDir()
	lock, times := filepath.Join(dir, "lock"), 0
	install := func() error {
		times++
		return nil
	}
	for _, step := range []struct {
		lock string
		want int
	}{{"a", 1}, {"a", 1}, {"b", 2}} {
		require.NoError(t, os.WriteFile(lock, []byte(step.lock), 0o600))
		require.NoError(t, installed(dir, "lock", "mark", install))
		assert.Equal(t, step.want, times)
	}
	require.NoError(t, os.WriteFile(lock, []byte("c"), 0o600))
	require.Error(t, installed(dir, "lock", "mark", func() error { return errors.New("no network") }))
	require.NoError(t, installed(dir, "lock", "mark", install))
	assert.Equal(t, 3, times, "a failed installation counted as done")
}

func TestReportFailsIfAClientFails(t *testing.T) {
	works := &result{client: "a", generates: "yes", compiles: "yes", works: "yes", grown: "yes"}
	absent := &result{client: "b", generates: "yes", compiles: "no compiler", works: "-", grown: "-"}
	broken := &result{client: "c", generates: "yes", compiles: "yes", works: "yes", grown: "FAILED", err: errors.New("unknown value")}
	require.NoError(t, report(io.Discard, []*result{works, absent}))
	var out strings.Builder
	require.EqualError(t, report(&out, []*result{works, broken}), "c: unknown value")
	assert.Contains(t, out.String(), "FAILED")
}

func TestChoose(t *testing.T) {
	all, err := choose("")
	require.NoError(t, err)
	assert.Equal(t, languages, all)
	chosen, err := choose("kotlin,rust")
	require.NoError(t, err)
	assert.Equal(t, "kotlin", chosen[0].name)
	assert.Equal(t, "rust", chosen[1].name)
	_, err = choose("cobol")
	require.Error(t, err)
}
