//go:build unix && !linux

package pgembed

import (
	"os/exec"
	"syscall"
)

// prepare sets what a child needs and returns the paths by which it reaches the directories, which are the plain ones:
// the server's user must be able to walk to them. There is no death signal here: a server that outlives us is stopped
// at the next start.
func prepare(cmd *exec.Cmd, acct account, in install, _ syscall.Signal, dirs ...string) ([]string, func(), error) {
	cmd.SysProcAttr = acct.attr()
	cmd.Env = environment(in.dir)
	cmd.Dir = "/"
	return dirs, func() {}, nil
}

func flush(string) error { return nil }

// flushes says that flush makes initdb's own fsync needless.
const flushes = false
