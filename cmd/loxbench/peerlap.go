package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// peerTool stores a cargo and fetches it: LOX, cp, and what LOX is compared with.
type peerTool struct {
	name    string
	servers []int // the processes that it talks to, but for what they have started
	limit   bool  // it is no peer, but what a disk can do
	dir     string
	env     environment

	// begin makes what is there before somebody stores, such as an empty repository. It isn't measured.
	begin func(ctx context.Context, u *clientUse) error
	push  func(ctx context.Context, u *clientUse) error
	pull  func(ctx context.Context, u *clientUse, to string) error
	// clear removes what was stored; a directory stays until the end, see lap.
	clear func(ctx context.Context, u *clientUse) error
	// fetched is where below the target the files are.
	fetched func(to string) string
}

// peerLap is what one tool did in a round.
type peerLap struct{ push, pull peerTake }

// peerTake is what a transfer took.
type peerTake struct {
	took           time.Duration
	client, server time.Duration // of the processors
	// The most memory that a process of each was resident in, in bytes; 0 is unknown.
	clientPeak, serverPeak int64
}

// clientUse is what commands took of the processors, and of memory.
type clientUse struct {
	tool  *peerTool
	round int
	cpu   time.Duration
	peak  int64
}

// key is what is stored in a round: each stores anew.
func (u *clientUse) key() string { return "cargo-" + strconv.Itoa(u.round) }

// run runs a command of the tool, and returns what it printed.
func (u *clientUse) run(ctx context.Context, name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, peerTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = u.tool.environ()
	var out, failed bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &failed
	err := cmd.Run()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s%s", filepath.Base(name), strings.Join(args, " "), err, out.Bytes(), failed.Bytes())
	}
	u.cpu += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	if of, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		u.peak = max(u.peak, of.Maxrss<<10)
	}
	return strings.TrimSpace(out.String()), nil
}

// environ is that of the tool's commands: their settings and caches are below the testbed, whatever
// the user has.
func (t *peerTool) environ() []string {
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.dir, "TMPDIR=" + t.dir, "LANG=C.UTF-8"}
	for name, value := range t.env {
		env = append(env, name+"="+value)
	}
	return env
}

// lap has the tool store and fetch a cargo once. In the first round it is looked at whether the right
// bytes were fetched. Both copies of a file are removed then, but not those of a directory: for minutes ext4
// looks for inodes other than those of files that were removed, and whoever makes thousands of files next would
// spend most of the time with that.
func (t *peerTool) lap(ctx context.Context, c cargo, source string, round int) (found peerLap, err error) {
	if err := os.MkdirAll(t.dir, 0o700); err != nil {
		return found, err
	}
	aside := &clientUse{tool: t, round: round}
	if t.begin != nil {
		if err := t.begin(ctx, aside); err != nil {
			return found, err
		}
	}
	if found.push, err = t.take(round, func(u *clientUse) error { return t.push(ctx, u) }); err != nil {
		return found, fmt.Errorf("push: %w", err)
	}
	to := filepath.Join(t.dir, "fetched-"+strconv.Itoa(round))
	if found.pull, err = t.take(round, func(u *clientUse) error { return t.pull(ctx, u, to) }); err != nil {
		return found, fmt.Errorf("pull: %w", err)
	}
	got := to
	if t.fetched != nil {
		got = t.fetched(to)
	}
	if round == 0 {
		err = sameFiles(source, got)
	} else {
		err = sameSize(got, c)
	}
	if err == nil && c.files == 0 {
		err = errors.Join(os.RemoveAll(t.dir), t.clear(ctx, aside))
	}
	return found, err
}

// take measures.
func (t *peerTool) take(round int, do func(u *clientUse) error) (found peerTake, err error) {
	// What others left to be written is no business of this one.
	syscall.Sync()
	for _, pid := range t.servers {
		// See proc_pid_clear_refs(5): 5 resets the peak of resident memory. Where there is none, the peak
		// is that of all rounds.
		_ = os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0)
	}
	before := t.serverCPU()
	u := &clientUse{tool: t, round: round}
	began := time.Now()
	err = do(u)
	found.took = time.Since(began)
	found.client, found.clientPeak = u.cpu, u.peak
	found.server = t.serverCPU() - before
	for _, pid := range t.servers {
		found.serverPeak = max(found.serverPeak, (&process{pid: pid}).peak())
	}
	return found, err
}

func (t *peerTool) serverCPU() (sum time.Duration) {
	for _, pid := range t.servers {
		sum += cpuOf(pid) + cpuBelow(pid)
	}
	return sum
}

// sameSize fails unless so many bytes were fetched: a tool that does less than it should must not look fast.
func sameSize(got string, c cargo) error {
	var files, bytes int64
	err := filepath.WalkDir(got, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		files, bytes = files+1, bytes+info.Size()
		return nil
	})
	if err == nil && (files != max(1, int64(c.files)) || bytes != c.bytes()) {
		err = fmt.Errorf("%d files of %d bytes were fetched, not %d of %d", files, bytes, max(1, c.files), c.bytes())
	}
	return err
}

// sameFiles fails unless every file of one directory, or the one file, is in the other with the same bytes.
func sameFiles(want, got string) error {
	return filepath.WalkDir(want, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		of, err := filepath.Rel(want, path)
		if err != nil {
			return err
		}
		wanted, err := sumOf(path)
		if err != nil {
			return err
		}
		found, err := sumOf(filepath.Join(got, of))
		if err == nil && found != wanted {
			err = fmt.Errorf("%s has other bytes than %s", filepath.Join(got, of), path)
		}
		return err
	})
}

func sumOf(name string) (sum [sha256.Size]byte, err error) {
	f, err := os.Open(name)
	if err != nil {
		return sum, err
	}
	defer f.Close()
	hash := sha256.New()
	_, err = io.Copy(hash, f)
	return [sha256.Size]byte(hash.Sum(nil)), err
}
