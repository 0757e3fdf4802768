//go:build unix && !linux

package pgembed

import (
	"os/exec"
	"syscall"
)

// prepare sets the user of a child, and returns dirs: the server's user must be able to enter them. Without a death
// signal, a server may outlive this process. It is stopped at the next start.
func prepare(cmd *exec.Cmd, acct account, in install, _ syscall.Signal, dirs ...string) ([]string, func(), error) {
	cmd.SysProcAttr = acct.attr()
	cmd.Env = environment(in.dir)
	cmd.Dir = "/"
	return dirs, func() {}, nil
}

func flush(string) error { return nil }

// flushes says that flush replaces the fsync calls of initdb.
const flushes = false
