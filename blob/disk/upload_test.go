package disk

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

func TestUploadIsStoredWithItsChecksum(t *testing.T) {
	t.Parallel()
	f := open(t, nil)
	for _, size := range []int{1, bufferSize - 1, bufferSize, bufferSize + 1, 5*bufferSize + 7} {
		body := content(size)
		sum := sumOf(body)
		key := f.key()
		p := f.presign(t, lox.Upload{Key: key, Size: int64(size), ContentType: "application/gzip", Checksum: &sum})
		got := put(t, p, body)
		require.Equal(t, http.StatusOK, got.status, "%d bytes: %s", size, got.body)
		o, err := f.Stat(t.Context(), key)
		require.NoError(t, err)
		assert.Equal(t, int64(size), o.Size)
		require.NotNil(t, o.Checksum, "complete must not read the bytes again")
		assert.Equal(t, sum, *o.Checksum)
		read, err := f.Hash(t.Context(), key, o, lox.HashState{}, nil)
		require.NoError(t, err)
		assert.Equal(t, sum, read)
	}
	f.requireIdle(t)
}

func TestInvalidUploadsAreRefused(t *testing.T) {
	t.Parallel()
	f := open(t, nil)
	body := content(1000)
	other := sumOf([]byte("other"))
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	query := func(name, value string) func(*http.Request) {
		return func(r *http.Request) {
			q := r.URL.Query()
			q.Set(name, value)
			r.URL.RawQuery = q.Encode()
		}
	}
	for name, test := range map[string]struct {
		upload lox.Upload
		body   []byte
		edit   func(*http.Request)
		status int
		code   string
	}{
		"short":     {upload: lox.Upload{Size: 1000}, body: body[1:], status: 400, code: "validation_error"},
		"long":      {upload: lox.Upload{Size: 1000}, body: append(bytes.Clone(body), 0), status: 400, code: "validation_error"},
		"type":      {upload: lox.Upload{Size: 1000, ContentType: "a/b"}, body: body, edit: header("Content-Type", "a/c"), status: 400, code: "validation_error"},
		"checksum":  {upload: lox.Upload{Size: 1000, Checksum: &other}, body: body, status: 400, code: "checksum_mismatch"},
		"chunked":   {upload: lox.Upload{Size: 1000}, body: body, edit: func(r *http.Request) { r.ContentLength = -1 }, status: 411, code: "length_required"},
		"longer":    {upload: lox.Upload{Size: 1000}, body: body, edit: query(paramExpires, "99999999999"), status: 403, code: "permission_denied"},
		"size":      {upload: lox.Upload{Size: 1000}, body: body, edit: query(paramSize, "2000"), status: 403, code: "permission_denied"},
		"parameter": {upload: lox.Upload{Size: 1000}, body: body, edit: query("more", "1"), status: 403, code: "permission_denied"},
		"anonymous": {upload: lox.Upload{Size: 1000}, body: body, edit: func(r *http.Request) { r.URL.RawQuery = "" }, status: 403, code: "permission_denied"},
		"key":       {upload: lox.Upload{Size: 1000}, body: body, edit: func(r *http.Request) { r.URL.Path += "0" }, status: 403, code: "permission_denied"},
		"path":      {upload: lox.Upload{Size: 1000}, body: body, edit: func(r *http.Request) { r.URL.Path = UploadPath + "../lock" }, status: 403, code: "permission_denied"},
		"expired":   {upload: lox.Upload{Size: 1000, Signed: time.Now().Add(-time.Hour)}, body: body, status: 403, code: "permission_denied"},
	} {
		test.upload.Key = f.key()
		edit := []func(*http.Request){}
		if test.edit != nil {
			edit = append(edit, test.edit)
		}
		got := put(t, f.presign(t, test.upload), test.body, edit...)
		assert.Equal(t, test.status, got.status, "%s: %s", name, got.body)
		assert.Equal(t, test.code, got.code(t), name)
		f.absent(t, test.upload.Key)
	}
	p := f.presign(t, lox.Upload{Key: f.key(), Size: 1000})
	assert.Equal(t, http.StatusMethodNotAllowed, send(t, http.MethodPost, p.URL, bytes.NewReader(body)).status)
	download := strings.Replace(p.URL, UploadPath, DownloadPath, 1)
	assert.Equal(t, http.StatusForbidden, send(t, http.MethodGet, download, nil).status)
	f.requireIdle(t)
}

