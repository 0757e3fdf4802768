package disk

import (
	"bufio"
	"bytes"
	"context"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

// begin begins an upload in parts of a new backup.
func (f *fixture) begin(t testing.TB, partSize int64) lox.PartsOf {
	t.Helper()
	of := lox.PartsOf{Key: f.key(), PartSize: partSize}
	f.backups.inParts(of.Key, partSize)
	var err error
	of.UploadID, err = f.BeginParts(t.Context(), of.Key)
	require.NoError(t, err)
	return of
}

func (f *fixture) presignPart(t testing.TB, of lox.PartsOf, number, size int) lox.PresignedUpload {
	t.Helper()
	p, err := f.PresignPart(t.Context(), lox.PartUpload{PartsOf: of, Number: number, Size: int64(size), Expires: 10 * time.Minute})
	require.NoError(t, err)
	p.URL = f.http.URL + p.URL
	return p
}

func (f *fixture) putPart(t testing.TB, of lox.PartsOf, number int, body []byte) {
	t.Helper()
	got := put(t, f.presignPart(t, of, number, len(body)), body)
	require.Equal(t, http.StatusOK, got.status, "part %d: %s", number, got.body)
}

// startPart begins an upload of a part, and sends half of it.
func (f *fixture) startPart(t *testing.T, of lox.PartsOf, number int, body []byte) *net.TCPConn {
	t.Helper()
	before := f.runningUploads()
	c := dial(t, f.presignPart(t, of, number, len(body)))
	_, err := c.Write(body[:len(body)/2])
	require.NoError(t, err)
	require.Eventually(t, func() bool { return f.runningUploads() == before+1 }, 10*time.Second, time.Millisecond)
	return c
}

func (f *fixture) numbers(t *testing.T, of lox.PartsOf) (numbers []int) {
	t.Helper()
	parts, err := f.Parts(t.Context(), of, 0, lox.MaxParts)
	require.NoError(t, err)
	for _, part := range parts {
		numbers = append(numbers, part.Number)
	}
	return numbers
}

// If a backup expects parts, a whole upload is refused, and vice versa.
func TestWholeUploadAndPartsDoNotMix(t *testing.T) {
	t.Parallel()
	f := open(t, nil)
	body := content(1000)
	of := f.begin(t, 1000)
	whole := put(t, f.presign(t, lox.Upload{Key: of.Key, Size: 1000}), body)
	assert.Equal(t, http.StatusForbidden, whole.status, "%s", whole.body)
	part := f.presignPart(t, of, 1, 1000)
	for name, partSize := range map[string]int64{"whole": 0, "of other parts": 1001} {
		f.backups.inParts(of.Key, partSize)
		assert.Equal(t, http.StatusForbidden, put(t, part, body).status, name)
	}
	f.backups.inParts(of.Key, 1000)
	for _, status := range []lox.Status{"", lox.StatusVerifying, lox.StatusCompleted, lox.StatusFailed} {
		f.backups.set(of.Key, status)
		assert.Equal(t, http.StatusForbidden, put(t, part, body).status, "%q", status)
	}
	assert.Empty(t, f.numbers(t, of))
	f.backups.set(of.Key, lox.StatusPending)
	assert.Equal(t, http.StatusOK, put(t, part, body).status)
	f.absent(t, of.Key)
	f.requireIdle(t)
}

// Several parts are uploaded in parallel, but a second upload of the same part is refused.
func TestPartsAreUploadedInParallel(t *testing.T) {
	t.Parallel()
	f := open(t, nil)
	of, body := f.begin(t, 100_000), content(100_000)
	first, second := f.startPart(t, of, 1, body), f.startPart(t, of, 2, body)
	again := put(t, f.presignPart(t, of, 1, len(body)), body)
	assert.Equal(t, http.StatusConflict, again.status)
	assert.Equal(t, "upload_in_progress", again.code(t))
	for _, c := range []net.Conn{second, first} {
		_, err := c.Write(body[50_000:])
		require.NoError(t, err)
		assert.Equal(t, http.StatusOK, statusOf(t, c))
	}
	assert.Equal(t, []int{1, 2}, f.numbers(t, of))
	f.requireIdle(t)
}

// Everything that ends an upload in parts also ends the running uploads of its parts.
func TestRunningPartsEndWithTheirUpload(t *testing.T) {
	t.Parallel()
	body := content(100_000)
	for name, test := range map[string]struct {
		end    func(f *fixture, of lox.PartsOf) error
		status int
		left   []int
	}{
		"stopped": {func(f *fixture, of lox.PartsOf) error {
			f.backups.set(of.Key, "")
			f.StopUpload(of.Key)
			return nil
		}, http.StatusForbidden, []int{1}},
		"unwanted": {func(f *fixture, of lox.PartsOf) error {
			f.backups.set(of.Key, lox.StatusFailed)
			return nil
		}, http.StatusForbidden, []int{1}},
		"closed": {func(f *fixture, _ lox.PartsOf) error { return f.ledger.close(t.Context()) }, http.StatusServiceUnavailable, []int{1}},
		"deleted": {func(f *fixture, of lox.PartsOf) error {
			return f.Delete(t.Context(), of.Key)
		}, http.StatusForbidden, nil},
		"aborted": {func(f *fixture, of lox.PartsOf) error {
			return f.AbortParts(t.Context(), of)
		}, http.StatusForbidden, nil},
		"assembled": {func(f *fixture, of lox.PartsOf) error {
			return f.AssembleParts(t.Context(), of, 100_000)
		}, http.StatusForbidden, nil},
	} {
		f := open(t, func(c *Config) { c.Recheck = time.Millisecond })
		of := f.begin(t, 100_000)
		f.putPart(t, of, 1, body)
		clients := []net.Conn{f.startPart(t, of, 2, body), f.startPart(t, of, 3, body)}
		require.NoError(t, test.end(f, of), name)
		for _, c := range clients {
			assert.Equal(t, test.status, statusOf(t, c), name)
		}
		f.requireIdle(t)
		if test.left != nil {
			assert.Equal(t, test.left, f.numbers(t, of), name)
			continue
		}
		files, err := os.ReadDir(filepath.Join(f.dir, "parts"))
		require.NoError(t, err)
		assert.Empty(t, files, name)
	}
}

func TestSlowPartIsEnded(t *testing.T) {
	t.Parallel()
	f := open(t, func(c *Config) { c.MinRate, c.RateWindow = 1000, time.Second })
	of := f.begin(t, 1<<20)
	assert.Equal(t, http.StatusRequestTimeout, statusOf(t, f.startPart(t, of, 1, content(1000))))
	assert.Empty(t, f.numbers(t, of))
}

// Space is reserved for each part, and released if the part doesn't use it.
func TestSpaceIsReservedForParts(t *testing.T) {
	t.Parallel()
	f := open(t, func(c *Config) { c.Reserve = 1000; c.free = func(string) (int64, error) { return 251_000, nil } })
	of, body := f.begin(t, 200_000), content(200_000)
	c := f.startPart(t, of, 1, body)
	require.Eventually(t, func() bool {
		f.ledger.mu.Lock()
		defer f.ledger.mu.Unlock()
		return f.ledger.promised == 200_000
	}, 10*time.Second, time.Millisecond)
	got := put(t, f.presignPart(t, of, 2, 60_000), body[:60_000])
	assert.Equal(t, http.StatusInsufficientStorage, got.status, "%s", got.body)
	f.putPart(t, of, 2, body[:50_000])
	require.NoError(t, c.Close())
	f.requireIdle(t)
	f.putPart(t, of, 3, body)
	assert.Equal(t, []int{2, 3}, f.numbers(t, of))
}

// A client that waits for "100 Continue" doesn't send a part that is refused.
func TestRefusedPartIsNotSentAfterExpectContinue(t *testing.T) {
	t.Parallel()
	f := open(t, nil)
	of, body := f.begin(t, 1000), content(1000)
	c := dial(t, f.presignPart(t, of, 1, 1000), "Expect: 100-continue")
	answers := bufio.NewReader(c)
	line, err := answers.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "HTTP/1.1 100 Continue\r\n", line)
	_, err = c.Write(body)
	require.NoError(t, err)
	require.Eventually(t, func() bool { return len(f.numbers(t, of)) == 1 }, 10*time.Second, time.Millisecond)
	again := f.presignPart(t, of, 1, 1000)
	require.NoError(t, f.AbortParts(t.Context(), of))
	assert.Equal(t, http.StatusForbidden, statusOf(t, dial(t, again, "Expect: 100-continue")))
}

