package pgembed

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// prepare sets the user of a child, the signal that it gets when this process dies, and its access to dirs. It returns
// the paths by which the child reaches dirs, and a function to call once the child has started.
//
// The kernel sends the signal when the thread that started the child ends (prctl(2), PR_SET_PDEATHSIG), so the caller
// must start the child and wait for it on one locked thread.
//
// A child with the user of this process gets the plain paths. Another user may not be able to enter the parents of dirs,
// so its child inherits the opened directories, and reaches them by /proc/self/fd, which doesn't depend on the modes of
// the parents. PostgreSQL passes the descriptors on to its own children. (The working directory would be simpler, but up
// to version 15 PostgreSQL changes back to it by path while it looks for its own executable, and fails.)
func prepare(cmd *exec.Cmd, acct account, in install, onDeath syscall.Signal, dirs ...string) ([]string, func(), error) {
	cmd.SysProcAttr = acct.attr()
	cmd.SysProcAttr.Pdeathsig = onDeath
	cmd.Env = environment(in.dir)
	cmd.Dir = "/" // the account may not be able to enter the directory of this process
	release := func() {
		for _, f := range cmd.ExtraFiles {
			f.Close()
		}
	}
	if !acct.switched {
		return dirs, release, nil
	}
	var paths []string
	const firstExtra = 3 // entry i of ExtraFiles becomes descriptor 3+i (os/exec)
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

// flush writes the file system of dir to disk in one call, which is many times faster than initdb, which syncs about a
// thousand files. It reports write errors since Linux 5.8.
func flush(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return unix.Syncfs(int(f.Fd()))
}

// flushes says that flush replaces the fsync calls of initdb.
const flushes = true