// An upload URL works only while its backup waits for bytes.
func TestUploadWithoutAWaitingBackupIsRefused(t *testing.T) {
	t.Parallel()
	f := open(t, nil)
	body := content(10)
	for _, status := range []lox.Status{"", lox.StatusVerifying, lox.StatusCompleted, lox.StatusFailed} {
		key := f.key()
		p := f.presign(t, lox.Upload{Key: key, Size: 10})
		f.backups.set(key, status)
		assert.Equal(t, http.StatusForbidden, put(t, p, body).status, "%q", status)
		f.absent(t, key)
	}
}

// A client that didn't get the response sends its file again, which succeeds. Other bytes than the stored ones are refused. If
// the backup no longer waits, the same bytes are refused, too.
func TestUploadOfAStoredFile(t *testing.T) {
	t.Parallel()
	var free atomic.Int64
	f := open(t, func(c *Config) {
		c.Reserve = 1
		c.free = func(string) (int64, error) { return free.Load(), nil }
	})
	free.Store(10 + 1)
	body := content(10)
	key := f.store(t, body)
	free.Store(0) // it needs no space any more
	p := f.presign(t, lox.Upload{Key: key, Size: 10})
	for range 2 {
		assert.Equal(t, http.StatusOK, put(t, p, body).status)
		again := put(t, p, content(10))
		assert.Equal(t, http.StatusPreconditionFailed, again.status)
		assert.Equal(t, "already_uploaded", again.code(t))
		f.sums.forget(key) // as a restart does
	}
	o, err := f.Stat(t.Context(), key)
	require.NoError(t, err)
	sum, err := f.Hash(t.Context(), key, o, lox.HashState{}, nil)
	require.NoError(t, err)
	assert.Equal(t, sumOf(body), sum)
	for _, status := range []lox.Status{"", lox.StatusVerifying, lox.StatusCompleted, lox.StatusFailed} {
		f.backups.set(key, status)
		want := http.StatusPreconditionFailed
		if status == "" {
			want = http.StatusForbidden
		}
		assert.Equal(t, want, put(t, p, body).status, "%q", status)
	}
	f.requireIdle(t)
}

// A client that waits for "100 Continue" doesn't send a file that is refused, however it spells the header.
func TestRefusedUploadIsNotSentAfterExpectContinue(t *testing.T) {
	t.Parallel()
	f := open(t, nil)
	body := content(1000)
	for _, expect := range []string{"100-continue", "100-Continue", "100-CONTINUE"} {
		key := f.key()
		c := dial(t, f.presign(t, lox.Upload{Key: key, Size: 1000}), "Expect: "+expect)
		line, err := bufio.NewReader(c).ReadString('\n')
		require.NoError(t, err)
		require.Equal(t, "HTTP/1.1 100 Continue\r\n", line)
		_, err = c.Write(body)
		require.NoError(t, err)
		require.Eventually(t, func() bool { _, err := f.Stat(t.Context(), key); return err == nil }, 10*time.Second, time.Millisecond)

		deleted := f.key()
		p := f.presign(t, lox.Upload{Key: deleted, Size: 1000})
		f.backups.set(deleted, "")
		assert.Equal(t, http.StatusForbidden, statusOf(t, dial(t, p, "Expect: "+expect)))
	}
}

func TestSecondUploadOfABackupIsRefused(t *testing.T) {
	t.Parallel()
	f := open(t, nil)
	key, body := f.key(), content(100_000)
	p := f.presign(t, lox.Upload{Key: key, Size: int64(len(body))})
	c := dial(t, p)
	_, err := c.Write(body[:50_000])
	require.NoError(t, err)
	require.Eventually(t, func() bool { return f.runningUploads() == 1 }, 10*time.Second, time.Millisecond)
	second := put(t, p, body)
	assert.Equal(t, http.StatusConflict, second.status)
	assert.Equal(t, "upload_in_progress", second.code(t))
	_, err = c.Write(body[50_000:])
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, statusOf(t, c))
}

