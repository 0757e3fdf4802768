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

func TestCommandSaysWhatWasPrintedLast(t *testing.T) {
	w := testWorkspace(t)
	err := w.command("broken", w.dir, time.Minute, "sh", "-c", "echo first; echo last >&2; exit 3").run(t.Context())
	require.ErrorContains(t, err, "broken: exit status 3\nfirst\nlast")
}

func TestCommandEndsAtItsDeadlineWithItsChildren(t *testing.T) {
	w := testWorkspace(t)
	begun := time.Now()
	// Without the children's end their output would keep the log open.
	err := w.command("slow", w.dir, 100*time.Millisecond, "sh", "-c", "sleep 60 & sleep 60").run(t.Context())
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.Less(t, time.Since(begun), 10*time.Second)
}

func TestCommandRemovesItsTarget(t *testing.T) {
	w := testWorkspace(t)
	target := filepath.Join(w.dir, "client")
	require.NoError(t, os.Mkdir(target, 0o755))
	require.NoError(t, w.command("fresh", w.dir, time.Minute, "test", "!", "-e", target).anew(target).run(t.Context()))
}

func TestOneInstallationPerLock(t *testing.T) {
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
	assert.Equal(t, 3, times, "an installation that failed was taken for one")
}

func TestReportFailsIfAClientDoes(t *testing.T) {
	works := &result{client: "a", generates: "yes", compiles: "yes", works: "yes", grown: "yes"}
	absent := &result{client: "b", generates: "yes", compiles: "no compiler", works: "-", grown: "-"}
	broken := &result{client: "c", generates: "yes", compiles: "yes", works: "yes", grown: "FAILS", err: errors.New("unknown value")}
	require.NoError(t, report(io.Discard, []*result{works, absent}))
	var out strings.Builder
	require.EqualError(t, report(&out, []*result{works, broken}), "c: unknown value")
	assert.Contains(t, out.String(), "FAILS")
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
