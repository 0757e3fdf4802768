//go:build unix

package pgembed

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// pidFile is what the server writes to postmaster.pid (miscadmin.h: LOCK_FILE_LINE_*).
type pidFile struct {
	pid   int
	ready bool // line 8: accepts connections
}

// readPIDFile returns an error that is os.ErrNotExist when there is no such file. One that is being written, and as yet
// empty, has pid 0, which no process has.
func readPIDFile(data string) (pidFile, error) {
	b, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return pidFile{}, err
	}
	lines := strings.Split(string(b), "\n")
	pid, _ := strconv.Atoi(strings.TrimSpace(lines[0])) // negated in single-user mode (by hand, for maintenance)
	const statusLine = 7
	ready := len(lines) > statusLine && strings.TrimSpace(lines[statusLine]) == "ready"
	return pidFile{pid: max(pid, -pid), ready: ready}, nil
}
