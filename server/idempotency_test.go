package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/store/storetest"
)

const aKey = "8f14e45f-ceea-467f-9575-0f1e7a1c2b3d"

// once creates a backup with an idempotency key.
func once(t testing.TB, c *client.ClientWithResponses, key string, in client.CreateBackupRequest) *client.CreateBackupResponse {
	t.Helper()
	r, err := c.CreateBackupWithResponse(t.Context(), &client.CreateBackupParams{IdempotencyKey: &key}, in)
	require.NoError(t, err)
	return r
}

func replayed(r *client.CreateBackupResponse) bool {
	return r.HTTPResponse.Header.Get("Idempotent-Replayed") == "true"
}

func TestIdempotentReplay(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	body := []byte("sent twice")
	in := fileRequest(body)
	in.Metadata = client.Metadata{"a": "1", "b": "2"}
	first := once(t, h.api, aKey, in)
	require.NotNil(t, first.JSON201, "%s", first.Body)
	assert.Empty(t, first.HTTPResponse.Header.Values("Idempotent-Replayed"))

	h.clock.advance(10 * time.Minute)
	second := once(t, h.api, aKey, in)
	require.NotNil(t, second.JSON201, "%s", second.Body)
	assert.True(t, replayed(second))
	assert.Equal(t, first.JSON201.ID, second.JSON201.ID)
	assert.Equal(t, first.HTTPResponse.Header.Get("Location"), second.HTTPResponse.Header.Get("Location"))
	assert.Equal(t, first.JSON201.UploadExpiresAt.Add(10*time.Minute), second.JSON201.UploadExpiresAt, "the URL is a fresh one")
	assert.Equal(t, second.JSON201.UploadExpiresAt, h.fetch(t, second.JSON201.ID).UploadExpiresAt)

	// The same data in another notation is the same request.
	rewritten := h.send(t, request{
		method: http.MethodPost, path: backupsPath, header: http.Header{"Idempotency-Key": {aKey}},
		body: strings.NewReader(`{ "metadata":{"b":"2","\u0061":"1"},  "size_bytes":10, "name":"fil\u0065" }`),
	})
	require.Equal(t, http.StatusCreated, rewritten.status, "%s", rewritten.body)
	assert.Equal(t, "true", rewritten.header.Get("Idempotent-Replayed"))
	assert.Equal(t, state{Backups: 1, Keys: 1, Usage: lox.Usage{Quota: 1 << 30, Reserved: int64(len(body))}}, h.state(t))

	put(t, second.JSON201, body)
	require.Equal(t, http.StatusOK, h.complete(t, first.JSON201.ID).status)
	h.clock.advance(10 * time.Minute)
	third := once(t, h.api, aKey, in)
	assert.True(t, replayed(third))
	want := *second.JSON201
	want.Status = client.BackupStatusCompleted
	assert.Equal(t, want, *third.JSON201, "the URL is the one that was, and good for no longer")
	h.leaves(t, first.JSON201.ID, trace{Status: "completed", Events: eventCompleted, Object: true, Used: int64(len(body))})
}

// The repeated create has its checksum in another case.
func TestIdempotentReplayWithChecksum(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	const body = `{"name":"a","size_bytes":1,"checksum":"sha256:%s"}`
	const digits = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
	first := h.postUnder(t, fmt.Sprintf(body, strings.ToUpper(digits)), aKey)
	require.Equal(t, http.StatusCreated, first.status, "%s", first.body)
	again := h.postUnder(t, fmt.Sprintf(body, digits), aKey)
	require.Equal(t, http.StatusCreated, again.status, "%s", again.body)
	assert.Equal(t, "true", again.header.Get("Idempotent-Replayed"))
	other := fmt.Sprintf(body, strings.Replace(digits, "ca", "cb", 1))
	h.postUnder(t, other, aKey).refused(t, http.StatusUnprocessableEntity, lox.CodeIdempotencyMismatch, nil)
}

