package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/minio/minio-go/v7"
	"golang.org/x/sys/unix"

	"github.com/backlox/lox/blob/blobtest/freeport"
)

// peerTools starts the servers of the tools, and returns the tools: LOX, and then the others.
func (h *testbed) peerTools(ctx context.Context, c cargo, source string) ([]*peerTool, error) {
	own, err := h.loxTool(ctx, c, source)
	if err != nil {
		return nil, err
	}
	m, err := h.startMinIO(ctx)
	if err != nil {
		return nil, err
	}
	backups, err := h.resticTool(ctx, source)
	if err != nil {
		return nil, err
	}
	tools := []*peerTool{own, copyTool(c, source, filepath.Join(h.dir, "copy")), rcloneTool(m, c, source), awsTool(m, c, source), backups}
	for i, t := range tools {
		t.dir = filepath.Join(h.dir, "client", fmt.Sprint(i))
	}
	return tools, nil
}

// loxTool is "lox push" and "lox pull" with a "lox serve" that keeps everything itself.
func (h *testbed) loxTool(ctx context.Context, c cargo, source string) (*peerTool, error) {
	p, err := h.product(ctx, "lox-embedded", h.embedded())
	if err != nil {
		return nil, err
	}
	key, err := h.embeddedKey()
	if err != nil {
		return nil, err
	}
	stored := ""
	t := &peerTool{
		name: "lox", servers: []int{p.pid}, env: environment{"LOX_URL": "http://" + p.addr, "LOX_API_KEY": key},
		push: func(ctx context.Context, u *clientUse) (err error) {
			stored, err = u.run(ctx, h.binary(), "push", source, "--name", u.key(), "--quiet")
			return err
		},
		pull: func(ctx context.Context, u *clientUse, to string) error {
			where := "-o"
			if c.files > 0 {
				where = "-C"
			}
			_, err := u.run(ctx, h.binary(), "pull", stored, where, to, "--quiet")
			return err
		},
		clear: func(ctx context.Context, u *clientUse) error {
			if _, err := u.run(ctx, h.binary(), "rm", "--yes", stored); err != nil {
				return err
			}
			// A job removes the bytes.
			return until(ctx, func() error { return noObjects(filepath.Join(h.embedded()["LOX_DATA_DIR"], "storage", "objects")) })
		},
	}
	return t, nil
}

// noObjects fails while a store has the bytes of a backup.
func noObjects(dir string) error {
	return filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist): // removed meanwhile
			return nil
		case err != nil:
			return err
		case e.Name() == "_lox": // the server's own
			return filepath.SkipDir
		case !e.IsDir():
			return fmt.Errorf("%s is still there", path)
		}
		return nil
	})
}

// copyTool is the limit: cp, and all of it on the disk.
func copyTool(c cargo, source, stored string) *peerTool {
	durably := func(ctx context.Context, u *clientUse, from, to string) error {
		// A reference to the same blocks would copy nothing.
		if _, err := u.run(ctx, "cp", "-r", "--reflink=never", from, to); err != nil {
			return err
		}
		if c.files > 0 {
			// All that the file system has to write, at once: far cheaper than an fsync for each file.
			return withFile(filepath.Dir(to), func(f *os.File) error { return unix.Syncfs(int(f.Fd())) })
		}
		return errors.Join(withFile(to, (*os.File).Sync), withFile(filepath.Dir(to), (*os.File).Sync))
	}
	return &peerTool{
		name: "cp + fsync", limit: true,
		begin: func(context.Context, *clientUse) error { return os.MkdirAll(stored, 0o700) },
		push: func(ctx context.Context, u *clientUse) error {
			return durably(ctx, u, source, filepath.Join(stored, u.key()))
		},
		pull: func(ctx context.Context, u *clientUse, to string) error {
			return durably(ctx, u, filepath.Join(stored, u.key()), to)
		},
		clear: func(context.Context, *clientUse) error { return os.RemoveAll(stored) },
	}
}

func withFile(name string, do func(*os.File) error) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(do(f), f.Close())
}

// empty removes all objects.
func (m *minioServer) empty(ctx context.Context) error {
	listed := m.api.ListObjects(ctx, minioBucket, minio.ListObjectsOptions{Recursive: true})
	for failed := range m.api.RemoveObjects(ctx, minioBucket, listed, minio.RemoveObjectsOptions{}) {
		return failed.Err
	}
	return nil
}

