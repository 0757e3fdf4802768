//go:build unix

package pgembed

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// clusterMajor returns the major version of the cluster in data, 0 if there is none yet.
func clusterMajor(data string) (int, error) {
	b, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if err == nil {
		var major int
		if _, err := fmt.Sscan(string(b), &major); err != nil {
			return 0, fmt.Errorf("%s/PG_VERSION has no version: %q", data, b)
		}
		return major, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("read the cluster's version: %w", err)
	}
	entries, err := os.ReadDir(data)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("inspect the cluster: %w", err)
	}
	if len(entries) > 0 {
		return 0, fmt.Errorf("%s is not empty and holds no PostgreSQL cluster", data)
	}
	return 0, nil
}

// initCluster creates the cluster in another directory, and renames it when it is complete and on disk. So data is a
// complete cluster or doesn't exist, even after a power failure.
func initCluster(ctx context.Context, in install, acct account, data string, durable bool) error {
	parent := filepath.Dir(data)
	fresh := filepath.Join(parent, "data.new")
	if err := os.RemoveAll(fresh); err != nil { // left by an interrupted attempt
		return fmt.Errorf("clear %s: %w", fresh, err)
	}
	if err := os.Mkdir(fresh, 0o700); err != nil {
		return fmt.Errorf("make the cluster's directory: %w", err)
	}
	err := acct.own(fresh)
	if err == nil {
		err = runInitdb(ctx, in, acct, fresh, durable)
	}
	if err == nil && durable {
		if err = flush(fresh); err != nil {
			err = fmt.Errorf("flush the new cluster: %w", err)
		}
	}
	if err == nil {
		if err = os.Rename(fresh, data); err != nil { // replaces an empty directory
			err = fmt.Errorf("move the new cluster to its place: %w", err)
		}
	}
	if err == nil && durable {
		err = syncDir(parent)
	}
	if err != nil {
		_ = os.RemoveAll(fresh)
	}
	return err
}

func runInitdb(ctx context.Context, in install, acct account, dir string, durable bool) error {
	cmd := exec.CommandContext(ctx, filepath.Join(in.dir, "initdb"))
	// If this process dies, initdb is killed, and the server that it runs ends with its input.
	paths, release, err := prepare(cmd, acct, in, syscall.SIGKILL, dir)
	if err != nil {
		return err
	}
	defer release()
	cmd.Args = append(cmd.Args, "-D", paths[0], "-U", superuser, "--auth=reject", "--locale=C", "--encoding=UTF8",
		"--data-checksums", "--no-instructions")
	if flushes || !durable {
		cmd.Args = append(cmd.Args, "--no-sync")
	}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 2 * time.Second
	runtime.LockOSThread() // see prepare
	out, err := cmd.CombinedOutput()
	runtime.UnlockOSThread()
	if ctx.Err() != nil {
		return fmt.Errorf("initdb: %w", context.Cause(ctx))
	}
	if err != nil {
		return startError("initdb", err, acct, strings.TrimSpace(string(out)))
	}
	return nil
}

// startError adds the output of a failed child to its error, or advice if the switch to another user failed.
func startError(what string, err error, acct account, output string) error {
	if acct.switched && errors.Is(err, syscall.EPERM) {
		return fmt.Errorf("%s: can't switch to the account %s, which needs the capabilities SETUID and SETGID; "+
			"grant them or don't run as root: %w", what, acct.name, err)
	}
	return fmt.Errorf("%s: %w\n%s", what, err, output)
}

func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("open directory: %w", err)
	}
	defer f.Close()
	if err := f.Sync(); err != nil {
		return fmt.Errorf("sync directory: %w", err)
	}
	return nil
}

// environment returns the environment of the children. They don't inherit the variables of this process: some are
// secrets, PG* and LC_* would change what the programs do, and NOTIFY_SOCKET would make PostgreSQL report to the service
// manager of LOX.
func environment(binDir string) []string {
	env := []string{"PATH=" + binDir + ":/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"}
	if v, ok := os.LookupEnv("LD_LIBRARY_PATH"); ok {
		env = append(env, "LD_LIBRARY_PATH="+v)
	}
	return env
}