// requireIdle waits until no upload is running and no space is reserved: a server may notice late that a client has
// disconnected.
func (f *fixture) requireIdle(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool {
		f.ledger.mu.Lock()
		defer f.ledger.mu.Unlock()
		return len(f.ledger.objects) == 0 && f.ledger.promised == 0
	}, 10*time.Second, time.Millisecond)
}

func (f *fixture) runningUploads() int {
	f.ledger.mu.Lock()
	defer f.ledger.mu.Unlock()
	n := 0
	for _, o := range f.ledger.objects {
		n += len(o.uploads)
	}
	return n
}

// startUpload begins an upload, and sends half of it.
func (f *fixture) startUpload(t *testing.T, key string, body []byte) *net.TCPConn {
	t.Helper()
	c := dial(t, f.presign(t, lox.Upload{Key: key, Size: int64(len(body))}))
	_, err := c.Write(body[:len(body)/2])
	require.NoError(t, err)
	require.Eventually(t, func() bool { return f.runningUploads() == 1 }, 10*time.Second, time.Millisecond)
	return c
}

// The deletion of a backup ends its upload at once, and leaves no file.
func TestDeletionEndsTheUpload(t *testing.T) {
	t.Parallel()
	f := open(t, nil)
	key, body := f.key(), content(100_000)
	c := f.startUpload(t, key, body)
	f.backups.set(key, "")
	require.NoError(t, f.Delete(t.Context(), key))
	f.absent(t, key)
	assert.Equal(t, http.StatusForbidden, statusOf(t, c))
	assert.Zero(t, f.runningUploads())
	require.NoError(t, f.Delete(t.Context(), key), "it is deleted already")
}

// At the end of an upload, the store notices that another process has deleted the backup.
func TestDeletionByAnotherProcessEndsTheUpload(t *testing.T) {
	t.Parallel()
	f := open(t, nil)
	key, body := f.key(), content(100_000)
	c := f.startUpload(t, key, body)
	f.backups.set(key, "")
	_, err := c.Write(body[50_000:])
	require.NoError(t, err)
	assert.Equal(t, http.StatusForbidden, statusOf(t, c))
	f.absent(t, key)
}

func TestInterruptedUploadsLeaveNoFile(t *testing.T) {
	t.Parallel()
	f := open(t, nil)
	body := content(600_000)
	endings := map[string]func(*net.TCPConn){
		"FIN": func(c *net.TCPConn) { require.NoError(t, c.Close()) },
		"RST": func(c *net.TCPConn) {
			require.NoError(t, c.SetLinger(0))
			require.NoError(t, c.Close())
		},
		"half close": func(c *net.TCPConn) {
			require.NoError(t, c.CloseWrite())
			assert.GreaterOrEqual(t, statusOf(t, c), 400)
		},
	}
	for name, end := range endings {
		for _, sent := range []int{0, 1, 300_000, len(body) - 1} {
			key := f.key()
			c := dial(t, f.presign(t, lox.Upload{Key: key, Size: int64(len(body))}))
			_, err := c.Write(body[:sent])
			require.NoError(t, err)
			end(c)
			require.Eventually(t, func() bool { return f.runningUploads() == 0 }, 10*time.Second, time.Millisecond, "%s after %d bytes", name, sent)
			f.absent(t, key)
		}
	}
	f.requireIdle(t)
}

func TestSlowUploadsAreEnded(t *testing.T) {
	t.Parallel()
	f := open(t, func(c *Config) { c.MinRate, c.RateWindow = 1000, time.Second })
	for name, trickle := range map[string]time.Duration{"silent": 0, "one byte at a time": 50 * time.Millisecond} {
		key := f.key()
		c := dial(t, f.presign(t, lox.Upload{Key: key, Size: 1 << 20}))
		ctx, cancel := context.WithCancel(t.Context())
		if trickle > 0 {
			tick := time.NewTicker(trickle)
			go func() {
				defer tick.Stop()
				for {
					select {
					case <-ctx.Done():
						return
					case <-tick.C:
						_, _ = c.Write([]byte{0})
					}
				}
			}()
		}
		assert.Equal(t, http.StatusRequestTimeout, statusOf(t, c), name)
		cancel()
		f.absent(t, key)
	}
}

