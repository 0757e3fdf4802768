package main_test

import (
	"bytes"
	"crypto/rand"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/client"
)

const (
	mebibyte = 1 << 20
	reserve  = 64 * mebibyte
)

// onSmallDisk is a LOX whose storage is a separate file system. Only root can mount one.
func onSmallDisk(t *testing.T, size int64, env ...string) setup {
	t.Helper()
	s := setup{dir: newDir(t), env: append(env, "LOX_DISK_RESERVE=64MiB", "LOX_SWEEP_INTERVAL=50ms", "LOX_RATE_LIMIT_FACTOR=1000",
		"LOX_MARK_INTERVAL=1h")}
	require.NoError(t, os.Mkdir(s.storageDir(), 0o700))
	mountSmallDisk(t, s.storageDir(), size)
	return s
}

func mountSmallDisk(t *testing.T, dir string, size int64) {
	t.Helper()
	err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "mode=0700,size="+strconv.FormatInt(size, 10))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("needs root, to mount a small disk: ", err)
		}
		t.Skip("needs root, to mount a small disk: ", err)
	}
	t.Cleanup(func() { // after the end of the server
		require.Eventually(t, func() bool { return syscall.Unmount(dir, 0) == nil }, patience, tick)
	})
}

// free returns the free space of the small disk, in bytes.
func (s setup) free(t *testing.T) int64 {
	t.Helper()
	var st syscall.Statfs_t
	require.NoError(t, syscall.Statfs(s.storageDir(), &st))
	return int64(st.Bavail) * st.Bsize
}

// A small disk is filled again and again by uploads that don't all fit.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	const size, rounds, uploads, each = 200 * mebibyte, 10, 8, 30 * mebibyte
	const fitting = (size - reserve) / each
	s := onSmallDisk(t, size)
	p := s.start(t)
	a := newAPI(t, p.baseURL, s.savedKey(t))
	lowest := s.watchFree(t)
	mark := filepath.Join(s.storageDir(), "objects", lox.OwnPrefix, lox.MarkName)
	eventually(t, func() bool { return fileExists(mark) })
	all := s.free(t)
	require.Equal(t, int64(size-os.Getpagesize()), all, "but for the mark")
	file := noise(1, each)
	for range rounds {
		requireReadiness(t, p, http.StatusOK, `{"database":"ok","disk":"ok"}`)
		created := make([]*client.BackupUpload, uploads)
		for i := range created {
			created[i] = requireCreated(t, a, each)
		}
		statuses := make([]int, uploads)
		var working sync.WaitGroup
		for i, upload := range created {
			o := offer(t, upload)
			working.Go(func() { statuses[i] = o.put(t, file) })
		}
		working.Wait()
		var stored []string
		for i, status := range statuses {
			if status == http.StatusOK {
				stored = append(stored, created[i].ID)
			}
		}
		require.Len(t, stored, fitting, "%v", statuses)
		for _, id := range stored {
			done, err := a.complete(t.Context(), id)
			require.NoError(t, err)
			require.Equal(t, checksum(file), done.Checksum)
		}
		requireDownload(t, a, stored[0], file)

		// Up to the last usable byte.
		rest := requireCreated(t, a, s.free(t)-reserve)
		require.NoError(t, a.put(t.Context(), rest, file[:s.free(t)-reserve]))
		require.Equal(t, int64(reserve), s.free(t))
		requireReadiness(t, p, http.StatusServiceUnavailable, `{"database":"ok","disk":"unavailable"}`)
		_, err := a.create(t.Context(), client.CreateBackupJSONRequestBody{Name: "n", SizeBytes: 1}, "")
		requireRefused(t, err, http.StatusServiceUnavailable)
		require.ErrorContains(t, err, "no room")

		for _, upload := range slices.Concat(created, []*client.BackupUpload{rest}) {
			require.NoError(t, a.delete(t.Context(), upload.ID))
		}
		eventually(t, func() bool { return s.free(t) == all })
	}
	p.stop(t, syscall.SIGTERM)
	t.Logf("never less than %d bytes were free", lowest.Load())
	require.GreaterOrEqual(t, lowest.Load(), int64(reserve))
}

// put sends a file if the server accepts it, and returns the status of the answer. Any goroutine
// may call it.
func (o *offered) put(t *testing.T, file []byte) int {
	t.Helper()
	resp, err := http.ReadResponse(o.from, nil)
	if !assert.NoError(t, err) {
		return 0
	}
	if resp.StatusCode == http.StatusContinue {
		_, err := io.Copy(o.conn, bytes.NewReader(file))
		assert.NoError(t, err)
		if resp, err = http.ReadResponse(o.from, nil); !assert.NoError(t, err) {
			return 0
		}
		assert.Equal(t, http.StatusOK, resp.StatusCode, "an upload that was let in")
		return resp.StatusCode
	}
	body, err := io.ReadAll(resp.Body)
	assert.NoError(t, err)
	assert.Equal(t, http.StatusInsufficientStorage, resp.StatusCode)
	assert.Contains(t, string(body), `{"error":{"code":"insufficient_storage",`)
	return resp.StatusCode
}

