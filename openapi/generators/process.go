package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// command is a program to run, and for how long it may.
type command struct {
	log      string // the path of what it prints
	dir      string
	deadline time.Duration
	args     []string
	env      []string
	target   string // is removed before
}

// command describes a program whose output goes to a log of that name.
func (w *workspace) command(name, dir string, deadline time.Duration, args ...string) *command {
	return &command{log: filepath.Join(w.dir, "log", name), dir: dir, deadline: deadline, args: args}
}

func (c *command) with(env ...string) *command {
	c.env = append(c.env, env...)
	return c
}

// anew deletes a folder before the program runs, so that no files of an earlier run remain.
func (c *command) anew(target string) *command {
	c.target = target
	return c
}

// run waits until the program has ended. An error says what it printed last. At the deadline the whole process group is
// killed: a build tool's children would otherwise continue to run.
func (c *command) run(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, c.deadline)
	defer cancel()
	if err := os.RemoveAll(c.target); err != nil {
		return err
	}
	log, err := os.Create(c.log)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.CommandContext(ctx, c.args[0], c.args[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = c.dir, log, log
	cmd.Env = append(os.Environ(), c.env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return fmt.Errorf("%s: %w\n%s", filepath.Base(c.log), err, lastLines(c.log, 25))
	}
	return nil
}

func lastLines(path string, n int) string {
	content, _ := os.ReadFile(path) // for a message about something worse
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
