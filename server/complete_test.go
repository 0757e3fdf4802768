package server_test

import (
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/lifecycle"
)

func TestCompleteBeforeUpload(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	body := []byte("not yet")
	u := h.create(t, fileRequest(body))
	pending := trace{Status: "pending", Reserved: int64(len(body))}
	for range 2 {
		h.complete(t, u.ID).refused(t, http.StatusBadRequest, lox.CodeUploadIncomplete, nil)
		h.leaves(t, u.ID, pending)
	}
	put(t, u, body)
	assert.Equal(t, http.StatusOK, h.complete(t, u.ID).status)
	h.leaves(t, u.ID, trace{Status: "completed", Events: eventCompleted, Object: true, Used: int64(len(body))})
}

func TestCompleteTwice(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	h.blobs.careless.Store(true)
	body := []byte("once is enough")
	u := h.create(t, fileRequest(body))
	put(t, u, body)
	first := h.complete(t, u.ID)
	require.Equal(t, http.StatusOK, first.status)
	second := h.complete(t, u.ID)
	assert.Equal(t, http.StatusOK, second.status)
	assert.Equal(t, string(first.body), string(second.body))
	assert.Equal(t, int64(1), h.blobs.hashes.Load())
	h.leaves(t, u.ID, trace{Status: "completed", Events: eventCompleted, Object: true, Used: int64(len(body))})
}

// A backup is completed 50 times at the same moment, by two servers on the same stores: it is
// counted once, and there is one event. Both ways of verifying are tested: that of small files, and
// that with a lease.
func TestCompleteConcurrently(t *testing.T) {
	t.Parallel()
	for name, quick := range map[string]int64{"small": 0, "leased": -1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t, setup{verify: lifecycle.Config{Quick: quick}})
			h.blobs.careless.Store(true)
			twin := h.twin()
			body := noise(64 << 10)
			u := h.create(t, fileRequest(body))
			put(t, u, body)
			responses := make([]response, 50)
			var start, done sync.WaitGroup
			start.Add(1)
			for i := range responses {
				done.Go(func() {
					start.Wait()
					responses[i] = []*testenv{h, twin}[i%2].complete(t, u.ID)
				})
			}
			start.Done()
			done.Wait()
			for _, r := range responses {
				assert.Equal(t, http.StatusOK, r.status, "%s", r.body)
				assert.Equal(t, string(responses[0].body), string(r.body))
			}
			assert.LessOrEqual(t, h.blobs.hashes.Load(), int64(2), "each server reads the object once at most")
			h.leaves(t, u.ID, trace{Status: "completed", Events: eventCompleted, Object: true, Used: int64(len(body))})
		})
	}
}

// twin is another server on the same stores.
func (h *testenv) twin() *testenv {
	h.t.Helper()
	other := *h
	other.boot()
	h.t.Cleanup(other.stop)
	return &other
}

// Bytes that the store hashed during the upload aren't read again, whether or not their checksum
// was declared.
func TestCompleteReadsNothing(t *testing.T) {
	t.Parallel()
	body := noise(1 << 20)
	for name, declared := range map[string]string{"declared": checksumOf(body), "not declared": ""} {
		for how, quick := range map[string]int64{"small": 0, "large": -1} {
			t.Run(name+" "+how, func(t *testing.T) {
				t.Parallel()
				h := open(t, setup{verify: lifecycle.Config{Quick: quick}})
				in := fileRequest(body)
				in.Checksum = declared
				u := h.create(t, in)
				assert.Equal(t, map[string]string{"Content-Length": "1048576"}, u.UploadHeaders, "the checksum is part of the URL")
				put(t, u, body)
				require.Equal(t, http.StatusOK, h.complete(t, u.ID).status)
				assert.Equal(t, checksumOf(body), h.fetch(t, u.ID).Checksum)
				assert.Zero(t, h.blobs.hashes.Load(), "the object was read")
				h.leaves(t, u.ID, trace{Status: "completed", Events: eventCompleted, Object: true, Used: int64(len(body))})
			})
		}
	}
}

// The store ignores declared checksums, so LOX reads the bytes and verifies them itself, in both
// ways of verifying.
func TestCompleteWithStoreWithoutChecksums(t *testing.T) {
	t.Parallel()
	for name, quick := range map[string]int64{"small": 0, "leased": -1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t, setup{verify: lifecycle.Config{Quick: quick}})
			h.blobs.careless.Store(true)
			body, other := []byte("declared"), []byte("uploaded")
			size := int64(len(body))
			in := fileRequest(body)
			in.Checksum = checksumOf(body)

			right := h.create(t, in)
			put(t, right, body)
			require.Equal(t, http.StatusOK, h.complete(t, right.ID).status)
			assert.Equal(t, int64(1), h.blobs.hashes.Load())
			h.leaves(t, right.ID, trace{Status: "completed", Events: eventCompleted, Object: true, Used: size})

			wrong := h.create(t, in)
			put(t, wrong, other)
			h.complete(t, wrong.ID).refused(t, http.StatusBadRequest, lox.CodeChecksumMismatch, map[string]string{
				"checksum": "Declared " + checksumOf(body) + ", stored " + checksumOf(other),
			})
			failed := trace{Status: "failed", Failure: lox.FailureChecksum, Events: eventFailed, Purges: 1, Object: true, Used: size}
			h.leaves(t, wrong.ID, failed)
			assert.Equal(t, lox.FailureChecksum, h.fetch(t, wrong.ID).Error)

			// The status is final.
			h.complete(t, wrong.ID).refused(t, http.StatusBadRequest, lox.CodeChecksumMismatch, nil)
			h.leaves(t, wrong.ID, failed)
			h.sweep(t)
			failed.Object = false
			h.leaves(t, wrong.ID, failed)
			assert.Equal(t, http.StatusForbidden, tryPut(t, wrong, body, nil), "nobody waits for it any more")
			h.complete(t, wrong.ID).refused(t, http.StatusBadRequest, lox.CodeChecksumMismatch, nil)
			h.clock.at.Store(wrong.UploadExpiresAt.Add(lastPurge).Unix())
			h.sweep(t)
			failed.Purges = 0
			h.leaves(t, wrong.ID, failed)
		})
	}
}
