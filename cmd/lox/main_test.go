package main_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/store/pgembed"
	"github.com/backlox/lox/store/storetest"
)

// These tests run the binary as an operator does: they build it once, start it, read its output,
// and use it over HTTP.

var (
	// binary is the tested program.
	binary string
	// scratch has the data directories. Other users may enter it, unlike the directories of
	// testing.T.
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
	defer func() { err = errors.Join(err, stopExternal()) }()
	return m.Run(), nil
}

var dirs atomic.Int64

// newDir creates a directory that is removed after the test. A server that is still ending may
// write to it.
func newDir(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(scratch, strconv.FormatInt(dirs.Add(1), 10))
	require.NoError(t, os.Mkdir(dir, 0o755))
	require.NoError(t, os.Chmod(dir, 0o755)) // whatever the umask is
	t.Cleanup(func() {
		require.Eventually(t, func() bool { return os.RemoveAll(dir) == nil }, patience, tick, "remove %s", dir)
	})
	return dir
}

// used is a data directory of a server that has run and was stopped. Creating one takes seconds.
var used = sync.OnceValues(func() (string, error) {
	s := setup{dir: filepath.Join(scratch, "used")}
	cmd := s.command("serve")
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", err
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() && !baseURL.MatchString(lines.Text()+"\n") {
	}
	_ = cmd.Process.Signal(syscall.SIGTERM)
	_, err = io.Copy(io.Discard, out)
	return s.dir, errors.Join(lines.Err(), err, cmd.Wait())
})

// usedDir creates a data directory as a server leaves it, for tests that aren't about the first
// start.
func usedDir(t testing.TB) string {
	t.Helper()
	from, err := used()
	require.NoError(t, err)
	dir := newDir(t)
	out, err := exec.CommandContext(t.Context(), "cp", "-a", from+"/.", dir).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return dir
}

// external is a PostgreSQL that isn't LOX's own, for all tests: initdb and the first start take two
// seconds of processor time. Only tests that connect through externalDatabase use it.
var external = sync.OnceValues(func() (*pgembed.Server, error) {
	server, err := pgembed.Start(context.Background(), pgembed.Config{
		Dir: filepath.Join(scratch, "external"), Settings: map[string]string{"fsync": "off", "max_connections": "400"},
	})
	if err == nil {
		stopExternal = func() error { return server.Stop(context.Background()) }
	}
	return server, err
})

var (
	stopExternal = func() error { return nil }
	databases    atomic.Int64
)

// externalDatabase creates an empty database on a server that isn't LOX's own and returns its DSN.
// It exists until all tests have ended.
func externalDatabase(t testing.TB) string {
	t.Helper()
	server, err := external()
	require.NoError(t, err)
	return server.DSNFor(createDatabase(t, server.DSN(), "external"))
}

// createDatabase creates an empty database on the server of a DSN and returns its name.
func createDatabase(t testing.TB, dsn, prefix string) (name string) {
	t.Helper()
	name = prefix + "_" + strconv.FormatInt(databases.Add(1), 10)
	_, err := storetest.SQL(t, dsn).ExecContext(t.Context(), "create database "+name)
	require.NoError(t, err)
	return name
}

// patience is how long tests wait for anything, on a busy machine; tick is the polling interval.
const (
	patience = 90 * time.Second
	tick     = 5 * time.Millisecond
)
