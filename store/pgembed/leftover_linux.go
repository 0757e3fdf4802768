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

// stopLeftovers stops every process that still uses the cluster: a server whose parent was just killed, or the children
// of a killed postmaster. The caller holds the directory's lock, so that nothing starts another one meanwhile.
//
// A postmaster gets a fast shutdown, after 5 s an immediate one, and after 12 s SIGKILL. Children without a postmaster
// have nothing left to save: they get SIGQUIT, and after 2 s SIGKILL.
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
		orphaned := true
		for _, p := range left {
			orphaned = orphaned && !p.postmaster
		}
		for _, p := range left {
			sig := leftoverSignal(p.postmaster, orphaned, time.Since(begin))
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

// leftoverSignal returns the signal to send, 0 for none. orphaned says that there is no postmaster.
func leftoverSignal(postmaster, orphaned bool, age time.Duration) syscall.Signal {
	switch {
	case postmaster && age > 12*time.Second, !postmaster && orphaned && age > 2*time.Second:
		return syscall.SIGKILL
	case postmaster && age > 5*time.Second, !postmaster && orphaned:
		return syscall.SIGQUIT
	case postmaster:
		return syscall.SIGINT
	}
	return 0 // its postmaster stops it
}

// signalInCluster sends a signal to a process of the cluster. It opens the process (as a pidfd, if the kernel has them)
// before it checks that it belongs to the cluster, so that a new process with the same id is never hit.
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

// inCluster reports whether the process is a running PostgreSQL of this cluster: it has the same owner, is named postgres,
// and its working directory is the data directory. Root without the capability SYS_PTRACE, as in Docker, can't see the
// working directory of another user's process, and a new server hasn't changed to it yet: then the cluster's name in the
// command line decides.
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

// dropForeignPIDFile removes a postmaster.pid whose process id now belongs to another program, which happens in
// containers, where ids are low and reused: PostgreSQL only checks that the process exists, and would refuse to start. It
// also removes an empty file, with which PostgreSQL refuses to start: a server leaves one if it is killed before it
// writes its id. A file whose process has ended is left to PostgreSQL. Call it only if no process uses the cluster.
func dropForeignPIDFile(data string) error {
	pf, unreadable := readPIDFile(data)
	if unreadable != nil {
		return nil //nolint:nilerr // missing or malformed: PostgreSQL handles that
	}
	if _, ended := os.Stat(filepath.Join("/proc", strconv.Itoa(pf.pid))); ended != nil && pf.pid != 0 {
		return nil // PostgreSQL handles that
	}
	if err := os.Remove(filepath.Join(data, "postmaster.pid")); err != nil {
		return fmt.Errorf("remove the stale pid file: %w", err)
	}
	return nil
}