// rcloneTool is rclone, with its defaults, and MinIO.
func rcloneTool(m *minioServer, c cargo, source string) *peerTool {
	verb := "copyto"
	if c.files > 0 {
		verb = "copy"
	}
	const remote = "bench:" + minioBucket + "/"
	run := func(ctx context.Context, u *clientUse, from, to string) error {
		_, err := u.run(ctx, peerBinary("bin", "rclone"), verb, from, to)
		return err
	}
	return &peerTool{
		name: "rclone, MinIO", servers: []int{m.pid},
		env: environment{
			"RCLONE_CONFIG": os.DevNull, "RCLONE_CONFIG_BENCH_TYPE": "s3", "RCLONE_CONFIG_BENCH_PROVIDER": "Minio",
			"RCLONE_CONFIG_BENCH_ENDPOINT":      "http://" + m.addr,
			"RCLONE_CONFIG_BENCH_ACCESS_KEY_ID": minioKey, "RCLONE_CONFIG_BENCH_SECRET_ACCESS_KEY": minioSecret,
		},
		push:  func(ctx context.Context, u *clientUse) error { return run(ctx, u, source, remote+u.key()) },
		pull:  func(ctx context.Context, u *clientUse, to string) error { return run(ctx, u, remote+u.key(), to) },
		clear: func(ctx context.Context, _ *clientUse) error { return m.empty(ctx) },
	}
}

// awsTool is the AWS CLI, with its defaults, and MinIO.
func awsTool(m *minioServer, c cargo, source string) *peerTool {
	const remote = "s3://" + minioBucket + "/"
	run := func(ctx context.Context, u *clientUse, from, to string) error {
		args := []string{"s3", "cp", "--endpoint-url", "http://" + m.addr, "--only-show-errors", from, to}
		if c.files > 0 {
			args = append(args, "--recursive")
		}
		_, err := u.run(ctx, peerBinary("aws", "bin", "aws"), args...)
		return err
	}
	return &peerTool{
		name: "aws s3, MinIO", servers: []int{m.pid},
		env: environment{
			"AWS_ACCESS_KEY_ID": minioKey, "AWS_SECRET_ACCESS_KEY": minioSecret, "AWS_DEFAULT_REGION": "us-east-1",
			"AWS_EC2_METADATA_DISABLED": "true",
		},
		push:  func(ctx context.Context, u *clientUse) error { return run(ctx, u, source, remote+u.key()) },
		pull:  func(ctx context.Context, u *clientUse, to string) error { return run(ctx, u, remote+u.key(), to) },
		clear: func(ctx context.Context, _ *clientUse) error { return m.empty(ctx) },
	}
}

// resticTool is restic, with its defaults, and its own server. Each round has a new repository, in which
// no block of an earlier one is found.
func (h *testbed) resticTool(ctx context.Context, source string) (*peerTool, error) {
	addr, err := freeport.Addr()
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(h.dir, "restic")
	cmd := exec.Command(peerBinary("bin", "rest-server"), "--path", dir, "--no-auth", "--listen", addr)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	h.closing(func(context.Context) error {
		err := cmd.Process.Kill() // it has nothing to lose
		_ = cmd.Wait()
		return errors.Join(err, os.RemoveAll(dir))
	})
	if err := until(ctx, func() error {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
		if err != nil {
			return err
		}
		return conn.Close()
	}); err != nil {
		return nil, fmt.Errorf("rest-server: %w", err)
	}
	run := func(ctx context.Context, u *clientUse, args ...string) error {
		_, err := u.run(ctx, peerBinary("bin", "restic"), append([]string{"--quiet", "--repo", "rest:http://" + addr + "/" + u.key() + "/"}, args...)...)
		return err
	}
	t := &peerTool{
		name: "restic, rest-server", servers: []int{cmd.Process.Pid},
		env:   environment{"RESTIC_PASSWORD": "a password of the bench"},
		begin: func(ctx context.Context, u *clientUse) error { return run(ctx, u, "init") },
		push:  func(ctx context.Context, u *clientUse) error { return run(ctx, u, "backup", source) },
		pull: func(ctx context.Context, u *clientUse, to string) error {
			return run(ctx, u, "restore", "latest", "--target", to)
		},
		clear: func(_ context.Context, u *clientUse) error { return os.RemoveAll(filepath.Join(dir, u.key())) },
		// It restores below the path that it was given.
		fetched: func(to string) string { return filepath.Join(to, source) },
	}
	return t, nil
}
