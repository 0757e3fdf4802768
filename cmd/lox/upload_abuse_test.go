package main_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/backlox/lox/gen/client"
)

// Clients never end the header of their upload. The server disconnects them, and other clients are
// not affected.
func TestHalfHeaders(t *testing.T) {
	t.Parallel()
	const clients, limit = 100, 15 * time.Second // the server waits for 10 s
	p := setup{dir: usedDir(t), env: []string{"LOX_RATE_LIMIT_FACTOR=1000"}}.start(t)
	began := time.Now()
	var waiting errgroup.Group
	for range clients {
		c := dial(t, p.addr())
		_, err := io.WriteString(c, "PUT /storage/upload/tenant/backup HTTP/1.1\r\nHost: lox\r\nContent-Le")
		require.NoError(t, err)
		require.NoError(t, c.SetReadDeadline(began.Add(limit)))
		waiting.Go(func() error {
			answer, err := io.ReadAll(c)
			if err != nil || !bytes.HasPrefix(answer, []byte("HTTP/1.1 400 Bad Request\r\n")) {
				return fmt.Errorf("after %s: %q, %w", time.Since(began), answer, err)
			}
			return nil
		})
	}
	closed := make(chan error, 1)
	go func() { closed <- waiting.Wait() }()
	a := newAPI(t, p.baseURL, p.savedKey(t))
	file := noise(1, 1000)
	for served := 1; ; served++ {
		requireDownload(t, a, requireStored(t, a, file), file)
		select {
		case err := <-closed:
			require.NoError(t, err)
			t.Logf("%d connections closed after %s, %d backups stored meanwhile", clients, time.Since(began), served)
			p.stop(t, syscall.SIGTERM)
			return
		default:
		}
	}
}

// Forms with a large field are posted to all paths without a key. They are refused because of their
// headers, and their bodies are not kept in memory.
func TestAnonymousForms(t *testing.T) {
	t.Parallel()
	const field, growth = 200 << 20, 32 << 20
	p := setup{dir: usedDir(t)}.start(t)
	a := newAPI(t, p.baseURL, p.savedKey(t))
	requireDownload(t, a, requireStored(t, a, noise(1, 1<<20)), noise(1, 1<<20)) // allocates what that needs
	// From here on, the peak is measured again (proc_pid_clear_refs(5)).
	require.NoError(t, os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", p.cmd.Process.Pid), []byte("5"), 0))
	before := p.memory(t, "VmRSS")

	var all sync.WaitGroup
	for path, want := range map[string]int{
		"/":                      http.StatusMethodNotAllowed,
		"/storage/upload/x/y":    http.StatusMethodNotAllowed,
		"/storage/download/x/y":  http.StatusMethodNotAllowed,
		"/storage/else":          http.StatusNotFound,
		"/api/v1/backups":        http.StatusUnauthorized,
		"/api/v1/backups?a=%20b": http.StatusUnauthorized,
	} {
		for _, length := range []string{"Content-Length: " + strconv.Itoa(field), "Transfer-Encoding: chunked"} {
			c := dial(t, p.addr())
			all.Go(func() {
				status, sent := postForm(c, path, length, field)
				assert.Equal(t, want, status, "%s with %s", path, length)
				assert.Less(t, sent, field, "all of it was read")
			})
		}
	}
	all.Wait()
	peak := p.memory(t, "VmHWM")
	t.Logf("memory: %d KiB before, %d KiB at most", before>>10, peak>>10)
	require.Less(t, peak-before, int64(growth))
	p.stop(t, syscall.SIGTERM)
	require.Empty(t, p.complaints())
}

// postForm sends a form with one field and returns the status of the answer, 0 if there was none,
// and the number of bytes of the field that could be sent.
func postForm(c net.Conn, path, length string, field int) (status, sent int) {
	defer func() { _ = c.Close() }()
	answered := make(chan int, 1)
	go func() {
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			answered <- 0
			return
		}
		answered <- resp.StatusCode
	}()
	_, err := fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: lox\r\nContent-Type: multipart/form-data; boundary=b\r\n%s\r\n\r\n", path, length)
	begin := "--b\r\nContent-Disposition: form-data; name=\"field\"\r\n\r\n"
	part := strings.Repeat("a", 64<<10)
	for err == nil && sent < field {
		chunk := begin + part
		begin = ""
		if strings.HasSuffix(length, "chunked") {
			chunk = fmt.Sprintf("%x\r\n%s\r\n", len(chunk), chunk)
		}
		if _, err = io.WriteString(c, chunk); err == nil {
			sent += len(part)
		}
	}
	return <-answered, sent
}

// Clients with Expect: 100-continue, in their spelling, upload only when the server agrees, and it
// doesn't if it will refuse the upload.
func TestExpect(t *testing.T) {
	t.Parallel()
	p := setup{dir: usedDir(t)}.start(t)
	a := newAPI(t, p.baseURL, p.savedKey(t))
	file := noise(1, 1<<20)
	upload := requireCreated(t, a, int64(len(file)))
	altered := *upload
	altered.UploadURL += "x"
	require.Equal(t, http.StatusForbidden, offer(t, &altered).next(t).StatusCode)

	o := offer(t, upload)
	require.Equal(t, http.StatusContinue, o.next(t).StatusCode)
	_, err := o.conn.Write(file)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, o.next(t).StatusCode)
	done, err := a.complete(t.Context(), upload.ID)
	require.NoError(t, err)
	require.Equal(t, checksum(file), done.Checksum)
	requireDownload(t, a, upload.ID, file)
	p.stop(t, syscall.SIGTERM)
}

