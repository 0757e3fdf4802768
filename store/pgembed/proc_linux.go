package pgembed

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// prepare sets what a child needs on Linux: its user, the signal it gets when this process dies, and the directories
// it works on. It returns the paths by which the child reaches these, and a function to call once it has started.
//
// The signal is sent when the thread which started the child ends (prctl(2), PR_SET_PDEATHSIG), so the caller starts
// and waits for the child on one locked thread.
//
// A child with our own user takes the plain paths. One with another user may not be able to walk there, so it inherits
// the opened directories, to which /proc/self/fd leads without a look at the parents' modes. PostgreSQL hands the
// descriptors on to its own children. (The working directory would be simpler, but up to version 15 PostgreSQL returns
// to it by path while it looks for its own executable, and fails.)
func prepare(cmd *exec.Cmd, acct account, in install, onDeath syscall.Signal, dirs ...string) ([]string, func(), error) {
	cmd.SysProcAttr = acct.attr()
	cmd.SysProcAttr.Pdeathsig = onDeath
	cmd.Env = environment(in.dir)
	cmd.Dir = "/" // ours may be one that the account can't enter
	release := func() {
		for _, f := range cmd.ExtraFiles {
			f.Close()
		}
	}
	if !acct.switched {
		return dirs, release, nil
	}
	var paths []string
	const firstExtra = 3 // os/exec: entry i of ExtraFiles becomes descriptor 3+i
	for i, dir := range dirs {
		f, err := os.Open(dir)
		if err != nil {
			release()
			return nil, nil, fmt.Errorf("open directory for the server: %w", err)
		}
		cmd.ExtraFiles = append(cmd.ExtraFiles, f)
		paths = append(paths, fmt.Sprintf("/proc/self/fd/%d", firstExtra+i))
	}
	return paths, release, nil
}

// flush writes the file system under dir to disk in one call, which is many times faster than initdb's fsync of each
// of about a thousand files. It reports write errors since Linux 5.8.
func flush(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return unix.Syncfs(int(f.Fd()))
}

// flushes says that flush makes initdb's own fsync needless.
const flushes = true