// A backup doesn't fail while the URL of a replay is still valid.
func TestIdempotentReplayExtendsDeadline(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	body := []byte("a")
	first := once(t, h.api, aKey, fileRequest(body))
	h.clock.at.Store(first.JSON201.UploadExpiresAt.Add(minGrace).Unix() - 1)
	again := once(t, h.api, aKey, fileRequest(body))
	h.clock.at.Store(again.JSON201.UploadExpiresAt.Add(minGrace).Unix() - 1)
	h.sweep(t)
	h.leaves(t, first.JSON201.ID, trace{Status: "pending", Reserved: 1})
	h.clock.advance(time.Second)
	h.sweep(t)
	h.leaves(t, first.JSON201.ID, trace{Status: "failed", Failure: "Upload timeout exceeded", Events: eventFailed, Purges: 1})
	failed := once(t, h.api, aKey, fileRequest(body))
	assert.Equal(t, client.BackupStatusFailed, failed.JSON201.Status)
	assert.Equal(t, again.JSON201.UploadExpiresAt, failed.JSON201.UploadExpiresAt)
	assert.Equal(t, again.JSON201.UploadHeaders, failed.JSON201.UploadHeaders)
}

func TestIdempotencyMismatch(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	in := client.CreateBackupRequest{Name: "a", SizeBytes: 1, ContentType: "a/b", Metadata: client.Metadata{"k": "v"}, Checksum: checksumOf(nil)}
	require.NotNil(t, once(t, h.api, aKey, in).JSON201)
	before := h.state(t)
	for name, change := range map[string]func(*client.CreateBackupRequest){
		"name":        func(r *client.CreateBackupRequest) { r.Name = "b" },
		"size":        func(r *client.CreateBackupRequest) { r.SizeBytes = 2 },
		"type":        func(r *client.CreateBackupRequest) { r.ContentType = "a/c" },
		"no type":     func(r *client.CreateBackupRequest) { r.ContentType = "" },
		"metadata":    func(r *client.CreateBackupRequest) { r.Metadata = client.Metadata{"k": "w"} },
		"no metadata": func(r *client.CreateBackupRequest) { r.Metadata = nil },
		"checksum":    func(r *client.CreateBackupRequest) { r.Checksum = checksumOf([]byte("a")) },
		"no checksum": func(r *client.CreateBackupRequest) { r.Checksum = "" },
	} {
		other := in
		change(&other)
		t.Run(name, func(t *testing.T) {
			r := once(t, h.api, aKey, other)
			response{r.StatusCode(), r.HTTPResponse.Header, r.Body}.refused(t, http.StatusUnprocessableEntity, lox.CodeIdempotencyMismatch, nil)
		})
	}
	assert.Equal(t, before, h.state(t))
	storetest.CheckCounters(t, h.dsn)
}

// The same request is sent 20 times at the same moment.
func TestIdempotencyConcurrently(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	statuses, answers := createAtOnce(t, h, 20, func(int) string { return aKey })
	assert.Equal(t, 20, statuses[http.StatusCreated]+statuses[http.StatusConflict], "%v", statuses)
	var originals int
	var id string
	for _, r := range answers {
		switch {
		case r.JSON409 != nil:
			assert.Equal(t, client.ErrorCodeIdempotencyConflict, r.JSON409.Error.Code)
			assert.Equal(t, "1", r.HTTPResponse.Header.Get("Retry-After"))
		case !replayed(r):
			originals++
			fallthrough
		default:
			if id == "" {
				id = r.JSON201.ID
			}
			assert.Equal(t, id, r.JSON201.ID)
		}
	}
	assert.Equal(t, 1, originals)
	assert.Equal(t, state{Backups: 1, Keys: 1, Usage: lox.Usage{Quota: 1 << 30, Reserved: 100}}, h.state(t))
	storetest.CheckCounters(t, h.dsn)
}

func TestIdempotencyKeysArePerTenant(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	mine := once(t, h.api, aKey, fileRequest([]byte("a")))
	theirs := once(t, h.other(), aKey, fileRequest([]byte("another")))
	require.NotNil(t, theirs.JSON201, "%s", theirs.Body)
	assert.NotEqual(t, mine.JSON201.ID, theirs.JSON201.ID)
	assert.False(t, replayed(theirs))
}

// A key expires, with and without the job that removes it.
func TestIdempotencyKeysExpire(t *testing.T) {
	t.Parallel()
	for name, swept := range map[string]bool{"swept": true, "not swept": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t, setup{})
			in := fileRequest([]byte("a"))
			first := once(t, h.api, aKey, in)
			pass := func(d time.Duration) {
				h.clock.advance(d)
				if swept {
					h.sweep(t)
				}
			}
			pass(24*time.Hour - time.Second)
			assert.True(t, replayed(once(t, h.api, aKey, in)))
			pass(time.Second)
			in.Name = "another body, even"
			later := once(t, h.api, aKey, in)
			require.NotNil(t, later.JSON201, "%s", later.Body)
			assert.False(t, replayed(later))
			assert.NotEqual(t, first.JSON201.ID, later.JSON201.ID)
			assert.Equal(t, 1, h.state(t).Keys)
			storetest.CheckCounters(t, h.dsn)
		})
	}
}

