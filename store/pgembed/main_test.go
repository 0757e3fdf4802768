//go:build linux

package pgembed

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// helperDir is a variable that makes the test binary a helper process, which runs a server on the directory until it is
// killed.
const helperDir = "PGEMBED_TEST_HELPER_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(helperDir); dir != "" {
		if err := helper(dir); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// helper starts the server, commits a row for each line of its input, and prints the row's number.
func helper(dir string) error {
	s, err := Start(context.Background(), Config{Dir: dir})
	if err != nil {
		return err
	}
	db, err := sql.Open("postgres", s.DSN())
	if err != nil {
		return err
	}
	if _, err := db.Exec(`create table if not exists kept (id int generated always as identity)`); err != nil {
		return err
	}
	fmt.Println("started", s.PID())
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		var id int
		if err := db.QueryRow(`insert into kept default values returning id`).Scan(&id); err != nil {
			return err
		}
		fmt.Println("row", id)
	}
	return s.Stop(context.Background())
}

// process is a running helper.
type process struct {
	cmd        *exec.Cmd
	in         io.WriteCloser
	out        *bufio.Scanner
	postmaster int
}

func startHelper(t *testing.T, dir string) *process {
	t.Helper()
	p := spawnHelper(t, dir)
	p.postmaster = p.answer(t, "started")
	return p
}

// spawnHelper doesn't wait for the server.
func spawnHelper(t *testing.T, dir string) *process {
	t.Helper()
	exe, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), helperDir+"="+dir)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	p := &process{cmd: cmd, in: in, out: bufio.NewScanner(out)}
	t.Cleanup(func() { p.kill() })
	return p
}

func (p *process) answer(t *testing.T, word string) int {
	t.Helper()
	require.True(t, p.out.Scan(), "helper ended")
	got, number, _ := strings.Cut(p.out.Text(), " ")
	require.Equal(t, word, got, p.out.Text())
	n, err := strconv.Atoi(number)
	require.NoError(t, err)
	return n
}

func (p *process) insert(t *testing.T) int {
	t.Helper()
	_, err := io.WriteString(p.in, "\n")
	require.NoError(t, err)
	return p.answer(t, "row")
}

// kill sends SIGKILL and reaps the helper.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// fast returns settings for tests whose data needn't survive a power failure.
func fast() map[string]string { return map[string]string{"fsync": "off", "shared_buffers": "16MB"} }

func testContext(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func startServer(t *testing.T, cfg Config) *Server {
	t.Helper()
	if cfg.Settings == nil {
		cfg.Settings = fast()
	}
	s, err := Start(testContext(t), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Stop(testContext(t)) })
	return s
}

func open(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", dsn)
	require.NoError(t, err)
	t.Cleanup(func() { db.Close() })
	return db
}

func scalar[T any](t *testing.T, db *sql.DB, query string, args ...any) T {
	t.Helper()
	var v T
	require.NoError(t, db.QueryRowContext(testContext(t), query, args...).Scan(&v), query)
	return v
}

// wait returns when the channel is closed.
func wait(t *testing.T, ch <-chan struct{}) {
	t.Helper()
	select {
	case <-ch:
	case <-testContext(t).Done():
		t.Fatal("timed out")
	}
}

// private returns the path of a new directory, which doesn't exist yet, under a parent that only its owner can enter.
func private(t *testing.T) string {
	t.Helper()
	parent := t.TempDir()
	require.NoError(t, os.Chmod(parent, 0o700))
	return filepath.Join(parent, "pg")
}

// trigger is a log handler that calls act at the first record whose message contains text.
type trigger struct {
	text string
	once sync.Once
	act  func()
}

func (h *trigger) Enabled(context.Context, slog.Level) bool { return true }
func (h *trigger) WithAttrs([]slog.Attr) slog.Handler       { return h }
func (h *trigger) WithGroup(string) slog.Handler            { return h }
func (h *trigger) Handle(_ context.Context, r slog.Record) error {
	if strings.Contains(r.Message, h.text) {
		h.once.Do(h.act)
	}
	return nil
}