// The backup of an upload is deleted before the upload begins, and during the upload.
func TestUploadOfDeletedBackup(t *testing.T) {
	t.Parallel()
	s := setup{dir: usedDir(t)}
	p := s.start(t)
	a := newAPI(t, p.baseURL, s.savedKey(t))
	file := noise(1, 1<<20)
	upload := requireCreated(t, a, int64(len(file)))
	begun := offer(t, upload)
	require.Equal(t, http.StatusContinue, begun.next(t).StatusCode)
	_, err := begun.conn.Write(file[1:])
	require.NoError(t, err)
	require.NoError(t, a.delete(t.Context(), upload.ID))
	require.Equal(t, http.StatusForbidden, begun.next(t).StatusCode)

	require.Equal(t, http.StatusForbidden, offer(t, upload).next(t).StatusCode)
	requireRefused(t, a.put(t.Context(), upload, file), http.StatusForbidden)
	// The tenant's directory may stay.
	require.Equal(t, []string{"lock"}, filePaths(t, s.storageDir()))
	p.stop(t, syscall.SIGTERM)
	require.Equal(t, []string{"lock"}, filePaths(t, s.storageDir()))
	require.Empty(t, p.complaints())
}

// Four clients upload the same backup, a byte a second.
func TestSlowUploads(t *testing.T) {
	t.Parallel()
	const clients, window = 4, 2 * time.Second
	s := setup{dir: usedDir(t), env: []string{"LOX_UPLOAD_RATE_WINDOW=" + window.String(), "LOX_UPLOAD_MIN_RATE=8KiB"}}
	p := s.start(t)
	upload := requireCreated(t, newAPI(t, p.baseURL, s.savedKey(t)), 300<<20)
	for range 2 { // after the first round ends, the upload is free for the next one
		offers := make([]*offered, clients)
		for i := range offers {
			offers[i] = offer(t, upload)
		}
		began := time.Now()
		var admitted *offered
		for _, o := range offers {
			resp := o.next(t)
			if resp.StatusCode == http.StatusContinue {
				require.Nil(t, admitted, "two of them are admitted")
				admitted = o
				continue
			}
			requireCode(t, resp, http.StatusConflict, "upload_in_progress")
		}
		require.NotNil(t, admitted)
		require.Less(t, time.Since(began), window, "they had to wait")
		stop := admitted.drip()
		requireCode(t, admitted.next(t), http.StatusRequestTimeout, "upload_too_slow")
		stop()
		require.Equal(t, []string{"lock"}, filePaths(t, s.storageDir()))
	}
	p.stop(t, syscall.SIGTERM)
}

// offered is an upload whose client waits with the body for 100 Continue (RFC 9110, section
// 10.1.1).
type offered struct {
	conn net.Conn
	from *bufio.Reader
}

func offer(t *testing.T, upload *client.BackupUpload) *offered {
	t.Helper()
	u, err := url.Parse(upload.UploadURL)
	require.NoError(t, err)
	o := &offered{conn: dial(t, u.Host)}
	o.from = bufio.NewReader(o.conn)
	var header strings.Builder
	fmt.Fprintf(&header, "PUT %s HTTP/1.1\r\nHost: %s\r\nExpect: 100-Continue\r\n", u.RequestURI(), u.Host)
	for name, value := range upload.UploadHeaders {
		fmt.Fprintf(&header, "%s: %s\r\n", name, value)
	}
	_, err = io.WriteString(o.conn, header.String()+"\r\n")
	require.NoError(t, err)
	return o
}

// next waits for an answer. A client may get two.
func (o *offered) next(t *testing.T) *http.Response {
	t.Helper()
	resp, err := http.ReadResponse(o.from, nil)
	require.NoError(t, err)
	return resp
}

// drip sends a byte at once and one each second after that, until stop is called.
func (o *offered) drip() (stop func()) {
	done := make(chan struct{})
	var sending sync.WaitGroup
	sending.Go(func() {
		each := time.NewTicker(time.Second)
		defer each.Stop()
		for {
			_, _ = o.conn.Write([]byte{0}) // until the server closes the connection
			select {
			case <-each.C:
			case <-done:
				return
			}
		}
	})
	return func() {
		close(done)
		sending.Wait()
	}
}

// requireCode checks the error of a refusal.
func requireCode(t *testing.T, resp *http.Response, status int, code string) {
	t.Helper()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, status, resp.StatusCode, "%s", body)
	require.Contains(t, string(body), `{"error":{"code":"`+code+`",`)
}

func requireCreated(t *testing.T, a *api, size int64) *client.BackupUpload {
	t.Helper()
	upload, err := a.create(t.Context(), client.CreateBackupJSONRequestBody{Name: "n", SizeBytes: size}, "")
	require.NoError(t, err)
	return upload
}

func dial(t *testing.T, addr string) net.Conn {
	t.Helper()
	var d net.Dialer
	c, err := d.DialContext(t.Context(), "tcp", addr)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	require.NoError(t, c.SetDeadline(time.Now().Add(patience)))
	return c
}

// memory reads a size of the server's memory from proc_pid_status(5), in bytes.
func (p *process) memory(t *testing.T, field string) int64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(status), field+":")
	require.True(t, found)
	kib, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
	require.NoError(t, err)
	return kib << 10
}