// watchFree records the minimum of the free space.
func (s setup) watchFree(t *testing.T) *atomic.Int64 {
	t.Helper()
	var lowest atomic.Int64
	lowest.Store(s.free(t))
	done := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		look := time.NewTicker(time.Millisecond)
		defer look.Stop()
		for {
			lowest.Store(min(lowest.Load(), s.free(t)))
			select {
			case <-look.C:
			case <-done:
				return
			}
		}
	})
	t.Cleanup(func() { // before the disk is unmounted
		close(done)
		watching.Wait()
	})
	return &lowest
}

// The space that an upload needs is reserved when it begins, and released if it is too slow.
func TestReservedSpace(t *testing.T) {
	t.Parallel()
	const size, each = 512 * mebibyte, 300 * mebibyte
	s := onSmallDisk(t, size, "LOX_UPLOAD_RATE_WINDOW=2s", "LOX_UPLOAD_MIN_RATE=8KiB")
	p := s.start(t)
	a := newAPI(t, p.baseURL, s.savedKey(t))
	one, two := requireCreated(t, a, each), requireCreated(t, a, each)
	file := noise(1, each)

	slow := offer(t, one)
	require.Equal(t, http.StatusContinue, slow.next(t).StatusCode)
	requireCode(t, offer(t, two).next(t), http.StatusInsufficientStorage, "insufficient_storage")
	_, err := a.create(t.Context(), client.CreateBackupJSONRequestBody{Name: "n", SizeBytes: each}, "")
	requireRefused(t, err, http.StatusServiceUnavailable)
	requireReadiness(t, p, http.StatusOK, `{"database":"ok","disk":"ok"}`)

	requireCode(t, slow.next(t), http.StatusRequestTimeout, "upload_too_slow")
	requireCreated(t, a, each)
	next := offer(t, two)
	require.Equal(t, http.StatusContinue, next.next(t).StatusCode)
	_, err = io.Copy(next.conn, bytes.NewReader(file))
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, next.next(t).StatusCode)
	done, err := a.complete(t.Context(), two.ID)
	require.NoError(t, err)
	require.Equal(t, checksum(file), done.Checksum)
	p.stop(t, syscall.SIGTERM)
}

// requireReadiness checks the answer of /readyz.
func requireReadiness(t *testing.T, p *process, status int, want string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, rootURL(p.baseURL)+"/readyz", nil)
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, status, resp.StatusCode, "%s", body)
	require.JSONEq(t, want, string(body))
}

// filePaths returns the relative paths of all files below a directory.
func filePaths(t *testing.T, dir string) []string {
	t.Helper()
	return slices.Sorted(maps.Keys(filesBelow(t, dir)))
}

// The first start says how much space is needed and how much is free; with more space the next
// start works. So does a disk that is filled later.
func TestFirstStartOnSmallDisk(t *testing.T) {
	t.Parallel()
	s := setup{dir: newDir(t)}
	mountSmallDisk(t, s.dir, 20*mebibyte)
	_, stderr, code := s.run(t, "serve")
	assert.Equal(t, 1, code)
	assert.Regexp(t, `lox: .*the disk of \S+ is too small: a new database needs 64 MiB, and (19|20) MiB are free: free some space there, or choose another directory`, stderr)
	assert.NotContains(t, stderr, "exit code")

	require.NoError(t, syscall.Mount("", s.dir, "", syscall.MS_REMOUNT, "size=80m"))
	s.start(t).stop(t, syscall.SIGINT)
	filler, err := os.Create(filepath.Join(s.dir, "filler"))
	require.NoError(t, err)
	_, err = io.Copy(filler, rand.Reader)
	require.ErrorIs(t, err, syscall.ENOSPC)
	require.NoError(t, filler.Close())
	_, stderr, code = s.run(t, "serve")
	assert.Equal(t, 1, code)
	assert.Regexp(t, `the disk of \S+ is full: 0 MiB are free, and a start needs at least 17 MiB: free some space there`, stderr)
	require.NoError(t, os.Remove(filler.Name()))
	s.start(t).stop(t, syscall.SIGINT)
}

// The space for the tables of a new cluster is increased step by step. Whichever part of the start
// needs more, the error says that the disk is full.
func TestMigrationFillsDisk(t *testing.T) {
	t.Parallel()
	s := setup{dir: newDir(t)}
	mountSmallDisk(t, s.dir, 80*mebibyte)
	p := s.start(t)
	db := s.embeddedSQL(t)
	_, err := db.ExecContext(t.Context(), "drop schema public cascade; create schema public")
	require.NoError(t, err)
	require.NoError(t, db.Close())
	p.stop(t, syscall.SIGINT)
	filler, err := os.Create(filepath.Join(s.dir, "filler"))
	require.NoError(t, err)
	_, err = io.Copy(filler, rand.Reader)
	require.ErrorIs(t, err, syscall.ENOSPC)
	size, err := filler.Seek(0, io.SeekCurrent)
	require.NoError(t, err)
	var failures string
	for code := 1; code != 0; size -= mebibyte / 2 {
		require.NoError(t, filler.Truncate(size))
		var stderr string
		if _, stderr, code = s.run(t, "migrate"); code != 0 {
			assert.Regexp(t, `the disk of \S+ is full: \d+ MiB are free, and a start needs at least 17 MiB: free some space there`, stderr)
			failures += stderr
		}
	}
	require.NoError(t, filler.Close())
	assert.Contains(t, failures, "free some space there: migrate the database: ")
}
