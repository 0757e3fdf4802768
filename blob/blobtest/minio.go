package blobtest

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/blob/s3"
)

// MinIOEnv names the variable that holds the path of a MinIO server binary.
// MinIO is under the AGPL: it runs as a process of its own and is never linked.
const MinIOEnv = "LOX_TEST_MINIO"

// minioVersion is what CI builds.
const minioVersion = "v0.0.0-20260212201848-7aac2a2c5b7c"

// StartMinIO runs a MinIO server on a free loopback port and a directory of its
// own until the test ends, and says how to reach it. Without a binary the test
// is left out, or fails where CI=true.
func StartMinIO(t testing.TB) s3.Config {
	t.Helper()
	binary := minioBinary()
	if binary == "" {
		message := fmt.Sprintf("set %s to a MinIO server binary; to build one: GOBIN=$PWD/.cache/bin go install github.com/minio/minio@%s",
			MinIOEnv, minioVersion)
		if os.Getenv("CI") == "true" {
			t.Fatal(message)
		}
		t.Skip(message)
	}
	cfg := s3.Config{Bucket: "lox-test", AccessKey: "lox-test-key", SecretKey: "lox-test-secret"}
	// The port is free when it is looked up, but might be taken before MinIO
	// listens.
	for range 3 {
		addr := freeAddr(t)
		if serveMinIO(t, binary, addr, cfg) {
			cfg.Endpoint = "http://" + addr
			return cfg
		}
	}
	t.Fatal("MinIO did not start")
	return cfg
}

// minioBinary finds the binary by the variable, or where make puts it.
func minioBinary() string {
	if path := os.Getenv(MinIOEnv); path != "" {
		return path
	}
	dir, err := os.Getwd()
	for err == nil && dir != filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			path := filepath.Join(dir, ".cache", "bin", "minio")
			if _, err := os.Stat(path); err == nil {
				return path
			}
			return ""
		}
		dir = filepath.Dir(dir)
	}
	return ""
}

func freeAddr(t testing.TB) string {
	t.Helper()
	var lc net.ListenConfig
	ln, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = ln.Close() }()
	return ln.Addr().String()
}

// serveMinIO starts the server and waits until it is ready or has exited.
func serveMinIO(t testing.TB, binary, addr string, cfg s3.Config) bool {
	t.Helper()
	home := t.TempDir()
	var output lockedBuffer
	// Not CommandContext: the test's context ends before its cleanups.
	cmd := exec.Command(binary, "server", "--quiet", "--anonymous", "--address", addr,
		"--certs-dir", filepath.Join(home, "certs"), filepath.Join(home, "data"))
	cmd.Env = append(os.Environ(), "HOME="+home, "MINIO_BROWSER=off", "MINIO_UPDATE=off",
		"MINIO_ROOT_USER="+cfg.AccessKey, "MINIO_ROOT_PASSWORD="+cfg.SecretKey)
	cmd.Stdout, cmd.Stderr = &output, &output
	// It goes when the test process is killed, too.
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	require.NoError(t, cmd.Start())
	exited := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(exited)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-exited
	})

	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/minio/health/ready", nil)
		require.NoError(t, err)
		if resp, err := http.DefaultClient.Do(req); err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return true
			}
		}
		select {
		case <-tick.C:
		case <-exited:
			t.Logf("MinIO exited: %s", output.String())
			return false
		case <-ctx.Done():
			t.Fatalf("MinIO is not ready: %s", output.String())
		}
	}
}

// lockedBuffer is written by the process and read by the test.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
