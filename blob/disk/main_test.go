package disk

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

// backups are the backups of a test.
type backups struct {
	mu     sync.Mutex
	status map[lox.BackupID]lox.Status
	// partSize has the part size of backups that are uploaded in parts, by key.
	partSize map[string]int64
}

// inParts makes a backup expect an upload in parts.
func (b *backups) inParts(key string, partSize int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.partSize == nil {
		b.partSize = map[string]int64{}
	}
	b.partSize[key] = partSize
}

func (b *backups) Backup(_ context.Context, tenant lox.TenantID, id lox.BackupID) (lox.Backup, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	status, ok := b.status[id]
	if !ok {
		return lox.Backup{}, lox.ErrBackupNotFound
	}
	found := lox.Backup{ID: id, Tenant: tenant, Status: status}
	found.PartSize = b.partSize[found.ObjectKey()]
	return found, nil
}

func (b *backups) set(key string, status lox.Status) {
	var id lox.BackupID
	if err := id.UnmarshalText([]byte(key[strings.IndexByte(key, '/')+1:])); err != nil {
		panic(err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if status == "" {
		delete(b.status, id)
		return
	}
	b.status[id] = status
}

// fixture is a store behind a server.
type fixture struct {
	*Store
	backups *backups
	dir     string
	http    *httptest.Server
	// serving is the number of running requests.
	serving atomic.Int64
}

func open(t testing.TB, change func(*Config)) *fixture {
	t.Helper()
	f := &fixture{backups: &backups{status: map[lox.BackupID]lox.Status{}}, dir: filepath.Join(t.TempDir(), "data")}
	var handler http.Handler
	f.http = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.serving.Add(1)
		defer f.serving.Add(-1)
		handler.ServeHTTP(w, r)
	}))
	f.http.Config.ReadTimeout, f.http.Config.WriteTimeout = time.Minute, time.Minute
	f.http.Start()
	cfg := Config{Dir: f.dir, Key: bytes.Repeat([]byte("k"), 32), Backups: f.backups}
	if change != nil {
		change(&cfg)
	}
	var err error
	f.Store, err = Open(cfg)
	require.NoError(t, err)
	handler = f.Handler()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		require.NoError(t, f.Close(ctx))
		f.http.Close()
	})
	return f
}

// newServer starts a server that calls handler for each request.
func newServer(t testing.TB, handler func() http.Handler) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler().ServeHTTP(w, r) }))
	t.Cleanup(s.Close)
	return s
}

// key returns the key of a new backup that waits for its upload.
func (f *fixture) key() string {
	key := lox.NewTenantID().String() + "/" + lox.NewBackupID().String()
	f.backups.set(key, lox.StatusPending)
	return key
}

func content(n int) []byte {
	b := make([]byte, n)
	var seed [32]byte
	for i := range seed {
		seed[i] = byte(rand.Uint32())
	}
	_, _ = rand.NewChaCha8(seed).Read(b)
	return b
}

func (f *fixture) presign(t testing.TB, u lox.Upload) lox.PresignedUpload {
	t.Helper()
	if u.Expires == 0 {
		u.Expires = 10 * time.Minute
	}
	p, err := f.PresignPut(t.Context(), u)
	require.NoError(t, err)
	p.URL = f.http.URL + p.URL
	return p
}

type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a answer) code(t testing.TB) string {
	t.Helper()
	var body struct {
		Error envelope `json:"error"`
	}
	require.NoError(t, json.Unmarshal(a.body, &body), "%s", a.body)
	return body.Error.Code
}

func send(t testing.TB, method, to string, body io.Reader, edit ...func(*http.Request)) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, to, body)
	require.NoError(t, err)
	for _, e := range edit {
		e(r)
	}
	resp, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return answer{resp.StatusCode, resp.Header, got}
}

func put(t testing.TB, p lox.PresignedUpload, body []byte, edit ...func(*http.Request)) answer {
	t.Helper()
	edit = append([]func(*http.Request){func(r *http.Request) {
		for name, value := range p.Headers {
			r.Header.Set(name, value)
		}
	}}, edit...)
	return send(t, http.MethodPut, p.URL, bytes.NewReader(body), edit...)
}

func (f *fixture) store(t testing.TB, body []byte) string {
	t.Helper()
	key := f.key()
	got := put(t, f.presign(t, lox.Upload{Key: key, Size: int64(len(body))}), body)
	require.Equal(t, http.StatusOK, got.status, "%s", got.body)
	return key
}

// absent checks that there is no object with the key, and no file of an upload.
func (f *fixture) absent(t testing.TB, key string) {
	t.Helper()
	_, err := f.Stat(t.Context(), key)
	require.Equal(t, lox.CodeUploadIncomplete, lox.CodeOf(err), "%v", err)
	require.Eventually(t, func() bool {
		entries, err := os.ReadDir(filepath.Join(f.dir, "uploads"))
		return err == nil && len(entries) == 0
	}, 10*time.Second, 5*time.Millisecond, "a file of an upload remains")
}

// dial connects, and sends the request line and the headers of an upload.
func dial(t testing.TB, p lox.PresignedUpload, headers ...string) *net.TCPConn {
	t.Helper()
	u, err := url.Parse(p.URL)
	require.NoError(t, err)
	c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", u.Host)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	require.NoError(t, c.SetDeadline(time.Now().Add(time.Minute)))
	head := fmt.Sprintf("PUT %s HTTP/1.1\r\nHost: %s\r\n", u.RequestURI(), u.Host)
	for name, value := range p.Headers {
		head += name + ": " + value + "\r\n"
	}
	for _, h := range headers {
		head += h + "\r\n"
	}
	_, err = c.Write([]byte(head + "\r\n"))
	require.NoError(t, err)
	return c.(*net.TCPConn)
}

func statusOf(t testing.TB, c net.Conn) int {
	t.Helper()
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	require.NoError(t, err)
	_ = resp.Body.Close()
	return resp.StatusCode
}

func sumOf(body []byte) lox.Checksum { return sha256.Sum256(body) }