// A key can be used again after a refusal.
func TestRefusedCreateKeepsNoIdempotencyKey(t *testing.T) {
	t.Parallel()
	h := open(t, setup{quota: 10})
	for _, in := range []client.CreateBackupRequest{{Name: "a", SizeBytes: 11}, {Name: "", SizeBytes: 1}} {
		require.Nil(t, once(t, h.api, aKey, in).JSON201)
		assert.Zero(t, h.state(t).Keys)
	}
	r := once(t, h.api, aKey, client.CreateBackupRequest{Name: "a", SizeBytes: 10})
	require.NotNil(t, r.JSON201, "%s", r.Body)
	assert.False(t, replayed(r))
}

// A backup is deleted in each status, and its create is repeated: there is no second backup while
// the key is stored.
func TestIdempotencyAfterDelete(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	body := []byte("a")
	in := fileRequest(body)
	for name, reach := range map[string]func(t *testing.T, made *client.BackupUpload){
		"pending": func(*testing.T, *client.BackupUpload) {},
		"completed": func(t *testing.T, made *client.BackupUpload) {
			put(t, made, body)
			require.Equal(t, http.StatusOK, h.complete(t, made.ID).status)
		},
		"failed": func(t *testing.T, made *client.BackupUpload) {
			h.clock.advance(made.UploadExpiresAt.Add(minGrace).Sub(h.clock.now()))
			h.sweep(t)
			assert.Equal(t, client.BackupStatusFailed, once(t, h.api, "failed", in).JSON201.Status, "until it is deleted")
		},
	} {
		t.Run(name, func(t *testing.T) {
			first := once(t, h.api, name, in)
			require.NotNil(t, first.JSON201, "%s", first.Body)
			created := h.clock.now()
			reach(t, first.JSON201)
			require.Equal(t, http.StatusOK, h.remove(t, first.JSON201.ID).status)
			for range 2 {
				again := once(t, h.api, name, in)
				require.NotNil(t, again.JSON409, "%s", again.Body)
				assert.Equal(t, client.ErrorCodeIdempotencyConflict, again.JSON409.Error.Code)
				assert.Equal(t, "The backup "+first.JSON201.ID+", which this Idempotency-Key created, was deleted: "+
					"use a new key to create another backup", again.JSON409.Error.Message)
				assert.Empty(t, again.HTTPResponse.Header.Get("Retry-After"), "it would be of no use")
			}
			other := in
			other.Name = "another body"
			assert.Equal(t, http.StatusUnprocessableEntity, once(t, h.api, name, other).StatusCode())
			assert.Zero(t, h.state(t).Backups)
			h.clock.at.Store(created.Add(24 * time.Hour).Unix())
			h.sweep(t)
			later := once(t, h.api, name, in)
			require.NotNil(t, later.JSON201, "%s", later.Body)
			assert.NotEqual(t, first.JSON201.ID, later.JSON201.ID)
			require.Equal(t, http.StatusOK, h.remove(t, later.JSON201.ID).status)
			storetest.CheckCounters(t, h.dsn)
		})
	}
}

// Replays run at the same time as the deletion of their backup: each returns that backup or, after
// the deletion, 404.
func TestIdempotentReplayDuringDelete(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	for n := range 30 {
		key := fmt.Sprint("key ", n)
		first := once(t, h.api, key, fileRequest([]byte("a")))
		require.NotNil(t, first.JSON201)
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				again := once(t, h.api, key, fileRequest([]byte("a")))
				if again.JSON409 == nil && assert.NotNil(t, again.JSON201, "%s", again.Body) {
					assert.Equal(t, first.JSON201.ID, again.JSON201.ID)
				}
			})
		}
		assert.Equal(t, http.StatusOK, h.remove(t, first.JSON201.ID).status)
		all.Wait()
		assert.Zero(t, h.state(t).Backups)
	}
	storetest.CheckCounters(t, h.dsn)
}