func TestUploadWithoutSpaceIsRefused(t *testing.T) {
	t.Parallel()
	f := open(t, func(c *Config) { c.Reserve = 1000; c.free = func(string) (int64, error) { return 1999, nil } })
	key := f.key()
	got := put(t, f.presign(t, lox.Upload{Key: key, Size: 1000}), content(1000))
	assert.Equal(t, http.StatusInsufficientStorage, got.status)
	assert.Equal(t, "insufficient_storage", got.code(t))
	f.absent(t, key)
	assert.NoError(t, f.Ping(t.Context()))
	assert.Equal(t, http.StatusOK, put(t, f.presign(t, lox.Upload{Key: key, Size: 999}), content(999)).status)
}

func TestCloseEndsUploads(t *testing.T) {
	t.Parallel()
	f := open(t, nil)
	key := f.key()
	c := dial(t, f.presign(t, lox.Upload{Key: key, Size: 1000}))
	_, err := c.Write(content(500))
	require.NoError(t, err)
	require.Eventually(t, func() bool { return f.runningUploads() == 1 }, 10*time.Second, time.Millisecond)
	require.NoError(t, f.ledger.close(t.Context()))
	assert.Equal(t, http.StatusServiceUnavailable, statusOf(t, c))
	assert.Equal(t, http.StatusServiceUnavailable, put(t, f.presign(t, lox.Upload{Key: key, Size: 1}), content(1)).status)
	f.absent(t, key)
}

func TestHeadersOfTheUploadDoNotChangeTheDownload(t *testing.T) {
	t.Parallel()
	f := open(t, nil)
	key, body := f.key(), content(1000)
	got := put(t, f.presign(t, lox.Upload{Key: key, Size: 1000}), body, func(r *http.Request) {
		r.Header.Set("Content-Encoding", "gzip")
		r.Header.Set("Cache-Control", "public")
	})
	require.Equal(t, http.StatusOK, got.status, "%s", got.body)
	back := f.get(t, lox.Download{Key: key})
	assert.Equal(t, body, back.body)
	assert.Empty(t, back.header.Get("Content-Encoding"))
	assert.Equal(t, "private, no-store", back.header.Get("Cache-Control"))
}

// A start removes the files of interrupted uploads, but not objects.
func TestStartRemovesInterruptedUploads(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	cfg := Config{Dir: dir, Key: bytes.Repeat([]byte("k"), 32), Backups: &backups{}}
	first, err := Open(cfg)
	require.NoError(t, err)
	_, err = Open(cfg)
	require.ErrorContains(t, err, "another process uses "+dir)
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "objects/ten_1"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "objects/ten_1/bkp_1"), []byte("kept"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "uploads/upload-1"), []byte("half"), 0o600))
	require.NoError(t, first.Close(t.Context()))
	second, err := Open(cfg)
	require.NoError(t, err)
	entries, err := os.ReadDir(filepath.Join(dir, "uploads"))
	require.NoError(t, err)
	assert.Empty(t, entries)
	o, err := second.Stat(t.Context(), "ten_1/bkp_1")
	require.NoError(t, err)
	assert.Equal(t, lox.Object{Size: 4, ETag: o.ETag}, o, "the checksum isn't known after a restart")
	for _, key := range []string{"", "ten_1", "ten_1/", "../lock", "ten_1/../x", "/etc/passwd", "ten_1/.x", "a/b/c", "a\x00/b"} {
		_, err := second.Stat(t.Context(), key)
		assert.Equal(t, lox.CodeUploadIncomplete, lox.CodeOf(err), "%q", key)
		assert.Error(t, second.Delete(t.Context(), key), "%q", key)
	}
	require.NoError(t, second.Close(t.Context()))
}

// Other programs may have filled the disk.
func TestFullDiskDuringAWrite(t *testing.T) {
	t.Parallel()
	assert.Equal(t, http.StatusInsufficientStorage, refused(&os.PathError{Op: "write", Err: syscall.ENOSPC}).status)
}

func TestReceiveReportsErrors(t *testing.T) {
	t.Parallel()
	for _, size := range []int64{10, 3 * bufferSize} {
		_, err := receive(io.Discard, bytes.NewReader(make([]byte, size-1)), size, func(int) {})
		require.ErrorIs(t, err, errShort)
		_, err = receive(failing{}, bytes.NewReader(make([]byte, size)), size, func(int) {})
		require.ErrorIs(t, err, os.ErrInvalid)
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, os.ErrInvalid }