// A stored part isn't written again if the declared checksum is the same.
func TestSamePartIsNotWrittenAgain(t *testing.T) {
	t.Parallel()
	var free atomic.Int64
	free.Store(1 << 40)
	f := open(t, func(c *Config) { c.Reserve = 1; c.free = func(string) (int64, error) { return free.Load(), nil } })
	of, body := f.begin(t, 1000), content(1000)
	sum := sumOf(body)
	p, err := f.PresignPart(t.Context(), lox.PartUpload{PartsOf: of, Number: 1, Size: 1000, Checksum: &sum, Expires: time.Minute})
	require.NoError(t, err)
	p.URL = f.http.URL + p.URL
	assert.Equal(t, http.StatusOK, put(t, p, body).status)
	free.Store(0) // it needs no space any more
	assert.Equal(t, http.StatusOK, put(t, p, body).status)
	assert.Equal(t, http.StatusBadRequest, put(t, p, content(1000)).status)
	assert.Equal(t, []int{1}, f.numbers(t, of))
}

// All calls of BeginParts for a key return the same id.
func TestBeginPartsIsIdempotent(t *testing.T) {
	t.Parallel()
	f := open(t, nil)
	key := f.key()
	ids := make([]string, 8)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			var err error
			ids[i], err = f.BeginParts(t.Context(), key)
			assert.NoError(t, err)
		})
	}
	wg.Wait()
	assert.Len(t, slices.Compact(ids), 1)
	for _, key := range []string{"", "a", "a/b", "../x/y"} {
		_, err := f.BeginParts(t.Context(), key)
		require.Error(t, err, "%q", key)
		require.Error(t, f.AbortParts(t.Context(), lox.PartsOf{Key: key, UploadID: ids[0]}))
		_, err = f.Parts(t.Context(), lox.PartsOf{Key: key, UploadID: ids[0]}, 0, 1)
		assert.Equal(t, lox.CodeUploadIncomplete, lox.CodeOf(err))
		assert.Equal(t, lox.CodeUploadIncomplete, lox.CodeOf(f.AssembleParts(t.Context(), lox.PartsOf{Key: key, UploadID: ids[0]}, 1)))
	}
}

