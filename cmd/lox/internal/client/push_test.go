package client

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store/storetest"
)

// large has five parts of 8 MiB.
const large = 40 << 20

// onPart calls do for each upload of a part. If do returns true, it has answered the request.
func (h *testenv) onPart(do func(n int64, w http.ResponseWriter, r *http.Request) bool) {
	var parts atomic.Int64
	h.before.Store(new(func(w http.ResponseWriter, r *http.Request) bool {
		return strings.HasPrefix(r.URL.Path, "/storage/upload/") && do(parts.Add(1), w, r)
	}))
}

// aborts breaks the connection of every upload after the first parts.
func aborts(after int64, then func()) func(int64, http.ResponseWriter, *http.Request) bool {
	return func(n int64, _ http.ResponseWriter, r *http.Request) bool {
		if n <= after {
			return false
		}
		then()
		_, _ = io.Copy(io.Discard, r.Body)
		panic(http.ErrAbortHandler)
	}
}

// TestPushOfALargeFileIsResumed interrupts a push by Ctrl-C, then by a broken connection, and resumes it each time.
func TestPushOfALargeFileIsResumed(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	path, content := newFile(t, "app.dump", large)
	ctx, cancel := context.WithCancel(t.Context())
	h.onPart(aborts(1, cancel))
	r := h.runContext(ctx, "push", path, "--parallel", "1")
	assert.Equal(t, result{err: "lox: interrupted: 8.00 MiB of 40.0 MiB are stored. The same command resumes the upload within 24 hours\n", code: exitInterrupted}, r)

	h.onPart(aborts(2, func() {}))
	r = h.run("push", path, "--parallel", "1", "--quiet")
	assert.Equal(t, exitInterrupted, r.code)
	assert.Regexp(t, `^lox: the connection failed: .+: 24\.0 MiB of 40\.0 MiB are stored\. The same command resumes the upload within 24 hours\n$`, r.err)

	parts := int64(0)
	h.onPart(func(n int64, _ http.ResponseWriter, _ *http.Request) bool {
		atomic.StoreInt64(&parts, n)
		return false
	})
	r = h.run("push", path)
	require.Zero(t, r.code, r.err)
	assert.Regexp(t, `^bkp_\w{26}  app\.dump  40\.0 MiB  sha256:[0-9a-f]{64}  \d+\.\d s  \d+\.\d MB/s\n$`, r.out)
	assert.EqualValues(t, 2, parts)
	h.before.Store(nil)
	assert.Len(t, ids(t, h.must("ls", "--json")), 1)
	out := filepath.Join(t.TempDir(), "out")
	h.must("pull", "--quiet", strings.Fields(r.out)[0], "-o", out)
	requireFile(t, out, content)
}

// TestPushIsResumedByAWriteOnlyKey also lets the verification outlast the first complete request.
func TestPushIsResumedByAWriteOnlyKey(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	path, _ := newFile(t, "app.dump", large)
	_, author := h.newKey(func(*lox.APIKey) {}, lox.ScopeBackupsWrite)
	ctx, cancel := context.WithCancel(t.Context())
	h.onPart(aborts(1, cancel))
	assert.Equal(t, exitInterrupted, h.with(author).runContext(ctx, "push", path, "--parallel", "1").code)
	parts, completes := int64(0), int64(0)
	h.before.Store(new(func(w http.ResponseWriter, r *http.Request) bool {
		switch {
		case r.Method == http.MethodPut:
			atomic.AddInt64(&parts, 1)
		case strings.HasSuffix(r.URL.Path, "/complete") && atomic.AddInt64(&completes, 1) == 1:
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusAccepted)
			_, _ = io.WriteString(w, `{"status":"verifying"}`)
			return true
		}
		return false
	}))
	h.with(author).must("push", path, "--quiet")
	assert.EqualValues(t, 4, parts)
	assert.EqualValues(t, 2, completes)
	h.before.Store(nil)
	assert.Len(t, ids(t, h.with(h.key).must("ls", "--json")), 1)
}

func TestPushWithoutACacheDirectoryBeginsAgain(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	path, _ := newFile(t, "app.dump", large)
	cache := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(cache, nil, 0o600))
	h.program.cacheDir = func() (string, error) { return cache, nil }
	r := h.run("push", path)
	require.Zero(t, r.code, r.err)
	assert.Equal(t, "If this is interrupted, it will begin again: mkdir "+cache+": not a directory\n", r.err)
	h.program.cacheDir = func() (string, error) { return "", os.ErrNotExist }
	ctx, cancel := context.WithCancel(t.Context())
	h.onPart(aborts(1, cancel))
	r = h.runContext(ctx, "push", path, "--parallel", "1")
	assert.Equal(t, result{err: "lox: interrupted: the same command begins again\n", code: exitInterrupted}, r)
	assert.Len(t, ids(t, h.must("ls", "--json")), 1)
}

