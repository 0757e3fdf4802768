package main_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// These tests run the binary as an operator does: they build it once, start
// it, read what it prints, and talk to it over HTTP.

var (
	// binary is what is tested.
	binary string
	// scratch holds the data directories. Other users may pass it, unlike the
	// directories of testing.T.
	scratch string
)

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "lox_test:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	if scratch, err = os.MkdirTemp("", "lox-system-"); err != nil {
		return 1, err
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	if err := os.Chmod(scratch, 0o755); err != nil {
		return 1, err
	}
	binary = filepath.Join(scratch, "lox")
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, ".")
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	if err := build.Run(); err != nil {
		return 1, fmt.Errorf("build lox: %w", err)
	}
	return m.Run(), nil
}

var dirs atomic.Int64

// newDir makes a directory that goes with the test. A server that still ends
// may be writing in it.
func newDir(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(scratch, strconv.FormatInt(dirs.Add(1), 10))
	require.NoError(t, os.Mkdir(dir, 0o755))
	require.NoError(t, os.Chmod(dir, 0o755)) // whatever the umask
	t.Cleanup(func() {
		require.Eventually(t, func() bool { return os.RemoveAll(dir) == nil }, patience, tick, "remove %s", dir)
	})
	return dir
}

// patience is how long anything may take that is waited for, on a machine with
// much else to do; tick is how often it is looked for.
const (
	patience = 90 * time.Second
	tick     = 5 * time.Millisecond
)
