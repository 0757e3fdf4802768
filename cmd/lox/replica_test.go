package main_test

import (
	"database/sql"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"

	_ "github.com/lib/pq" // opens connections
	"github.com/stretchr/testify/require"
)

// replica is one of two PostgreSQL servers, of which one follows the other.
type replica struct {
	programs string // PostgreSQL's program directory
	data     string
	host     string // nothing else listens at it
	exited   chan struct{}
	cmd      *exec.Cmd
	log      output
}

const replicaPort = "5432"

// startReplicas starts a primary and a standby with streaming replication. The primary has a
// database lox.
func startReplicas(t *testing.T) (primary, standby *replica) {
	t.Helper()
	dir := newDir(t)
	require.NoError(t, os.Chown(dir, int(postgresAccount(t).Uid), -1))
	primary, standby = newReplica(t, filepath.Join(dir, "a")), newReplica(t, filepath.Join(dir, "b"))
	primary.run(t, "initdb", "-D", primary.data, "-U", "lox", "--auth=trust", "--no-sync", "--locale=C", "--encoding=UTF8")
	primary.start(t)
	_, err := primary.sql(t, "postgres").ExecContext(t.Context(), "create database lox")
	require.NoError(t, err)
	standby.run(t, "pg_basebackup", "-D", standby.data, "-h", primary.host, "-p", replicaPort, "-U", "lox", "--checkpoint=fast", "--no-sync")
	standby.follow(t, primary)
	standby.start(t)
	return primary, standby
}

func newReplica(t *testing.T, data string) *replica {
	t.Helper()
	initdb, err := filepath.EvalSymlinks(postgresProgram(t, "initdb"))
	require.NoError(t, err)
	return &replica{
		programs: filepath.Dir(initdb), data: data,
		host: fmt.Sprintf("127.%d.%d.%d", 1+rand.IntN(254), rand.IntN(255), 1+rand.IntN(254)),
	}
}

// postgresAccount is the account that runs PostgreSQL, which must not be root.
func postgresAccount(t *testing.T) *syscall.Credential {
	t.Helper()
	if os.Geteuid() != 0 {
		return &syscall.Credential{Uid: uint32(os.Geteuid()), Gid: uint32(os.Getegid())}
	}
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			uid, err := strconv.Atoi(u.Uid)
			require.NoError(t, err)
			gid, err := strconv.Atoi(u.Gid)
			require.NoError(t, err)
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		}
	}
	require.FailNow(t, "there is no account for PostgreSQL")
	return nil
}

func (r *replica) command(t *testing.T, program string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(filepath.Join(r.programs, program), args...)
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT}
	if os.Geteuid() == 0 {
		cmd.SysProcAttr.Credential = postgresAccount(t)
	}
	return cmd
}

func (r *replica) run(t *testing.T, program string, args ...string) {
	t.Helper()
	out, err := r.command(t, program, args...).CombinedOutput()
	require.NoError(t, err, "%s: %s", program, out)
}

// start starts the server and waits until it accepts connections.
func (r *replica) start(t *testing.T) {
	t.Helper()
	r.cmd = r.command(t, "postgres", "-D", r.data, "-p", replicaPort, "-c", "listen_addresses="+r.host, "-c", "unix_socket_directories=",
		"-c", "fsync=off", "-c", "wal_keep_size=64MB", "-c", "max_connections=100")
	r.cmd.Stdout, r.cmd.Stderr = &r.log, &r.log
	r.exited = make(chan struct{})
	exited, started := r.exited, make(chan error, 1)
	go func() {
		started <- r.cmd.Start()
		_ = r.cmd.Wait()
		close(exited)
	}()
	require.NoError(t, <-started)
	t.Cleanup(func() { r.stop(t) })
	db := r.sql(t, "postgres")
	require.Eventually(t, func() bool { return db.PingContext(t.Context()) == nil }, patience, tick, "%s", r.log.tail())
}

// stop ends the server after all its changes were sent to its standby.
func (r *replica) stop(t *testing.T) {
	t.Helper()
	_ = r.cmd.Process.Signal(syscall.SIGINT) // fails if it has ended
	<-r.exited
}

// follow makes the server, which isn't running, the standby of another one.
func (r *replica) follow(t *testing.T, primary *replica) {
	t.Helper()
	settings, err := os.OpenFile(filepath.Join(r.data, "postgresql.auto.conf"), os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = fmt.Fprintf(settings, "primary_conninfo = 'host=%s port=%s user=lox'\n", primary.host, replicaPort)
	require.NoError(t, err)
	require.NoError(t, settings.Close())
	signal := filepath.Join(r.data, "standby.signal")
	require.NoError(t, os.WriteFile(signal, nil, 0o600))
	require.NoError(t, os.Chown(signal, int(postgresAccount(t).Uid), -1))
}

// caughtUp waits until the standby has all changes of its primary.
func (r *replica) caughtUp(t *testing.T, primary *replica) {
	t.Helper()
	var at string
	require.NoError(t, primary.sql(t, "postgres").QueryRowContext(t.Context(), `select pg_current_wal_lsn()`).Scan(&at))
	db := r.sql(t, "postgres")
	require.Eventually(t, func() bool {
		var reached bool
		require.NoError(t, db.QueryRowContext(t.Context(), `select pg_last_wal_replay_lsn() >= $1::pg_lsn`, at).Scan(&reached))
		return reached
	}, patience, tick)
}

// promote makes the standby a primary.
func (r *replica) promote(t *testing.T) {
	t.Helper()
	var promoted bool
	require.NoError(t, r.sql(t, "postgres").QueryRowContext(t.Context(), `select pg_promote()`).Scan(&promoted))
	require.True(t, promoted)
}

// sql connects to the server itself.
func (r *replica) sql(t *testing.T, database string) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", fmt.Sprintf("host=%s port=%s user=lox dbname=%s sslmode=disable", r.host, replicaPort, database))
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	db.SetMaxIdleConns(0) // a stopping server must not wait for idle connections
	return db
}

// fixedAddress is an address that forwards to a server, which can change. Existing connections stay
// with their server.
type fixedAddress struct {
	net.Listener

	mu sync.Mutex
	to *replica
}

func newFixedAddress(t *testing.T, to *replica) *fixedAddress {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	a := &fixedAddress{Listener: l, to: to}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			go a.serve(from)
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		serving.Wait()
	})
	return a
}

func (a *fixedAddress) lead(to *replica) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.to = to
}

func (a *fixedAddress) serve(from net.Conn) {
	defer func() { _ = from.Close() }()
	a.mu.Lock()
	host := a.to.host
	a.mu.Unlock()
	to, err := net.Dial("tcp", net.JoinHostPort(host, replicaPort))
	if err != nil {
		return
	}
	defer func() { _ = to.Close() }()
	go func() {
		_, _ = io.Copy(from, to)
		_ = from.Close()
	}()
	_, _ = io.Copy(to, from)
}

// dsn is for LOX.
func (a *fixedAddress) dsn() string {
	return "postgres://lox@" + a.Addr().String() + "/lox?sslmode=disable"
}