func TestPushOfStandardInput(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	_, content := newFile(t, "x", large)
	h.in = bytes.NewReader(content)
	id := h.push("-", "--name", "app-nightly", "--metadata", "host=db1", "--max-size", "1GiB", "--parallel", "2")
	assert.Contains(t, h.must("show", id), "app-nightly")
	out := filepath.Join(t.TempDir(), "out")
	h.must("pull", "--quiet", id, "-o", out)
	requireFile(t, out, content)
	h.in = strings.NewReader("")
	assert.Equal(t, "lox: this can't be done: the stream is empty, and a backup has at least 1 byte\n", h.fails(exitUsage, "push", "-", "--name", "x"))
	h.in = bytes.NewReader(content)
	assert.Contains(t, h.fails(exitUsage, "push", "-", "--name", "x", "--max-size", "1MiB"), "the stream has more than 1048576 bytes")
	_, term := openTerminal(t)
	h.in = term
	assert.Equal(t, "lox: -: standard input is a terminal: pipe something into lox\n", h.fails(exitUsage, "push", "-", "--name", "x"))
	assert.Len(t, ids(t, h.must("ls", "--json")), 1)
}

// TestInterruptedPushOfStandardInputEnds although the other end of the pipe stays open, and leaves no backup.
func TestInterruptedPushOfStandardInputEnds(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	read, write, err := os.Pipe()
	require.NoError(t, err)
	defer read.Close()
	defer write.Close()
	h.in = read
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	h.onPart(func(int64, http.ResponseWriter, *http.Request) bool {
		cancel()
		return false
	})
	var writing sync.WaitGroup
	writing.Go(func() {
		_, err := write.Write(make([]byte, 32<<20)) // a part
		assert.NoError(t, err)
	})
	r := h.runContext(ctx, "push", "-", "--name", "x")
	writing.Wait()
	assert.Equal(t, result{err: "lox: interrupted: nothing is stored, and a push of standard input can't be resumed\n", code: exitFailed}, r)
	assert.Empty(t, ids(t, h.must("ls", "--json")))
}

// TestExitCodesOfPushInParts causes each failure in the middle of an upload.
func TestExitCodesOfPushInParts(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	path, content := newFile(t, "file", large)
	newest := func() string { return ids(t, h.must("ls", "--json", "--limit", "1"))[0] }

	// The quota is used up during the push of a stream.
	other := lox.NewBackup{Name: "large", Size: 1}.Pending(h.tenant.ID, epoch, time.Hour)
	other.Size = h.tenant.Quota() - large + 1
	require.NoError(t, h.store.CreateBackup(t.Context(), other, storetest.By))
	h.in = bytes.NewReader(content)
	assert.Contains(t, h.fails(exitFull, "push", "-", "--name", "x", "--quiet"), "lox: ")
	h.must("rm", "--yes", "--quiet", other.ID.String())

	// The following failures begin with the third part.
	third := func(do func(w http.ResponseWriter, r *http.Request) bool) {
		h.onPart(func(n int64, w http.ResponseWriter, r *http.Request) bool { return n == 3 && do(w, r) })
	}
	refuse := func(status int, code string) func(w http.ResponseWriter, r *http.Request) bool {
		return func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			_, _ = fmt.Fprintf(w, `{"error":{"code":%q,"message":"The reason"}}`, code)
			return true
		}
	}
	third(refuse(http.StatusInsufficientStorage, "insufficient_storage"))
	h.fails(exitFull, "push", path, "--quiet")

	third(func(w http.ResponseWriter, r *http.Request) bool {
		assert.NoError(t, h.store.DeleteBackup(t.Context(), h.tenant.ID, h.newestBackup().ID, epoch, storetest.By))
		return refuse(http.StatusForbidden, "access_denied")(w, r)
	})
	h.fails(exitNotFound, "push", path, "--quiet")

	third(func(http.ResponseWriter, *http.Request) bool {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		assert.NoError(t, err)
		_, err = f.WriteAt([]byte("other"), 0)
		assert.NoError(t, err)
		assert.NoError(t, f.Close())
		return false
	})
	assert.Contains(t, h.fails(exitFailed, "push", path, "--quiet"), "the file changed while it was read")

	h.onPart(func(n int64, w http.ResponseWriter, r *http.Request) bool {
		return n >= 3 && refuse(http.StatusBadRequest, "checksum_mismatch")(w, r)
	})
	h.fails(exitMismatch, "push", path, "--quiet", "--parallel", "1")
	h.before.Store(nil)
	assert.Empty(t, ids(t, h.must("ls", "--json")), "nothing is left")

	// A revoked key can't delete the pending backup. The push is resumed by another key.
	h.onPart(aborts(2, func() { h.before.Store(new(refusesAll)) }))
	assert.Equal(t, "lox: Invalid API key\n", h.fails(exitRefused, "push", path, "--quiet", "--parallel", "1"))
	h.before.Store(nil)
	pending := newest()
	assert.Equal(t, pending+"\n", h.must("push", path, "--quiet"))
}

// refusesAll answers like a server that refuses every key and every upload URL.
func refusesAll(w http.ResponseWriter, r *http.Request) bool {
	w.Header().Set("Content-Type", "application/json")
	if strings.HasPrefix(r.URL.Path, "/storage/") {
		w.WriteHeader(http.StatusForbidden)
		return true
	}
	w.WriteHeader(http.StatusUnauthorized)
	_, _ = io.WriteString(w, `{"error":{"code":"authentication_error","message":"Invalid API key"}}`)
	return true
}

// newestBackup returns the backup that was created last.
func (h *testenv) newestBackup() lox.Backup {
	h.t.Helper()
	page, err := h.store.Backups(h.t.Context(), h.tenant.ID, lox.BackupQuery{Limit: 1})
	assert.NoError(h.t, err)
	return page.Backups[0]
}
