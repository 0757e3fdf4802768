package disk

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

// dataDir is the path of a computer's store below its root. At first its parent is missing, too.
const dataDir = "srv/lox"

var uploadsDir = filepath.Join(dataDir, "uploads")

// computer runs one store after another, and records the changes of their disk.
type computer struct {
	*recorder
	backups *backups
	// mutate adds a fault to the file system of a store.
	mutate func(fileSystem) fileSystem
	store  *Store
	http   *httptest.Server

	mu sync.Mutex
	// sending has the checksum of the last body that was sent for a key or a part.
	sending map[string]lox.Checksum
}

func newComputer(t *testing.T, mutate func(fileSystem) fileSystem) *computer {
	t.Helper()
	c := &computer{
		recorder: newRecorder(t.TempDir()), mutate: mutate,
		backups: &backups{status: map[lox.BackupID]lox.Status{}}, sending: map[string]lox.Checksum{},
	}
	c.http = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := strings.TrimPrefix(r.URL.Path, UploadPath)
		if number := r.URL.Query().Get(paramPart); number != "" {
			key += "#" + number
		}
		c.store.Handler().ServeHTTP(&acknowledging{w, c, key}, r)
	}))
	t.Cleanup(func() {
		if c.store != nil {
			c.stop(t)
		}
		c.http.Close()
	})
	return c
}

func (c *computer) start(t *testing.T) {
	t.Helper()
	require.NoError(t, c.tryStart())
}

func (c *computer) tryStart() error {
	store, err := Open(storeConfig(filepath.Join(c.root, dataDir), c.backups, c.mutate(c.recorder)))
	if err == nil {
		c.store = store
	}
	return err
}

func storeConfig(dir string, backups Backups, files fileSystem) Config {
	return Config{Dir: dir, Key: bytes.Repeat([]byte("k"), 32), Backups: backups, Reserve: -1, files: files}
}

func (c *computer) stop(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second) // the test's context may have ended
	defer cancel()
	require.NoError(t, c.store.Close(ctx))
	c.store = nil
}

// acknowledging notes an upload as stored just before its response is sent.
type acknowledging struct {
	http.ResponseWriter
	c   *computer
	key string
}

func (w *acknowledging) WriteHeader(status int) {
	if status == http.StatusOK {
		w.c.mu.Lock()
		sum := w.c.sending[w.key]
		w.c.mu.Unlock()
		w.c.note(func(o *outcomes) { o.stored(w.key, sum) })
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *acknowledging) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// key returns the key of a new backup that waits for its upload.
func (c *computer) key(tenant lox.TenantID) string {
	key := tenant.String() + "/" + lox.NewBackupID().String()
	c.backups.set(key, lox.StatusPending)
	return key
}

func (c *computer) url(t *testing.T, key string, size int) lox.PresignedUpload {
	t.Helper()
	p, err := c.store.PresignPut(t.Context(), lox.Upload{Key: key, Size: int64(size), Expires: time.Hour})
	require.NoError(t, err)
	p.URL = c.http.URL + p.URL
	return p
}

// upload uploads a body, and returns the status of the response.
func (c *computer) upload(t *testing.T, key string, body []byte) int {
	t.Helper()
	sum := sumOf(body)
	c.mu.Lock()
	c.sending[key] = sum
	c.mu.Unlock()
	c.note(func(o *outcomes) { o.uploading(key, sum) })
	return put(t, c.url(t, key, len(body)), body).status
}

// cut sends half of a body, and ends the upload.
func (c *computer) cut(t *testing.T, key string, body []byte) {
	t.Helper()
	conn := dial(t, c.url(t, key, len(body)))
	_, err := conn.Write(body[:len(body)/2])
	require.NoError(t, err)
	require.NoError(t, conn.CloseWrite())
	require.GreaterOrEqual(t, statusOf(t, conn), 400)
}

func (c *computer) remove(t *testing.T, key string) error {
	t.Helper()
	c.note(func(o *outcomes) { o.deleting(key); o.ending(key) })
	err := c.store.Delete(t.Context(), key)
	if err == nil {
		c.note(func(o *outcomes) { o.deleted(key); o.ended(key) })
	}
	return err
}

// lossResult has the number of tested states of the disk, and the contradictions to the responses that clients got.
type lossResult struct {
	calls, states int
	wrong         []string
}

// maxWrong is after how many contradictions the test stops.
const maxWrong = 20

// cutPower starts a store in every state that a power failure may leave after each recorded call, from the call first on.
func (c *computer) cutPower(t *testing.T, first int) (result lossResult) {
	t.Helper()
	calls := c.recorded()
	result.calls = c.changes()
	seen := map[string]bool{}
	for n := first; n <= len(calls) && len(result.wrong) < maxWrong; n++ {
		var expected outcomes
		for _, c := range calls[:n] {
			if c.op == "mark" {
				c.mark(&expected)
			}
		}
		replay(calls[:n]).states(uploadsDir, func(left tree) {
			state := left.key(uploadsDir) + fmt.Sprint(expected.may, expected.assembling)
			if seen[state] || len(result.wrong) >= maxWrong {
				return
			}
			seen[state] = true
			for _, wrong := range c.afterPowerLoss(t, left, &expected) {
				after := "the start"
				if n > 0 {
					after = calls[n-1].String()
				}
				result.wrong = append(result.wrong, fmt.Sprintf("power failure after call %d (%s): %s", n, after, wrong))
			}
		})
	}
	result.states = len(seen)
	return result
}

// afterPowerLoss starts a store on the remaining files, and compares its objects and files with the responses that clients got.
func (c *computer) afterPowerLoss(t *testing.T, left tree, expected *outcomes) (wrong []string) {
	t.Helper()
	root, err := os.MkdirTemp(c.root, "left-") //nolint:usetesting // there are thousands: remove each at once
	require.NoError(t, err)
	defer os.RemoveAll(root)
	require.NoError(t, left.write(root))
	dir := filepath.Join(root, dataDir)
	store, err := Open(storeConfig(dir, c.backups, c.mutate(newRecorder(root))))
	if err != nil {
		return []string{err.Error()}
	}
	for _, key := range expected.keys() {
		if err := expected.check(key, served(t, store, key)); err != nil {
			wrong = append(wrong, err.Error())
		}
	}
	wrong = append(wrong, wrongParts(t, store, expected)...)
	require.NoError(t, store.Close(t.Context()))
	return append(wrong, wrongFiles(t, dir, expected)...)
}

// served downloads an object, and returns its checksum.
func served(t *testing.T, store *Store, key string) lox.Checksum {
	t.Helper()
	from, err := store.PresignGet(t.Context(), lox.Download{Key: key, Expires: time.Hour})
	require.NoError(t, err)
	w := httptest.NewRecorder()
	store.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, from, nil))
	if w.Code == http.StatusNotFound {
		return absent
	}
	require.Equal(t, http.StatusOK, w.Code)
	return sumOf(w.Body.Bytes())
}

