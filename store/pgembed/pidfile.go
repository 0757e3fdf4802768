//go:build unix

package pgembed

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// pidFile is the content of postmaster.pid (miscadmin.h: LOCK_FILE_LINE_*).
type pidFile struct {
	pid   int
	ready bool // line 8: the server accepts connections
}

// readPIDFile reads the pid file. The error is os.ErrNotExist if there is none. A file that is still empty has pid 0,
// which is no process.
func readPIDFile(data string) (pidFile, error) {
	b, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return pidFile{}, err
	}
	lines := strings.Split(string(b), "\n")
	pid, _ := strconv.Atoi(strings.TrimSpace(lines[0])) // negative in single-user mode (started by hand, for maintenance)
	const statusLine = 7
	ready := len(lines) > statusLine && strings.TrimSpace(lines[statusLine]) == "ready"
	return pidFile{pid: max(pid, -pid), ready: ready}, nil
}
