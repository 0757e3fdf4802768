//go:build linux

package pgembed

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestStartCreatesADatabaseThatSurvivesARestart(t *testing.T) {
	t.Parallel()
	dir := private(t)
	s := startServer(t, Config{Dir: dir})
	db := open(t, s.DSN())
	require.Equal(t, "lox", scalar[string](t, db, `select current_database()`))
	require.Equal(t, User, scalar[string](t, db, `select current_user`))
	require.Equal(t, User, scalar[string](t, db, `select pg_get_userbyid(datdba) from pg_database where datname = current_database()`))
	require.False(t, scalar[bool](t, db, `select rolsuper or rolcreaterole or rolreplication or rolbypassrls from pg_roles where rolname = current_user`))
	require.Equal(t, "UTF8", scalar[string](t, db, `show server_encoding`))
	require.Equal(t, "C", scalar[string](t, db, `select datcollate from pg_database where datname = 'lox'`))
	require.Equal(t, "on", scalar[string](t, db, `show data_checksums`))
	require.Equal(t, "UTC", scalar[string](t, db, `show timezone`))
	require.Empty(t, scalar[string](t, db, `show listen_addresses`))
	require.Equal(t, "100", scalar[string](t, db, `show max_connections`))
	require.Equal(t, "16MB", scalar[string](t, db, `show shared_buffers`), "a setting overrides the default")
	_, err := db.Exec(`create table kept as select 42 as v`)
	require.NoError(t, err)

	info, err := os.Stat(s.socketDir)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm(), "only the owner reaches the socket")
	pgid, err := syscall.Getpgid(s.PID())
	require.NoError(t, err)
	require.Equal(t, s.PID(), pgid, "Ctrl-C must not reach the server")
	require.NoError(t, s.Err())

	require.NoError(t, s.Stop(testContext(t)))
	wait(t, s.Done())
	require.NoError(t, s.Err())
	require.NoError(t, s.Stop(testContext(t)), "a second Stop")

	again := startServer(t, Config{Dir: dir})
	require.Equal(t, 42, scalar[int](t, open(t, again.DSN()), `select v from kept`))
	require.NotEmpty(t, scalar[string](t, open(t, again.DSNFor("postgres")), `select version()`))
}

func TestDefaultsAreDurable(t *testing.T) {
	t.Parallel()
	s := startServer(t, Config{Dir: private(t), Settings: map[string]string{"shared_buffers": "16MB"}})
	db := open(t, s.DSN())
	for name, want := range map[string]string{"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "jit": "off"} {
		require.Equal(t, want, scalar[string](t, db, `select current_setting($1)`, name), name)
	}
}

func TestSecondStartIsRefused(t *testing.T) {
	t.Parallel()
	dir := private(t)
	s := startServer(t, Config{Dir: dir})
	_, err := Start(testContext(t), Config{Dir: dir, Settings: fast()})
	require.ErrorIs(t, err, ErrInUse)
	require.Equal(t, 1, scalar[int](t, open(t, s.DSN()), `select 1`), "the first one is unharmed")
}

func TestAttachFindsARunningServer(t *testing.T) {
	t.Parallel()
	dir := private(t)
	_, err := Attach(testContext(t), dir)
	require.ErrorIs(t, err, ErrNotRunning, "no directory")

	s := startServer(t, Config{Dir: dir})
	dsn, err := Attach(testContext(t), dir)
	require.NoError(t, err)
	require.Equal(t, s.DSN(), dsn)
	require.Equal(t, 1, scalar[int](t, open(t, dsn), `select 1`))

	require.NoError(t, s.Stop(testContext(t)))
	_, err = Attach(testContext(t), dir)
	require.ErrorIs(t, err, ErrNotRunning, "stopped")
}

func TestAttachWaitsForAStartingServer(t *testing.T) {
	t.Parallel()
	dir := private(t)
	begun, attached := make(chan struct{}), make(chan error, 1)
	go func() {
		<-begun
		dsn, err := Attach(context.Background(), dir)
		if err == nil {
			err = ping(context.Background(), dsn)
		}
		attached <- err
	}()
	log := slog.New(&trigger{text: "creating the embedded database", act: func() { close(begun) }})
	startServer(t, Config{Dir: dir, Logger: log})
	require.NoError(t, <-attached)
}

