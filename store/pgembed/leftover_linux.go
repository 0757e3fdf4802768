package pgembed

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// stopLeftovers ends every process that still works on the cluster: a server whose parent was killed a moment ago, or
// the children of a postmaster that was. The caller holds the directory's lock, so nothing else starts one meanwhile.
//
// A postmaster is asked for a fast shutdown, after 5 s for an immediate one, after 12 s it is killed. Children without
// a postmaster have nothing left to save: they are told to quit, after 2 s killed.
func stopLeftovers(ctx context.Context, data string, logger *slog.Logger) error {
	begin := time.Now()
	sent := map[int]syscall.Signal{}
	for wait := 2 * time.Millisecond; ; wait = min(wait*3/2, 20*time.Millisecond) {
		left, err := leftovers(data)
		if err != nil {
			return err
		}
		if len(left) == 0 {
			return dropForeignPIDFile(data)
		}
		orphans := true
		for _, p := range left {
			orphans = orphans && !p.postmaster
		}
		for _, p := range left {
			sig := leftoverSignal(p.postmaster, orphans, time.Since(begin))
			if sig == 0 || sent[p.pid] == sig {
				continue
			}
			sent[p.pid] = sig
			logger.WarnContext(ctx, "stopping a process of an earlier database server",
				slog.Int("pid", p.pid), slog.String("signal", sig.String()))
			if err := signalInCluster(p.pid, data, sig); err != nil {
				return err
			}
		}
		if err := pause(ctx, wait); err != nil {
			return err
		}
	}
}

// leftoverSignal returns the signal that is due, 0 for none.
func leftoverSignal(postmaster, orphans bool, age time.Duration) syscall.Signal {
	switch {
	case postmaster && age > 12*time.Second, !postmaster && orphans && age > 2*time.Second:
		return syscall.SIGKILL
	case postmaster && age > 5*time.Second, !postmaster && orphans:
		return syscall.SIGQUIT
	case postmaster:
		return syscall.SIGINT
	}
	return 0 // its postmaster sees to it
}

// signalInCluster looks again once it holds the process (a pidfd, where the kernel has it), so that a process which
// took over the number in between is not hit.
func signalInCluster(pid int, data string, sig syscall.Signal) error {
	p, err := os.FindProcess(pid)
	if err != nil {
		return fmt.Errorf("find process %d: %w", pid, err)
	}
	defer func() { _ = p.Release() }()
	if !inCluster(pid, data) {
		return nil
	}
	if err := p.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("signal process %d: %w", pid, err)
	}
	return nil
}

type leftover struct {
	pid        int
	postmaster bool
}

func leftovers(data string) ([]leftover, error) {
	if _, err := os.Stat(data); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, fmt.Errorf("list processes: %w", err)
	}
	var found []leftover
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || !inCluster(pid, data) {
			continue
		}
		// A child's title is "postgres: name: what it does"; the postmaster's are its arguments.
		found = append(found, leftover{pid, !strings.HasPrefix(commandLine(pid), "postgres: ")})
	}
	return found, nil
}

// inCluster reports whether the process is a live PostgreSQL of this cluster: of its owner, named postgres, and with
// the data directory as working directory. A root without the capability SYS_PTRACE, as in Docker, can't see another
// user's working directory; there, and before the server has moved to it, the cluster's name in the command line tells.
func inCluster(pid int, data string) bool {
	proc := filepath.Join("/proc", strconv.Itoa(pid))
	if comm, err := os.ReadFile(filepath.Join(proc, "comm")); err != nil || string(comm) != "postgres\n" {
		return false
	}
	uid, err := owner(data)
	if err != nil {
		return false
	}
	if of, err := owner(proc); err != nil || of != uid {
		return false
	}
	dir, err := os.Stat(data)
	if err != nil {
		return false
	}
	if cwd, err := os.Stat(filepath.Join(proc, "cwd")); err == nil && os.SameFile(cwd, dir) {
		return true
	}
	name, err := clusterName(data)
	if err != nil {
		return false
	}
	line := commandLine(pid) // empty for a zombie
	return strings.HasPrefix(line, "postgres: "+name+":") || strings.Contains(line, "\x00cluster_name="+name+"\x00")
}

func commandLine(pid int) string {
	b, _ := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "cmdline"))
	return string(b)
}

// dropForeignPIDFile removes a postmaster.pid whose process number now belongs to something else, which happens in
// containers, where numbers are low and come again: PostgreSQL would only see that the process lives, and refuse to
// start. So it does if the file is empty, as a server leaves it that was killed before it wrote its number. Files whose
// process is gone are left to PostgreSQL. Call it when no process works on the cluster.
func dropForeignPIDFile(data string) error {
	pf, unreadable := readPIDFile(data)
	if unreadable != nil {
		return nil //nolint:nilerr // none, or none that we understand: PostgreSQL's to judge
	}
	if _, gone := os.Stat(filepath.Join("/proc", strconv.Itoa(pf.pid))); gone != nil && pf.pid != 0 {
		return nil // the process is gone: PostgreSQL's to judge
	}
	if err := os.Remove(filepath.Join(data, "postmaster.pid")); err != nil {
		return fmt.Errorf("remove the stale pid file: %w", err)
	}
	return nil
}