// wrongFiles returns what is wrong with the files of a store that has just started.
func wrongFiles(t *testing.T, dir string, expected *outcomes) (wrong []string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		require.NoError(t, err)
		key, isObject := strings.CutPrefix(rel, "objects/")
		switch {
		case rel == "lock", strings.HasPrefix(rel, "parts/"): // see wrongParts
		case isObject:
			body, err := os.ReadFile(path)
			require.NoError(t, err)
			if err := expected.check(key, sumOf(body)); err != nil {
				wrong = append(wrong, err.Error())
			}
		default:
			wrong = append(wrong, rel+" outlived a restart")
		}
		return nil
	}))
	return wrong
}

// sequentialUse makes a first start, three uploads of two tenants, an interrupted upload, a deletion, and another upload of the
// deleted object.
func sequentialUse(t *testing.T, c *computer) {
	t.Helper()
	c.start(t)
	first, second := lox.NewTenantID(), lox.NewTenantID()
	kept, deleted, other := c.key(first), c.key(first), c.key(second)
	require.Equal(t, http.StatusOK, c.upload(t, kept, content(bufferSize+1)))
	require.Equal(t, http.StatusOK, c.upload(t, deleted, content(100)))
	require.Equal(t, http.StatusOK, c.upload(t, other, content(100)))
	c.cut(t, c.key(first), content(2*bufferSize+2))
	require.NoError(t, c.remove(t, deleted))
	require.Equal(t, http.StatusOK, c.upload(t, deleted, content(200)))
	require.NoError(t, c.remove(t, c.key(second)))
	c.stop(t)
}

// concurrentUse makes uploads of two new tenants, and deletions, at the same time.
func concurrentUse(t *testing.T, c *computer) {
	t.Helper()
	c.start(t)
	first, second := lox.NewTenantID(), lox.NewTenantID()
	var wg sync.WaitGroup
	for _, tenant := range []lox.TenantID{first, first, first, second} {
		key := c.key(tenant)
		wg.Go(func() {
			assert.Equal(t, http.StatusOK, c.upload(t, key, content(100)))
			if tenant == first {
				assert.NoError(t, c.remove(t, key))
			}
		})
	}
	wg.Wait()
	c.stop(t)
}

func faultless(files fileSystem) fileSystem { return files }

// Whenever the power fails, no acknowledged upload is lost, no deleted object comes back, and no incomplete object is visible.
func TestPowerLossLosesNothing(t *testing.T) {
	t.Parallel()
	for name, scenario := range map[string]func(*testing.T, *computer){
		"one after another": sequentialUse,
		"all at once":       concurrentUse,
		"parts":             useOfParts,
		"parts at once":     concurrentUseOfParts,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newComputer(t, faultless)
			scenario(t, c)
			result := c.cutPower(t, 0)
			assert.Empty(t, strings.Join(result.wrong, "\n"))
			t.Logf("%d calls, %d states of the disk", result.calls, result.states)
		})
	}
}
