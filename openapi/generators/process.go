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

// command is a program to run.
type command struct {
	log      string // path of the file for its output
	dir      string
	deadline time.Duration // since its start
	args     []string
	env      []string
	target   string // folder to remove before it starts
}

// command returns a command whose output goes to the log with that name.
func (w *workspace) command(name, dir string, deadline time.Duration, args ...string) *command {
	return &command{log: filepath.Join(w.dir, "log", name), dir: dir, deadline: deadline, args: args}
}

func (c *command) with(env ...string) *command {
	c.env = append(c.env, env...)
	return c
}

// removing has run remove a folder before the program starts, so that no files of an earlier run remain.
func (c *command) removing(target string) *command {
	c.target = target
	return c
}

// run runs the program. An error has the last lines of its output. At the deadline the whole process group is killed,
// because a build tool's children would otherwise continue to run.
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
	content, _ := os.ReadFile(path) // the caller reports another error already
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
