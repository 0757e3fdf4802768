package s3double_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob/blobtest/s3double"
	"github.com/backlox/lox/blob/s3"
)

func start(t *testing.T) (*s3double.Server, *s3.Store) {
	t.Helper()
	server := s3double.Start(t)
	store, err := s3.Open(t.Context(), s3.Config{Endpoint: server.URL, Bucket: s3double.Bucket, AccessKey: "a", SecretKey: "s"})
	require.NoError(t, err)
	t.Cleanup(store.Close)
	return server, store
}

func newKey() string { return lox.Backup{Tenant: lox.NewTenantID(), ID: lox.NewBackupID()}.ObjectKey() }

// simulate uploads n simulated zeros, and returns the status.
func simulate(ctx context.Context, p lox.PresignedUpload, n int64) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, p.URL, nil)
	if err != nil {
		return 0, err
	}
	for name, value := range p.Headers {
		if name != "Content-Length" {
			req.Header.Set(name, value)
		}
	}
	req.Header.Set(s3double.SimulatedLength, strconv.FormatInt(n, 10))
	return send(req)
}

// client keeps an idle connection for each goroutine of a test.
var client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}

const clients = 8

func send(req *http.Request) (int, error) {
	resp, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	return resp.StatusCode, err
}

func requireStatus(t *testing.T, want int, p lox.PresignedUpload, n int64) {
	t.Helper()
	status, err := simulate(t.Context(), p, n)
	require.NoError(t, err)
	require.Equal(t, want, status)
}

