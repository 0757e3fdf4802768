package blobtest

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

// deleteAll calls DeleteAll, checks that no deletion failed, and returns how many versions each removed.
func (s *suite) deleteAll(t *testing.T, purges ...lox.Purge) (removed []int) {
	t.Helper()
	results := s.Store.DeleteAll(t.Context(), purges)
	require.Len(t, results, len(purges))
	for i, r := range results {
		require.NoError(t, r.Err, purges[i].ObjectKey)
		removed = append(removed, r.Removed)
	}
	return removed
}

func testDeleteAll(t *testing.T, s *suite) {
	require.Empty(t, s.deleteAll(t))
	tenant, body := lox.NewTenantID(), content(100)
	var keys []string
	for range 40 {
		keys = append(keys, lox.Backup{Tenant: tenant, ID: lox.NewBackupID()}.ObjectKey())
	}
	keys = append(keys, key(), key())
	objects := map[string]lox.Object{}
	for _, k := range keys {
		objects[k] = s.put(t, k, body)
	}
	// Some of the keys, unsorted, and a key without an object.
	var purges []lox.Purge
	want := []int{}
	for i := len(keys) - 1; i >= 0; i -= 7 {
		purges, want = append(purges, lox.Purge{ObjectKey: keys[i]}), append(want, 1)
	}
	deleted := slices.Clone(purges)
	purges, want = append(purges, lox.Purge{ObjectKey: key()}), append(want, 0)
	require.Equal(t, want, s.deleteAll(t, purges...))
	for _, p := range deleted {
		s.requireAbsent(t, p.ObjectKey)
		require.Empty(t, s.versions(t, p.ObjectKey))
		delete(objects, p.ObjectKey)
	}
	for k, o := range objects {
		s.requireBytes(t, k, o, body)
	}
	require.Equal(t, make([]int, len(purges)), s.deleteAll(t, purges...), "once more")

	// All remaining keys, one of them twice.
	purges = nil
	for k := range objects {
		purges = append(purges, lox.Purge{ObjectKey: k})
	}
	s.deleteAll(t, append(purges, purges[0])...)
	for k := range objects {
		s.requireAbsent(t, k)
		require.Empty(t, s.versions(t, k))
	}
}

// A bad key fails alone.
func testDeleteAllOfBadKeys(t *testing.T, s *suite) {
	good := []string{key(), key()}
	for _, k := range good {
		s.put(t, k, content(100))
	}
	results := s.Store.DeleteAll(t.Context(), []lox.Purge{{ObjectKey: good[0]}, {ObjectKey: "../x"}, {ObjectKey: good[1]}})
	require.NoError(t, results[0].Err)
	require.Error(t, results[1].Err)
	require.NoError(t, results[2].Err)
	for _, k := range good {
		s.requireAbsent(t, k)
	}
}

// An object with more versions than a page of the list has, among objects whose keys have the same prefix.
func testDeleteAllVersions(t *testing.T, s *suite) {
	k := key()
	neighbors := map[string]lox.Object{}
	body := content(100)
	for _, other := range []string{k + "x", k + "-2", k[:len(k)-1], k + "é"} {
		neighbors[other] = s.put(t, other, body)
	}
	p := s.presign(t, lox.Upload{Key: k, Size: int64(len(body))})
	var kept lox.Object
	const versions = 25
	for i := range versions {
		got := s.send(t, p, bytes.NewReader(body))
		require.Equal(t, http.StatusOK, got.status, "%s", got.body)
		if i == versions/2 {
			o, err := s.Store.Stat(t.Context(), k)
			require.NoError(t, err)
			kept = o
		}
	}
	far := key()
	s.put(t, far, body)

	require.Equal(t, []int{0, 0}, s.deleteAll(t, lox.Purge{ObjectKey: k, Keep: neighbors[k+"x"].Version}, lox.Purge{ObjectKey: key(), Keep: "v"}),
		"the version to keep isn't there")
	require.Equal(t, []int{1, versions - 1}, s.deleteAll(t, lox.Purge{ObjectKey: far}, lox.Purge{ObjectKey: k, Keep: kept.Version}))
	s.requireBytes(t, k, kept, body)
	require.Equal(t, []int{0}, s.deleteAll(t, lox.Purge{ObjectKey: k, Keep: kept.Version}))
	require.Equal(t, []int{1}, s.deleteAll(t, lox.Purge{ObjectKey: k}))
	s.requireAbsent(t, k)
	for other, o := range neighbors {
		s.requireBytes(t, other, o, body)
	}
}

// More objects than one request to S3 lists or deletes.
func testDeleteAllOfManyObjects(t *testing.T, s *suite) {
	const n = 1100
	tenant, body := lox.NewTenantID(), []byte("x")
	purges := make([]lox.Purge, n)
	slots := make(chan struct{}, 16)
	done := make(chan error, n)
	for i := range n {
		purges[i].ObjectKey = lox.Backup{Tenant: tenant, ID: lox.NewBackupID()}.ObjectKey()
		p := s.presign(t, lox.Upload{Key: purges[i].ObjectKey, Size: 1})
		go func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			done <- s.upload(t, p, body)
		}()
	}
	for range n {
		require.NoError(t, <-done)
	}
	for i, removed := range s.deleteAll(t, purges...) {
		require.Equal(t, 1, removed, "%d", i)
	}
	require.Empty(t, s.versions(t, tenant.String()+"/"))
}

func (s *suite) upload(t *testing.T, p lox.PresignedUpload, body []byte) error {
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, p.URL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	for name, value := range p.Headers {
		req.Header.Set(name, value)
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return err
	}
	if err := resp.Body.Close(); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("upload: %s", resp.Status)
	}
	return nil
}
