package s3embed

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob/s3"
)

const (
	accessKey = "test-key"
	secretKey = "test-secret"
	bucket    = "backups"
	// helperEnv makes the test binary run a server on the directory it names.
	helperEnv = "S3EMBED_TEST_DIR"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(helperEnv); dir != "" {
		serve(dir)
	}
	os.Exit(m.Run())
}

// serve prints the server's URL and then nothing, and runs until it is killed.
func serve(dir string) {
	s, err := Start(context.Background(), config(dir))
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(s.URL())
	<-s.Done()
	os.Exit(2)
}

func config(dir string) Config {
	return Config{
		Addr: "127.0.0.1:0", Dir: dir, AccessKey: accessKey, SecretKey: secretKey,
		Logger: slog.New(slog.DiscardHandler),
	}
}

// start runs a server in this process.
func start(t *testing.T, cfg Config) *Server {
	t.Helper()
	s, err := Start(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Stop(context.Background())) })
	return s
}

// process is a server in a process that can be killed.
type process struct {
	cmd *exec.Cmd
	url string
	out *strings.Builder // what it wrote after the URL; read after kill
	eof chan struct{}
}

func startProcess(t *testing.T, dir string) *process {
	t.Helper()
	exe, err := os.Executable()
	require.NoError(t, err)
	read, write, err := os.Pipe()
	require.NoError(t, err)
	t.Cleanup(func() { _ = read.Close() })
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), helperEnv+"="+dir)
	cmd.Stdout, cmd.Stderr = write, write
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	require.NoError(t, cmd.Start())
	_ = write.Close()
	p := &process{cmd: cmd, out: &strings.Builder{}, eof: make(chan struct{})}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	_, err = fmt.Fscanln(read, &p.url)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(p.url, "http://"), p.url)
	go func() {
		defer close(p.eof)
		_, _ = io.Copy(p.out, read)
	}()
	return p
}

// kill is kill -9.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
	<-p.eof
}

// testStore is a blob store with the steps that tests repeat.
type testStore struct{ *s3.Store }

func openBlob(t *testing.T, url string) testStore {
	t.Helper()
	s, err := s3.Open(t.Context(), s3.Config{
		Endpoint: url, Bucket: bucket, AccessKey: accessKey, SecretKey: secretKey, WriteOnce: true,
	})
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return testStore{s}
}

func (s testStore) presign(t *testing.T, key string, size int) lox.PresignedUpload {
	t.Helper()
	p, err := s.PresignPut(t.Context(), lox.Upload{Key: key, Size: int64(size), Expires: 10 * time.Minute})
	require.NoError(t, err)
	return p
}

// put uploads and returns the status.
func (s testStore) put(t *testing.T, key, body string) int {
	t.Helper()
	p := s.presign(t, key, max(1, len(body)))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, p.URL, strings.NewReader(body))
	require.NoError(t, err)
	return status(t, req)
}

// get returns the object, or "" when there is none.
func (s testStore) get(t *testing.T, key string) string {
	t.Helper()
	from, err := s.PresignGet(t.Context(), lox.Download{Key: key, Expires: 10 * time.Minute})
	require.NoError(t, err)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, from, nil)
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	if resp.StatusCode == http.StatusNotFound {
		return ""
	}
	require.Equal(t, http.StatusOK, resp.StatusCode, "%s", body)
	return string(body)
}

// requireSame doesn't print what may be megabytes.
func requireSame(t *testing.T, want, got string) {
	t.Helper()
	if want != got {
		require.Failf(t, "other bytes", "%d of them; want %d", len(got), len(want))
	}
}

// files lists what is kept below dir, but for the lock.
func files(t *testing.T, dir string) (paths []string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || e.Name() == lockName {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		paths = append(paths, rel)
		return err
	}))
	return paths
}

// staged counts the uploads that process pid is receiving for dir: open files
// without a name.
func staged(t *testing.T, pid int, dir string) (n int) {
	t.Helper()
	fds, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	require.NoError(t, err)
	for _, fd := range fds {
		// A descriptor may be closed in the meantime.
		if to, err := os.Readlink(fd); err == nil && strings.HasPrefix(to, dir) && strings.HasSuffix(to, "(deleted)") {
			n++
		}
	}
	return n
}

// until repeats try until it is true.
func until(t *testing.T, what string, try func() bool) {
	t.Helper()
	require.Eventually(t, try, 30*time.Second, 5*time.Millisecond, what)
}

// core is an S3 client with the server's key.
func core(t *testing.T, url string) *minio.Core {
	t.Helper()
	c, err := minio.NewCore(strings.TrimPrefix(url, "http://"), &minio.Options{
		Creds: credentials.NewStaticV4(accessKey, secretKey, ""), Region: "us-east-1", MaxRetries: 1,
	})
	require.NoError(t, err)
	return c
}

func status(t *testing.T, req *http.Request) int {
	t.Helper()
	client := http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	require.NoError(t, err)
	_ = resp.Body.Close()
	return resp.StatusCode
}