// TestObjectOf3TiBNeedsLittleMemory assembles an object of 10,000 parts.
func TestObjectOf3TiBNeedsLittleMemory(t *testing.T) {
	const size = 3 << 40
	partSize := lox.PartSize(size, lox.MinPartSize)
	count := lox.PartCount(size, partSize)
	server, store := start(t)
	of := lox.PartsOf{Key: newKey(), PartSize: partSize}
	var err error
	of.UploadID, err = store.BeginParts(t.Context(), of.Key)
	require.NoError(t, err)
	numbers := make(chan int)
	var sending sync.WaitGroup
	for range clients {
		sending.Go(func() {
			for n := range numbers {
				p := lox.PartUpload{PartsOf: of, Number: n, Size: min(partSize, size-int64(n-1)*partSize), Expires: time.Hour}
				u, err := store.PresignPart(t.Context(), p)
				if err == nil {
					_, err = simulate(t.Context(), u, p.Size)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	for n := range count {
		numbers <- n + 1
	}
	close(numbers)
	sending.Wait()
	require.NoError(t, store.AssembleParts(t.Context(), of, size))
	require.Equal(t, count, server.Requests("PUT part"))
	require.Equal(t, (count+999)/1000, server.Requests("GET parts"))
	o, err := store.Stat(t.Context(), of.Key)
	require.NoError(t, err)
	require.Equal(t, int64(size), o.Size)
	var after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&after)
	require.Less(t, after.HeapAlloc, uint64(64<<20))
}

// TestPartsBehaveLikeS3 covers the behaviour that blob/s3 relies on.
func TestPartsBehaveLikeS3(t *testing.T) {
	server, store := start(t)
	const partSize = 8 << 20
	body := make([]byte, partSize)
	sum := lox.Checksum(sha256.Sum256(body))
	begin := func() lox.PartsOf {
		of := lox.PartsOf{Key: newKey(), PartSize: partSize}
		id, err := store.BeginParts(t.Context(), of.Key)
		require.NoError(t, err)
		of.UploadID = id
		return of
	}
	presign := func(of lox.PartsOf, n int, size int64, sum *lox.Checksum) lox.PresignedUpload {
		u, err := store.PresignPart(t.Context(), lox.PartUpload{PartsOf: of, Number: n, Size: size, Checksum: sum, Expires: time.Hour})
		require.NoError(t, err)
		return u
	}
	of := begin()
	requireStatus(t, http.StatusOK, presign(of, 1, partSize, &sum), partSize)
	requireStatus(t, http.StatusBadRequest, presign(of, 2, 5, &sum), 5)
	requireStatus(t, http.StatusOK, presign(of, 3, 5, nil), 5)
	err := store.AssembleParts(t.Context(), of, 2*partSize+5)
	require.ErrorContains(t, err, "Missing: 2")
	u := presign(of, 2, partSize, &sum)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, u.URL, bytes.NewReader(body)) // real bytes
	require.NoError(t, err)
	req.Header.Set("X-Amz-Content-Sha256", u.Headers["x-amz-content-sha256"])
	status, err := send(req)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status)
	for range 2 {
		require.NoError(t, store.AssembleParts(t.Context(), of, 2*partSize+5))
	}
	o, err := store.Stat(t.Context(), of.Key)
	require.NoError(t, err)
	got, err := store.Hash(t.Context(), of.Key, o, lox.HashState{}, nil)
	require.NoError(t, err)
	require.Equal(t, lox.Checksum(sha256.Sum256(make([]byte, 2*partSize+5))), got)

	aborted, purged, remaining := begin(), begin(), begin()
	require.NoError(t, store.AbortParts(t.Context(), aborted))
	requireStatus(t, http.StatusNotFound, presign(aborted, 1, 5, nil), 5)
	results := store.DeleteAll(t.Context(), []lox.Purge{{ObjectKey: purged.Key, UploadID: purged.UploadID}, {ObjectKey: of.Key}})
	require.Equal(t, []lox.Purged{{}, {Removed: 1}}, results)
	var ids []string
	for u, err := range store.UnfinishedParts(t.Context()) {
		require.NoError(t, err)
		ids = append(ids, u.UploadID)
	}
	require.Equal(t, []string{remaining.UploadID}, ids)
	require.Equal(t, 1, server.Requests("POST delete"))
}

// TestObjectsBehaveLikeS3: small objects keep their bytes, large ones must be zeros.
func TestObjectsBehaveLikeS3(t *testing.T) {
	_, store := start(t)
	require.True(t, store.Versioned())
	require.NoError(t, store.Probe(t.Context()))
	require.NoError(t, store.WriteOwn(t.Context(), "mark", []byte("the bytes")))
	own, err := store.ReadOwn(t.Context(), "mark")
	require.NoError(t, err)
	require.Equal(t, "the bytes", string(own))

	const size = 1 << 20
	sum := lox.Checksum(sha256.Sum256(make([]byte, size)))
	key := newKey()
	p, err := store.PresignPut(t.Context(), lox.Upload{Key: key, Size: size, Checksum: &sum, Expires: time.Hour})
	require.NoError(t, err)
	requireStatus(t, http.StatusBadRequest, p, size+1)
	requireStatus(t, http.StatusOK, p, size)
	requireStatus(t, http.StatusOK, p, size)
	o, err := store.Stat(t.Context(), key)
	require.NoError(t, err)
	require.Equal(t, int64(size), o.Size)
	require.Equal(t, &sum, o.Checksum)
	removed, err := store.DeleteOthers(t.Context(), key, o.Version)
	require.NoError(t, err)
	require.Equal(t, 1, removed)

	down, err := store.PresignGet(t.Context(), lox.Download{Key: key, Version: o.Version, Expires: time.Hour})
	require.NoError(t, err)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, down, nil)
	require.NoError(t, err)
	req.Header.Set("Range", "bytes=10-14")
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusPartialContent, resp.StatusCode)
	require.Equal(t, make([]byte, 5), text)
	require.Equal(t, "bytes 10-14/"+strconv.Itoa(size), resp.Header.Get("Content-Range"))

	// A large object with other bytes than zeros is refused.
	req, err = http.NewRequestWithContext(t.Context(), http.MethodPut, p.URL, strings.NewReader(strings.Repeat("x", 100_000)))
	require.NoError(t, err)
	status, err := send(req)
	require.NoError(t, err)
	require.Equal(t, http.StatusBadRequest, status)

	require.NoError(t, store.Delete(t.Context(), key))
	_, err = store.Stat(t.Context(), key)
	require.Equal(t, lox.CodeUploadIncomplete, lox.CodeOf(err), "%v", err)
}

// TestListsHaveSeveralPages lists more objects than a page has.
func TestListsHaveSeveralPages(t *testing.T) {
	_, store := start(t)
	const n = 1005
	var purges []lox.Purge
	for i := range n {
		key := fmt.Sprintf("tenant/%04d", i)
		p, err := store.PresignPut(t.Context(), lox.Upload{Key: key, Size: 1, Expires: time.Hour})
		require.NoError(t, err)
		requireStatus(t, http.StatusOK, p, 1)
		purges = append(purges, lox.Purge{ObjectKey: key})
	}
	i := 0
	for o, err := range store.Objects(t.Context()) {
		require.NoError(t, err)
		require.Equal(t, purges[i].ObjectKey, o.Key)
		require.True(t, o.Latest)
		i++
	}
	require.Equal(t, n, i)
	for _, r := range store.DeleteAll(t.Context(), purges) {
		require.Equal(t, lox.Purged{Removed: 1}, r)
	}
	for o := range store.Objects(t.Context()) {
		require.Fail(t, "not deleted", "%v", o)
	}
}
