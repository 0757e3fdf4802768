package disk

import (
	"errors"
	"net/http"
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

const testPartSize = 100

// begin begins an upload in parts.
func (c *computer) begin(t *testing.T, key string) (lox.PartsOf, error) {
	t.Helper()
	of := lox.PartsOf{Key: key, PartSize: testPartSize}
	c.backups.inParts(key, testPartSize)
	c.note(func(o *outcomes) { o.add(partOf(key, 0), begun) })
	var err error
	of.UploadID, err = c.store.BeginParts(t.Context(), key)
	if err == nil {
		c.note(func(o *outcomes) { o.set(partOf(key, 0), begun) })
	}
	return of, err
}

func (c *computer) mustBegin(t *testing.T, key string) lox.PartsOf {
	t.Helper()
	of, err := c.begin(t, key)
	require.NoError(t, err)
	return of
}

func (c *computer) partURL(t *testing.T, of lox.PartsOf, number, size int) lox.PresignedUpload {
	t.Helper()
	p, err := c.store.PresignPart(t.Context(), lox.PartUpload{PartsOf: of, Number: number, Size: int64(size), Expires: time.Hour})
	require.NoError(t, err)
	p.URL = c.http.URL + p.URL
	return p
}

// putPart uploads a part, and returns the status of the response.
func (c *computer) putPart(t *testing.T, of lox.PartsOf, number int, body []byte) int {
	t.Helper()
	sum := sumOf(body)
	c.mu.Lock()
	c.sending[partOf(of.Key, number)] = sum
	c.mu.Unlock()
	c.note(func(o *outcomes) { o.sendingPart(of.Key, number, sum) })
	return put(t, c.partURL(t, of, number, len(body)), body).status
}

// cutPart sends half of a part, and ends the upload.
func (c *computer) cutPart(t *testing.T, of lox.PartsOf, number int, body []byte) {
	t.Helper()
	c.note(func(o *outcomes) {
		o.add(partOf(of.Key, number), absent)
		o.forgetAssembling(of.Key)
	})
	conn := dial(t, c.partURL(t, of, number, len(body)))
	_, err := conn.Write(body[:len(body)/2])
	require.NoError(t, err)
	require.NoError(t, conn.CloseWrite())
	require.GreaterOrEqual(t, statusOf(t, conn), 400)
}

// wrongPart sends a part that doesn't match its declared checksum.
func (c *computer) wrongPart(t *testing.T, of lox.PartsOf, number int, body []byte) {
	t.Helper()
	c.note(func(o *outcomes) {
		o.add(partOf(of.Key, number), absent)
		o.forgetAssembling(of.Key)
	})
	p, err := c.store.PresignPart(t.Context(), lox.PartUpload{
		PartsOf: of, Number: number, Size: int64(len(body)), Checksum: &lox.Checksum{}, Expires: time.Hour,
	})
	require.NoError(t, err)
	p.URL = c.http.URL + p.URL
	require.Equal(t, http.StatusBadRequest, put(t, p, body).status)
}

func (c *computer) assemble(t *testing.T, of lox.PartsOf, body []byte) error {
	t.Helper()
	c.note(func(o *outcomes) { o.assemblingParts(of.Key, sumOf(body)) })
	err := c.store.AssembleParts(t.Context(), of, int64(len(body)))
	if err == nil {
		c.note(func(o *outcomes) {
			o.stored(of.Key, sumOf(body))
			o.ended(of.Key)
		})
	}
	if lox.CodeOf(err) == lox.CodeUploadIncomplete {
		c.note(func(o *outcomes) { o.forgetAssembling(of.Key) })
	}
	return err
}

func (c *computer) abort(t *testing.T, of lox.PartsOf) error {
	t.Helper()
	c.note(func(o *outcomes) { o.ending(of.Key) })
	err := c.store.AbortParts(t.Context(), of)
	if err == nil {
		c.note(func(o *outcomes) { o.ended(of.Key) })
	}
	return err
}

// storedParts returns the checksums of the parts that a store lists, computed from the bytes on the disk.
func storedParts(t *testing.T, store *Store, key string) map[int]lox.Checksum {
	t.Helper()
	data, table := store.files.partPaths(key)
	id, _, err := readTable(table)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	require.NoError(t, err)
	list, err := store.Parts(t.Context(), lox.PartsOf{Key: key, UploadID: id, PartSize: testPartSize}, 0, lox.MaxParts)
	require.NoError(t, err)
	bytes, err := os.ReadFile(data)
	require.NoError(t, err)
	found := map[int]lox.Checksum{0: begun}
	for _, part := range list {
		at := min(len(bytes), (part.Number-1)*testPartSize)
		found[part.Number] = sumOf(bytes[at:min(len(bytes), at+int(part.Size))])
	}
	return found
}

// wrongParts returns what is wrong with the uploads in parts of a store that has just started.
func wrongParts(t *testing.T, store *Store, expected *outcomes) (wrong []string) {
	t.Helper()
	for _, key := range expected.uploads() {
		found := storedParts(t, store, key)
		for number := range expected.parts(key) {
			if err := expected.check(partOf(key, number), found[number]); err != nil {
				wrong = append(wrong, err.Error())
			}
		}
		for number := range found {
			if err := expected.check(partOf(key, number), found[number]); err != nil {
				wrong = append(wrong, err.Error())
			}
		}
		if served(t, store, key) != absent {
			continue
		}
		for number, sum := range expected.assembling[key] {
			if found[number] != sum {
				wrong = append(wrong, key+" is lost: there are not all parts, and no object")
			}
		}
	}
	tables, err := filepath.Glob(filepath.Join(store.files.parts, "*"))
	require.NoError(t, err)
	have := map[string]int{}
	for _, path := range tables {
		have[strings.TrimSuffix(strings.TrimSuffix(path, tableSuffix), dataSuffix)]++
	}
	for path, n := range have {
		if n != 2 {
			wrong = append(wrong, filepath.Base(path)+": one of its files outlived a restart")
		}
	}
	return wrong
}

// useOfParts makes uploads in parts: one is assembled, after parts of it were uploaded again and interrupted, one is aborted,
// one is deleted, and one stays unfinished.
func useOfParts(t *testing.T, c *computer) {
	t.Helper()
	c.start(t)
	tenant := lox.NewTenantID()
	body := content(2*testPartSize + 30)
	of := c.mustBegin(t, c.key(tenant))
	put := func(of lox.PartsOf, number int, body []byte) {
		t.Helper()
		require.Equal(t, http.StatusOK, c.putPart(t, of, number, body))
	}
	put(of, 2, body[testPartSize:2*testPartSize])
	put(of, 1, content(testPartSize))
	put(of, 1, body[:testPartSize])
	c.cutPart(t, of, 2, content(testPartSize))
	c.wrongPart(t, of, 4, content(testPartSize)) // beyond the end
	put(of, 2, body[testPartSize:2*testPartSize])
	put(of, 3, body[2*testPartSize:])
	require.NoError(t, c.assemble(t, of, body))
	require.Equal(t, sumOf(body), served(t, c.store, of.Key))

	aborted, deleted, kept := c.mustBegin(t, c.key(tenant)), c.mustBegin(t, c.key(tenant)), c.mustBegin(t, c.key(tenant))
	for _, each := range []lox.PartsOf{aborted, deleted, kept} {
		put(each, 1, content(50))
	}
	require.NoError(t, c.abort(t, aborted))
	require.NoError(t, c.remove(t, deleted.Key))
	require.NoError(t, c.abort(t, of))
	require.NoError(t, c.remove(t, of.Key))
	c.stop(t)
}

// concurrentUseOfParts uploads parts of two uploads at the same time.
func concurrentUseOfParts(t *testing.T, c *computer) {
	t.Helper()
	c.start(t)
	var all sync.WaitGroup
	for range 2 {
		key := c.key(lox.NewTenantID())
		all.Go(func() {
			body := content(3 * testPartSize)
			of, err := c.begin(t, key)
			if !assert.NoError(t, err) {
				return
			}
			var parts sync.WaitGroup
			for i := range 3 {
				parts.Go(func() {
					assert.Equal(t, http.StatusOK, c.putPart(t, of, i+1, body[i*testPartSize:(i+1)*testPartSize]))
				})
			}
			parts.Wait()
			assert.NoError(t, c.assemble(t, of, body))
		})
	}
	all.Wait()
	c.stop(t)
}

// partClients uploads a backup in parts, to a process that is killed and to the next one.
type partClients struct {
	key  string
	body []byte
}

func newPartClients(c *computer) killedClients {
	return &partClients{c.key(lox.NewTenantID()), content(testPartSize + 1)}
}

func (k *partClients) part(number int) []byte {
	return k.body[(number-1)*testPartSize : min(len(k.body), number*testPartSize)]
}

func (k *partClients) before(t *testing.T, c *computer) {
	t.Helper()
	if c.tryStart() != nil {
		return
	}
	if of, err := c.begin(t, k.key); err == nil {
		c.putPart(t, of, 2, k.part(2))
		c.putPart(t, of, 1, content(testPartSize))
		c.putPart(t, of, 1, k.part(1))
		_ = c.assemble(t, of, k.body)
	}
	c.stop(t)
}

// after relies on the parts that the next process lists, and sends the missing ones.
func (k *partClients) after(t *testing.T, c *computer) {
	t.Helper()
	c.start(t)
	defer c.stop(t)
	if _, err := c.store.Stat(t.Context(), k.key); err == nil {
		c.note(func(o *outcomes) { o.stored(k.key, sumOf(k.body)); o.ending(k.key) })
		require.NoError(t, c.remove(t, k.key))
		return
	}
	of := c.mustBegin(t, k.key)
	parts := storedParts(t, c.store, k.key)
	for number, sum := range parts {
		c.note(func(o *outcomes) { o.set(partOf(k.key, number), sum) })
	}
	for number := 1; number <= 2; number++ {
		if parts[number] != sumOf(k.part(number)) {
			require.Equal(t, http.StatusOK, c.putPart(t, of, number, k.part(number)))
		}
	}
	require.NoError(t, c.assemble(t, of, k.body))
}