// Assembled parts replace an earlier object.
func TestPartsReplaceAnObject(t *testing.T) {
	t.Parallel()
	f := open(t, nil)
	key := f.store(t, content(500))
	f.backups.inParts(key, 1000)
	of := lox.PartsOf{Key: key, PartSize: 1000}
	var err error
	of.UploadID, err = f.BeginParts(t.Context(), key)
	require.NoError(t, err)
	body := content(1500)
	f.putPart(t, of, 1, body[:1000])
	f.putPart(t, of, 2, body[1000:])
	require.NoError(t, f.AssembleParts(t.Context(), of, 1500))
	assert.Equal(t, body, f.get(t, lox.Download{Key: key}).body)
	o, err := f.Stat(t.Context(), key)
	require.NoError(t, err)
	require.NotNil(t, o.Checksum)
	assert.Equal(t, sumOf(body), *o.Checksum)
}

// Uploads in parts survive restarts. Other files in their directory stay.
func TestUploadsInPartsSurviveARestart(t *testing.T) {
	t.Parallel()
	b := &backups{status: map[lox.BackupID]lox.Status{}}
	dir := filepath.Join(t.TempDir(), "data")
	cfg := Config{Dir: dir, Key: bytes.Repeat([]byte("k"), 32), Backups: b}
	f := &fixture{backups: b, dir: dir}
	f.http = newServer(t, func() http.Handler { return f.Handler() })
	restart := func() {
		if f.Store != nil {
			require.NoError(t, f.Close(t.Context()))
		}
		var err error
		f.Store, err = Open(cfg)
		require.NoError(t, err)
	}
	restart()
	body := content(3 << 20)
	of, unused := f.begin(t, 1<<20), f.begin(t, 1<<20)
	f.putPart(t, of, 1, body[:1<<20])
	restart()
	f.putPart(t, of, 2, body[1<<20:2<<20])
	restart()
	id, err := f.BeginParts(t.Context(), of.Key)
	require.NoError(t, err)
	assert.Equal(t, of.UploadID, id)
	assert.Equal(t, []int{1, 2}, f.numbers(t, of))
	f.putPart(t, of, 3, body[2<<20:])
	require.NoError(t, f.AssembleParts(t.Context(), of, 3<<20))
	o, err := f.Stat(t.Context(), of.Key)
	require.NoError(t, err)
	require.NotNil(t, o.Checksum)
	assert.Equal(t, sumOf(body), *o.Checksum)

	_, table := f.files.partPaths(unused.Key)
	broken, err := os.ReadFile(table)
	require.NoError(t, err)
	broken[20]++
	require.NoError(t, os.WriteFile(table, broken, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "parts", "README"), nil, 0o600))
	restart()
	var found []lox.UnfinishedParts
	for u, err := range f.UnfinishedParts(t.Context()) {
		require.NoError(t, err)
		found = append(found, u)
	}
	require.Len(t, found, 1)
	assert.Equal(t, lox.UnfinishedParts{Key: unused.Key, Begun: found[0].Begun}, found[0], "its id is unknown, because the table is damaged")
	require.NoError(t, f.AbortParts(t.Context(), lox.PartsOf{Key: found[0].Key, UploadID: found[0].UploadID}))
	files, err := os.ReadDir(filepath.Join(dir, "parts"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	require.NoError(t, f.Close(t.Context()))
}

// The list of uploads has at most a window of names in memory.
func TestUnfinishedPartsAreListedInWindows(t *testing.T) {
	t.Parallel()
	f := open(t, nil)
	want := map[string]string{}
	for range 10 {
		of := f.begin(t, 1000)
		want[of.Key] = of.UploadID
	}
	for _, window := range []int{1, 2, 7, 100} {
		got := map[string]string{}
		for u, err := range (Files{dir: f.dir, window: window}).UnfinishedParts(t.Context()) {
			require.NoError(t, err)
			got[u.Key] = u.UploadID
		}
		assert.Equal(t, want, got, "%d names at once", window)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range f.UnfinishedParts(ctx) {
		require.ErrorIs(t, err, context.Canceled)
	}
}

// The bytes of a part are durable before its record, and an object is durable before its upload ends.
func TestPartsAreSyncedBeforeTheirRecord(t *testing.T) {
	t.Parallel()
	c := newComputer(t, faultless)
	c.start(t)
	key := c.key(lox.NewTenantID())
	n := len(c.recorded())
	calls := func() []string {
		called := c.since(n, key)
		n = len(c.recorded())
		for i := range called {
			called[i] = strings.ReplaceAll(called[i], "T.B", "U")
		}
		return called
	}
	of := c.mustBegin(t, key)
	assert.Equal(t, []string{
		"create parts/U.data", "create uploads/upload", "write 64 bytes to uploads/upload", "sync uploads/upload",
		"rename uploads/upload to parts/U.table", "syncdir parts",
	}, calls())
	body := content(testPartSize + 10)
	require.Equal(t, http.StatusOK, c.putPart(t, of, 2, body[testPartSize:]))
	assert.Equal(t, []string{
		"write 10 bytes at 100 to parts/U.data", "sync parts/U.data", "write 64 bytes at 128 to parts/U.table", "sync parts/U.table",
	}, calls())
	require.Equal(t, http.StatusOK, c.putPart(t, of, 1, content(testPartSize)))
	calls()
	require.Equal(t, http.StatusOK, c.putPart(t, of, 1, body[:testPartSize]))
	assert.Equal(t, []string{
		"write 64 bytes at 64 to parts/U.table", "sync parts/U.table",
		"write 100 bytes to parts/U.data", "sync parts/U.data", "write 64 bytes at 64 to parts/U.table", "sync parts/U.table",
	}, calls(), "its record is removed first")
	require.NoError(t, c.assemble(t, of, body))
	assert.Equal(t, []string{
		"sync parts/U.data", "mkdir objects/T", "syncdir objects", "link parts/U.data to objects/T/B", "syncdir objects/T",
		"remove parts/U.table", "remove parts/U.data", "syncdir parts",
	}, calls())
	require.NoError(t, c.assemble(t, of, body))
	require.NoError(t, c.abort(t, of))
	assert.Equal(t, []string{""}, calls(), "repeated calls change nothing")
}
