//go:build unix && !linux

package pgembed

import (
	"context"
	"fmt"
	"log/slog"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// stopLeftovers stops a postmaster whose parent was killed by a fast shutdown, and after 5 s by an immediate one.
func stopLeftovers(ctx context.Context, data string, logger *slog.Logger) error {
	begin := time.Now()
	var sent syscall.Signal
	for {
		pf, err := readPIDFile(data)
		if err != nil || !inCluster(pf.pid, data) {
			return nil
		}
		sig := syscall.SIGINT
		if time.Since(begin) > 5*time.Second {
			sig = syscall.SIGQUIT
		}
		if sig != sent {
			sent = sig
			logger.WarnContext(ctx, "stopping an earlier database server", slog.Int("pid", pf.pid))
			if err := syscall.Kill(pf.pid, sig); err != nil && err != syscall.ESRCH {
				return fmt.Errorf("signal process %d: %w", pf.pid, err)
			}
		}
		if err := pause(ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
}

// inCluster reports whether the arguments of the process are those of a postmaster of this cluster.
func inCluster(pid int, data string) bool {
	out, err := exec.Command("ps", "-ww", "-o", "args=", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		return false
	}
	name, err := clusterName(data)
	if err != nil {
		return false
	}
	args := strings.Fields(string(out))
	return len(args) > 0 && filepath.Base(args[0]) == "postgres" && strings.Contains(string(out), "cluster_name="+name)
}