func TestLongAndUnusualPathsWork(t *testing.T) {
	t.Parallel()
	for name, last := range map[string]string{
		"too long for a socket": strings.Repeat("long", 30),
		"comma":                 "a,b",
		"quotes and spaces":     `it's a "dir" \ of [mine]`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(private(t), last)
			s := startServer(t, Config{Dir: dir})
			dsn, err := Attach(testContext(t), dir)
			require.NoError(t, err)
			require.Equal(t, 1, scalar[int](t, open(t, dsn), `select 1`))
			info, err := os.Lstat(s.socketDir)
			require.NoError(t, err)
			require.Equal(t, os.FileMode(0o700), info.Mode().Perm())
			require.NoError(t, s.Stop(testContext(t)))
			if s.socketDir != s.socket {
				require.NoDirExists(t, s.socketDir, "nothing is left in the temporary directory")
			}
			startServer(t, Config{Dir: dir})
		})
	}
}

func TestSocketDirOfAnotherUserIsRefused(t *testing.T) {
	t.Parallel()
	link, lax := filepath.Join(t.TempDir(), "socket"), t.TempDir()
	require.NoError(t, os.Chmod(lax, 0o755))
	require.NoError(t, os.Symlink(lax, link))
	me := account{uid: os.Geteuid(), gid: os.Getegid()}
	_, err := findSocketDir(link, me.uid)
	require.Error(t, err, "others may enter it")
	require.NoError(t, os.Chmod(lax, 0o700))
	_, err = findSocketDir(link, me.uid+1)
	require.Error(t, err, "another user's")
	got, err := findSocketDir(link, me.uid)
	require.NoError(t, err)
	require.Equal(t, lax, got)
}

func TestStartErrorHasTheLastLogLines(t *testing.T) {
	t.Parallel()
	dir := private(t)
	_, err := Start(testContext(t), Config{Dir: dir, Settings: map[string]string{
		"fsync": "off", "shared_preload_libraries": "no_such_library",
	}})
	require.ErrorContains(t, err, `could not access file "no_such_library"`)
	startServer(t, Config{Dir: dir})
}

func TestReservedSettingsAreRefused(t *testing.T) {
	t.Parallel()
	dir := private(t)
	_, err := Start(testContext(t), Config{Dir: dir, Settings: map[string]string{"Listen_Addresses": "*"}})
	require.ErrorContains(t, err, "listen_addresses")
	require.NoDirExists(t, dir)
}

func TestCanceledStartLeavesNoProcess(t *testing.T) {
	t.Parallel()
	for name, at := range map[string]string{
		"in initdb":         "creating the embedded database",
		"before it listens": "starting PostgreSQL",
		"when it is ready":  "ready to accept connections",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := private(t)
			cause := errors.New("changed my mind")
			ctx, cancel := context.WithCancelCause(context.Background())
			defer cancel(nil)
			log := slog.New(&trigger{text: at, act: func() { cancel(cause) }})
			s, err := Start(ctx, Config{Dir: dir, Settings: fast(), Logger: log})
			if err == nil { // Start may have finished before the cancellation
				require.Equal(t, "when it is ready", name)
				require.NoError(t, s.Stop(testContext(t)))
			}
			require.NoDirExists(t, filepath.Join(dir, "data.new"))
			if runs, _ := leftovers(filepath.Join(dir, "data")); len(runs) > 0 {
				t.Fatalf("still running: %v", runs)
			}
			startServer(t, Config{Dir: dir})
		})
	}
}

func TestStopEscalatesWhenItsContextEnds(t *testing.T) {
	t.Parallel()
	s := startServer(t, Config{Dir: private(t), Superuser: true})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	// Stopped (as in SIGSTOP) children of the postmaster don't take part in a fast shutdown.
	db := open(t, s.DSN())
	walwriter := scalar[int](t, db, `select pid from pg_stat_activity where backend_type = 'walwriter'`)
	require.NoError(t, syscall.Kill(walwriter, syscall.SIGSTOP))
	err := s.Stop(ctx)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, "did not shut down in time")
	wait(t, s.Done())
}
