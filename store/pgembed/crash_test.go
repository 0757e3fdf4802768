//go:build linux

package pgembed

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRowsSurviveSIGKILL(t *testing.T) {
	t.Parallel()
	dir := private(t)
	rows := 0
	for round := range 5 {
		p := startHelper(t, dir)
		for range 3 {
			p.insert(t)
			rows++
		}
		if round%2 == 1 { // kill both at once, as the kernel's OOM killer or the end of a container may do
			require.NoError(t, syscall.Kill(p.postmaster, syscall.SIGKILL))
		}
		p.kill()

		s := startServer(t, Config{Dir: dir})
		require.Equal(t, rows, scalar[int](t, open(t, s.DSN()), `select count(*) from kept`), "round %d", round)
		require.NotEqual(t, p.postmaster, s.PID())
		require.False(t, inCluster(p.postmaster, filepath.Join(dir, "data")), "the old server has ended")
		require.NoError(t, s.Stop(testContext(t)))
	}
}

func TestServerDoesNotOutliveItsParent(t *testing.T) {
	t.Parallel()
	dir := private(t)
	p := startHelper(t, dir)
	postmaster := watchProcess(t, p.postmaster)
	p.kill()
	wait(t, postmaster)
	_, err := Attach(testContext(t), dir)
	require.ErrorIs(t, err, ErrNotRunning)
}

func TestKilledPostmasterIsReported(t *testing.T) {
	t.Parallel()
	dir := private(t)
	s := startServer(t, Config{Dir: dir})
	db := open(t, s.DSN())
	_, err := db.Exec(`create table kept as select 1 as v`)
	require.NoError(t, err)
	// A busy backend doesn't notice at once that its postmaster has ended, and blocks the next one.
	conn, err := db.Conn(testContext(t))
	require.NoError(t, err)
	defer conn.Close()
	busy := make(chan error, 1)
	go func() {
		_, err := conn.ExecContext(testContext(t), `select count(*) from generate_series(1, 100000000000)`)
		busy <- err
	}()
	for scalar[int](t, db, `select count(*) from pg_stat_activity where state = 'active' and query like '%generate_series(1, 1%'
		and pid <> pg_backend_pid()`) == 0 {
	}

	require.NoError(t, syscall.Kill(s.PID(), syscall.SIGKILL))
	wait(t, s.Done())
	require.ErrorContains(t, s.Err(), "signal: killed")
	require.Error(t, s.Stop(testContext(t)))

	again := startServer(t, Config{Dir: dir})
	require.Error(t, <-busy)
	require.Equal(t, 1, scalar[int](t, open(t, again.DSN()), `select v from kept`))
}

func TestShutdownByAnotherProcessIsReported(t *testing.T) {
	t.Parallel()
	s := startServer(t, Config{Dir: private(t)})
	require.NoError(t, syscall.Kill(s.PID(), syscall.SIGINT))
	wait(t, s.Done())
	require.ErrorContains(t, s.Err(), "received fast shutdown request")
}

// TestLeftoverIsStopped starts a postmaster without a lock, like one that has survived the kill -9 of its parent.
func TestLeftoverIsStopped(t *testing.T) {
	t.Parallel()
	dir := private(t)
	s := startServer(t, Config{Dir: dir})
	require.NoError(t, s.Stop(testContext(t)))
	data := filepath.Join(dir, "data")
	cfg := Config{Dir: dir, Settings: fast()}
	acct, in, err := openCluster(testContext(t), withLogger(cfg), dir, data)
	require.NoError(t, err)
	c, err := launch(in, acct, data, filepath.Join(dir, "socket"), fast(), newLogs(withLogger(cfg).Logger))
	require.NoError(t, err)
	require.NoError(t, c.ready(testContext(t), data))

	again := startServer(t, cfg)
	<-c.exited
	require.NoError(t, c.err, "a clean shutdown")
	require.Equal(t, 1, scalar[int](t, open(t, again.DSN()), `select 1`))
}

// TestReusedProcessIDDoesNotPreventTheStart writes the id of another process to the pid file of a dead server.
func TestReusedProcessIDDoesNotPreventTheStart(t *testing.T) {
	t.Parallel()
	dir := private(t)
	s := startServer(t, Config{Dir: dir})
	pidFile := filepath.Join(dir, "data", "postmaster.pid")
	content, err := os.ReadFile(pidFile)
	require.NoError(t, err)
	require.NoError(t, syscall.Kill(s.PID(), syscall.SIGKILL))
	wait(t, s.Done())
	// The other process has the same user: PostgreSQL ignores ids of other users' processes.
	other := startServer(t, Config{Dir: private(t)})
	_, rest, _ := cutLine(content)
	require.NoError(t, os.WriteFile(pidFile, fmt.Appendf(nil, "%s\n%s", strconv.Itoa(other.PID()), rest), 0o600))

	again := startServer(t, Config{Dir: dir})
	require.Equal(t, 1, scalar[int](t, open(t, again.DSN()), `select 1`))
	require.Equal(t, 1, scalar[int](t, open(t, other.DSN()), `select 1`), "the other process is unharmed")
}

// TestEmptyPIDFileDoesNotPreventTheStart: a server leaves an empty file if it is killed before it writes its id.
func TestEmptyPIDFileDoesNotPreventTheStart(t *testing.T) {
	t.Parallel()
	cfg := Config{Dir: private(t)}
	require.NoError(t, startServer(t, cfg).Stop(testContext(t)))
	data := filepath.Join(cfg.Dir, "data")
	uid, err := owner(data)
	require.NoError(t, err)
	empty := filepath.Join(data, "postmaster.pid")
	require.NoError(t, os.WriteFile(empty, nil, 0o600))
	require.NoError(t, os.Chown(empty, uid, -1))
	startServer(t, cfg)
}

func TestStillHeldRecognizesTheMessages(t *testing.T) {
	t.Parallel()
	held := &exitError{err: errors.New("exit status 1"), output: "FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use"}
	require.True(t, held.stillHeld())
	require.False(t, (&exitError{err: errors.New("x"), output: "FATAL:  out of memory"}).stillHeld())
}
