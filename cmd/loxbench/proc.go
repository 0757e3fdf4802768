package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// usage is time of the processors.
type usage struct{ server, postgres time.Duration }

func (u usage) sub(before usage) usage {
	return usage{u.server - before.server, u.postgres - before.postgres}
}

// cpu is what a process and all of the testbed's PostgreSQL took so far. Where
// there is no /proc it is 0.
func (h *testbed) cpu(p *process) usage {
	postmaster := h.postgres.PID()
	return usage{server: cpuOf(p.pid), postgres: cpuOf(postmaster) + cpuBelow(postmaster)}
}

// cpuBelow adds up the processes that a process has started, and those that they
// have.
func cpuBelow(pid int) (sum time.Duration) {
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, file := range threads {
		children, _ := os.ReadFile(file)
		for child := range strings.FieldsSeq(string(children)) {
			if pid, err := strconv.Atoi(child); err == nil {
				sum += cpuOf(pid) + cpuBelow(pid)
			}
		}
	}
	return sum
}

// cpuOf adds up the threads of a process. (/proc/PID/stat counts in ticks of
// 10 ms, which is too coarse; see proc_pid_schedstat(5).)
func cpuOf(pid int) time.Duration {
	var sum time.Duration
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	for _, file := range threads {
		text, _ := os.ReadFile(file)
		first, _, _ := strings.Cut(string(text), " ")
		ns, _ := strconv.ParseInt(first, 10, 64)
		sum += time.Duration(ns)
	}
	return sum
}

// peak is the most memory that a process was resident in, in bytes, and memory
// what it is in now; 0 where there is no /proc.
func (p *process) peak() int64   { return p.status("VmHWM:") }
func (p *process) memory() int64 { return p.status("VmRSS:") }

// reads is what a process has read so far, in bytes.
type reads struct {
	all  int64 // of files and connections
	disk int64
}

// reads reads them from proc_pid_io(5); 0 where there is none.
func (p *process) reads() (r reads) {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/io", p.pid))
	_, _ = fmt.Sscanf(string(text), "rchar: %d", &r.all)
	if _, rest, ok := strings.Cut(string(text), "read_bytes: "); ok {
		_, _ = fmt.Sscanf(rest, "%d", &r.disk)
	}
	return r
}

// status reads a size from proc_pid_status(5).
func (p *process) status(field string) int64 {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.pid))
	_, rest, _ := strings.Cut(string(status), field)
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kib, _ := strconv.ParseInt(fields[0], 10, 64)
	return kib << 10
}
