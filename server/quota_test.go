package server_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/store/storetest"
)

// createAtOnce sends n requests at the same moment and returns how often each status was answered.
func createAtOnce(t testing.TB, h *testenv, n int, key func(i int) string) (map[int]int, []*client.CreateBackupResponse) {
	t.Helper()
	answers := make([]*client.CreateBackupResponse, n)
	var start, done sync.WaitGroup
	start.Add(1)
	for i := range answers {
		var params *client.CreateBackupParams
		if key != nil {
			params = &client.CreateBackupParams{IdempotencyKey: new(key(i))}
		}
		done.Go(func() {
			start.Wait()
			r, err := h.api.CreateBackupWithResponse(t.Context(), params, client.CreateBackupRequest{Name: "one of many", SizeBytes: 100})
			if assert.NoError(t, err) {
				answers[i] = r
			}
		})
	}
	start.Done()
	done.Wait()
	statuses := map[int]int{}
	for _, r := range answers {
		require.NotNil(t, r)
		statuses[r.StatusCode()]++
	}
	return statuses, answers
}

// Requests ask for five times as much as the quota allows.
func TestQuotaInParallel(t *testing.T) {
	t.Parallel()
	h := open(t, setup{quota: 1099}) // for 10 backups, and 99 bytes more
	statuses, answers := createAtOnce(t, h, 50, nil)
	assert.Equal(t, map[int]int{http.StatusCreated: 10, http.StatusForbidden: 40}, statuses)
	for _, r := range answers {
		if r.JSON403 != nil {
			response{r.StatusCode(), r.HTTPResponse.Header, r.Body}.refused(t, http.StatusForbidden, lox.CodeQuotaExceeded,
				map[string]string{"size_bytes": "Needs 100 bytes; 99 of the quota of 1099 bytes are free"})
		}
	}
	assert.Equal(t, state{Backups: 10, Usage: lox.Usage{Quota: 1099, Reserved: 1000}}, h.state(t))
	storetest.CheckCounters(t, h.dsn)
}

// The same with two servers and idempotency keys. There are more concurrent requests than
// connections to the database.
func TestQuotaWithTwoServers(t *testing.T) {
	t.Parallel()
	h := open(t, setup{quota: 1000, timeout: 5 * time.Second})
	twin := h.twin()
	var both sync.WaitGroup
	counts := make([]map[int]int, 2)
	for i, each := range []*testenv{h, twin} {
		both.Go(func() {
			counts[i], _ = createAtOnce(t, each, 20, func(n int) string { return string(rune('a'+i)) + string(rune('a'+n)) })
		})
	}
	both.Wait()
	assert.Equal(t, 10, counts[0][http.StatusCreated]+counts[1][http.StatusCreated])
	assert.Equal(t, 30, counts[0][http.StatusForbidden]+counts[1][http.StatusForbidden])
	assert.Equal(t, state{Backups: 10, Keys: 10, Usage: lox.Usage{Quota: 1000, Reserved: 1000}}, h.state(t))
	storetest.CheckCounters(t, h.dsn)
}

// The quota is used up, and released in each way.
func TestQuotaIsReleased(t *testing.T) {
	t.Parallel()
	body := []byte("all there is")
	full := int64(len(body))
	for name, makeRoom := range map[string]func(t *testing.T, h *testenv){
		"delete a pending one": func(t *testing.T, h *testenv) {
			require.Equal(t, http.StatusOK, h.remove(t, h.create(t, fileRequest(body)).ID).status)
		},
		"delete a completed one": func(t *testing.T, h *testenv) {
			require.Equal(t, http.StatusOK, h.remove(t, h.stored(t, "file", body)).status)
		},
		"an upload that never came": func(t *testing.T, h *testenv) {
			u := h.create(t, fileRequest(body))
			h.clock.at.Store(u.UploadExpiresAt.Add(minGrace).Unix())
			h.sweep(t)
		},
		"an upload that was wrong": func(t *testing.T, h *testenv) {
			h.blobs.careless.Store(true)
			in := fileRequest(body)
			in.Checksum = checksumOf(nil)
			u := h.create(t, in)
			put(t, u, body)
			h.complete(t, u.ID)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t, setup{quota: full})
			makeRoom(t, h)
			u := h.create(t, fileRequest(body))
			assert.Equal(t, lox.Usage{Quota: full, Reserved: full}, h.state(t).Usage)
			put(t, u, body)
			require.Equal(t, http.StatusOK, h.complete(t, u.ID).status)
			assert.Equal(t, lox.Usage{Quota: full, Used: full}, h.state(t).Usage)
			h.post(t, `{"name":"one byte too many","size_bytes":1}`).refused(t, http.StatusForbidden, lox.CodeQuotaExceeded,
				map[string]string{"size_bytes": "Needs 1 bytes; 0 of the quota of 12 bytes are free"})
			storetest.CheckCounters(t, h.dsn)
		})
	}
}

// A backup uses quota in every status until it is completed, and after that.
func TestQuotaIsHeldDuringVerification(t *testing.T) {
	t.Parallel()
	body := []byte("all there is")
	h := open(t, setup{quota: int64(len(body)), verify: impatient})
	id, release := verifying(t, h, fileRequest(body), body)
	statuses, _ := createAtOnce(t, h, 1, nil)
	assert.Equal(t, map[int]int{http.StatusForbidden: 1}, statuses)
	release()
	h.becomes(t, id, client.BackupStatusCompleted)
	storetest.CheckCounters(t, h.dsn)
}
