//go:build linux

package pgembed

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

func withLogger(cfg Config) Config {
	cfg.Logger = slog.New(slog.DiscardHandler)
	return cfg
}

// cutLine splits at the first line feed.
func cutLine(b []byte) (first, rest []byte, found bool) { return bytes.Cut(b, []byte("\n")) }

// status returns a line of /proc/<pid>/status.
func status(t *testing.T, pid int, key string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	require.NoError(t, err)
	for line := range strings.Lines(string(b)) {
		if name, value, _ := strings.Cut(line, ":"); name == key {
			return strings.TrimSpace(value)
		}
	}
	t.Fatalf("no %s in the status of process %d", key, pid)
	return ""
}

// watchProcess returns a channel that is closed when the process, which needn't be a child, ends.
func watchProcess(t *testing.T, pid int) <-chan struct{} {
	t.Helper()
	fd, err := unix.PidfdOpen(pid, 0)
	require.NoError(t, err)
	ended := make(chan struct{})
	go func() {
		defer unix.Close(fd)
		for {
			n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, int(time.Minute.Milliseconds()))
			if !errors.Is(err, unix.EINTR) {
				if n == 1 {
					close(ended)
				}
				return
			}
		}
	}()
	return ended
}

// requireRoot skips a test that doesn't run as root. In CI it fails.
func requireRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		require.NotEqual(t, "true", os.Getenv("CI"), "needs root")
		t.Skip("needs root")
	}
}

// TestRootServesADirectoryThatTheAccountCannotEnter also checks that the server has no groups and no capabilities of root.
func TestRootServesADirectoryThatTheAccountCannotEnter(t *testing.T) {
	t.Parallel()
	requireRoot(t)
	s := startServer(t, Config{Dir: private(t), Superuser: true})
	for id := range strings.FieldsSeq(status(t, s.PID(), "Uid")) {
		require.NotEqual(t, "0", id)
	}
	require.Empty(t, status(t, s.PID(), "Groups"), "none of root's groups")
	for _, set := range []string{"CapEff", "CapPrm", "CapInh", "CapAmb"} {
		require.Empty(t, strings.Trim(status(t, s.PID(), set), "0"), set)
	}
	_, err := open(t, s.DSN()).Exec(`create table t as select generate_series(1, 1000); checkpoint`)
	require.NoError(t, err)
	require.True(t, scalar[bool](t, open(t, s.DSN()), `select pg_reload_conf()`))
}

// TestRootStartsAClusterRestoredAsRoot: all files of the cluster belong to root.
func TestRootStartsAClusterRestoredAsRoot(t *testing.T) {
	t.Parallel()
	requireRoot(t)
	dir := private(t)
	s := startServer(t, Config{Dir: dir})
	require.NoError(t, s.Stop(testContext(t)))
	require.NoError(t, exec.Command("chown", "-R", "root:root", dir).Run())
	startServer(t, Config{Dir: dir})
}

// TestPlainUserAndRootShareADirectory runs other tests as nobody. Then nobody and root take turns with a directory of nobody:
// root runs the server as nobody.
func TestPlainUserAndRootShareADirectory(t *testing.T) {
	requireRoot(t)
	nobody, err := user.Lookup("nobody")
	require.NoError(t, err)
	uid, err := strconv.Atoi(nobody.Uid)
	require.NoError(t, err)
	gid, err := strconv.Atoi(nobody.Gid)
	require.NoError(t, err)
	home, err := os.MkdirTemp("", "pgembed-nobody-") //nolint:usetesting // the parent of t.TempDir is private
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(home) })
	binary := filepath.Join(home, "pgembed.test")
	copyProgram(t, binary)
	require.NoError(t, os.Chown(home, uid, gid))

	run := func(env string, args ...string) *exec.Cmd {
		cmd := exec.Command(binary, args...)
		cmd.Dir = home
		cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "TMPDIR=" + home, env}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
		return cmd
	}
	out, err := run("A=B", "-test.run=^Test(Start|Rows|Killed|Leftover|Reused)", "-test.v").CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Contains(t, string(out), "--- PASS: TestRowsSurviveSIGKILL")

	// The lock and the password may be created by either user.
	dir := filepath.Join(home, "mine")
	asNobody := func(rows string) {
		cmd := run(helperDir + "=" + dir)
		cmd.Stdin = strings.NewReader(rows)
		out, err = cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
	cfg := Config{Dir: dir, accounts: accounts{shared: []string{"postgres"}}}
	asRoot := func(rows int) {
		s := startServer(t, cfg)
		require.Equal(t, rows, scalar[int](t, open(t, s.DSN()), `select count(*) from kept`))
		require.Equal(t, strconv.Itoa(uid), strings.Fields(status(t, s.PID(), "Uid"))[0])
		require.NoError(t, s.Stop(testContext(t)))
	}
	asNobody("\n\n")
	asRoot(2)
	asNobody("\n")
	for _, name := range []string{passwordFile, "lock"} {
		require.NoError(t, os.Remove(filepath.Join(dir, name)))
	}
	asRoot(3)
	asNobody("\n")

	// An account that other programs use, too, doesn't get the password.
	require.NoError(t, os.Remove(filepath.Join(dir, passwordFile)))
	cfg.accounts = accounts{}
	asRoot(4)
	got, err := owner(filepath.Join(dir, passwordFile))
	require.NoError(t, err)
	require.Zero(t, got)
}

func copyProgram(t *testing.T, to string) {
	t.Helper()
	exe, err := os.Open("/proc/self/exe")
	require.NoError(t, err)
	defer exe.Close()
	f, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o755)
	require.NoError(t, err)
	defer f.Close()
	_, err = io.Copy(f, exe)
	require.NoError(t, err)
	require.NoError(t, f.Chmod(0o755))
}
