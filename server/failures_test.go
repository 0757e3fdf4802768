package server_test

import (
	"context"
	"encoding/json"
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
	"github.com/backlox/lox/server"
	"github.com/backlox/lox/store/storetest"
)

// misbehaving is a store whose reads do something else.
type misbehaving struct {
	server.BackupStore
	read func(ctx context.Context) error
}

func (m misbehaving) Backup(ctx context.Context, tenant lox.TenantID, id lox.BackupID) (lox.Backup, error) {
	if err := m.read(ctx); err != nil {
		return lox.Backup{}, err
	}
	return m.BackupStore.Backup(ctx, tenant, id)
}

func misbehave(read func(ctx context.Context) error) setup {
	return setup{backups: func(real server.BackupStore) server.BackupStore { return misbehaving{real, read} }}
}

const internals = "the password of the database"

// internal checks a 500 that tells nothing but that it is one.
func internal(t *testing.T, h *testenv, r response) {
	t.Helper()
	assert.Equal(t, http.StatusInternalServerError, r.status)
	assert.Equal(t, `{"error":{"code":"internal_error","message":"Server error, try again later"}}`+"\n", string(r.body))
	log := h.log.String()
	assert.Contains(t, log, internals, "the log tells what happened")
	assert.Contains(t, log, r.header.Get("X-Request-Id"), "and in which request")
	assert.Equal(t, http.StatusOK, h.get(t, backupsPath).status, "the server still works")
}

func TestPanicInPort(t *testing.T) {
	t.Parallel()
	for name, with := range map[string]any{"error": errors.New(internals), "text": internals} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t, misbehave(func(context.Context) error { panic(with) }))
			internal(t, h, h.get(t, backupsPath+"/"+lox.NewBackupID().String()))
			assert.Contains(t, h.log.String(), "failures_test.go", "the stack is in the log")
		})
	}
}

func TestUnforeseenError(t *testing.T) {
	t.Parallel()
	h := open(t, misbehave(func(context.Context) error { return errors.New(internals) }))
	internal(t, h, h.get(t, backupsPath+"/"+lox.NewBackupID().String()))
}

// afterwards is a store whose backups wait for their upload until a year that JSON
// has no way to write.
type afterwards struct{ server.BackupStore }

func (afterwards) CreateBackupOnce(_ context.Context, b lox.Backup, _ lox.IdempotencyKey, _ lox.Actor) (lox.Backup, bool, error) {
	b.UploadExpiresAt = time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)
	return b, true, nil
}

// TestUnencodableResponse shows that a response which can't be encoded becomes an
// error, without the headers of the response.
func TestUnencodableResponse(t *testing.T) {
	t.Parallel()
	h := open(t, setup{backups: func(real server.BackupStore) server.BackupStore { return afterwards{real} }})
	r := h.postUnder(t, `{"name":"file","size_bytes":8}`, "key")
	r.refused(t, http.StatusInternalServerError, lox.CodeInternal, nil)
	assert.Empty(t, r.header.Values("Location"))
	assert.Empty(t, r.header.Values("Idempotent-Replayed"))
	assert.Contains(t, h.log.String(), "year outside of range", "the log tells what happened")
}

// panickingKeys is a key store with a bug that shows once.
type panickingKeys struct {
	server.KeyStore
	once sync.Once
}

func (k *panickingKeys) PrincipalByKey(ctx context.Context, hash lox.KeyHash) (lox.Principal, error) {
	k.once.Do(func() { panic(internals) })
	return k.KeyStore.PrincipalByKey(ctx, hash)
}

func TestPanicInKeyStore(t *testing.T) {
	t.Parallel()
	h := open(t, setup{unwatched: true})
	h.keys.KeyStore = &panickingKeys{KeyStore: h.keys.KeyStore}
	internal(t, h, h.get(t, backupsPath))
}

// TestTimeout shows that a request which takes too long ends as a temporary
// failure.
func TestTimeout(t *testing.T) {
	t.Parallel()
	s := misbehave(func(ctx context.Context) error {
		<-ctx.Done()
		return ctx.Err()
	})
	s.timeout = 50 * time.Millisecond
	h := open(t, s)
	unavailable(t, h.get(t, backupsPath+"/"+lox.NewBackupID().String()))
}

func unavailable(t *testing.T, r response) {
	t.Helper()
	r.refused(t, http.StatusServiceUnavailable, lox.CodeUnavailable, nil)
	assert.Equal(t, "5", r.header.Get("Retry-After"))
}

// TestDatabaseUnavailable cuts the line to PostgreSQL, for requests whose key is known
// and for those whose isn't, and mends it again.
func TestDatabaseUnavailable(t *testing.T) {
	t.Parallel()
	for name, keyKnown := range map[string]bool{"key known": true, "key unknown": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proxy := newPGProxy(t)
			probe := &lateProbe{}
			h := open(t, setup{dsn: proxy.before, probes: map[string]server.Probe{"database": probe}})
			probe.Probe = h.store
			ids := map[string]string{}
			for _, op := range operations() {
				ids[op.name] = h.ready(t, op)
			}
			assert.Equal(t, http.StatusOK, h.get(t, "/readyz").status)
			if !keyKnown {
				h.restart()
			}
			proxy.cut()
			for _, op := range operations() {
				unavailable(t, op.do(t, h.api, ids[op.name]))
			}
			ready := h.get(t, "/readyz")
			assert.Equal(t, http.StatusServiceUnavailable, ready.status)
			assert.JSONEq(t, `{"database":"unavailable"}`, string(ready.body))
			assert.Equal(t, http.StatusOK, h.get(t, "/healthz").status)

			proxy.mend()
			assert.Equal(t, http.StatusOK, h.get(t, backupsPath).status, "it comes back by itself")
			assert.JSONEq(t, `{"database":"ok"}`, string(h.get(t, "/readyz").body))
		})
	}
}

// lateProbe is a probe that is known only when the testenv stands.
type lateProbe struct{ server.Probe }

// The directory of the objects is removed. Requests that don't need it still work.
func TestStorageUnavailable(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	u := h.create(t, fileRequest([]byte("a")))
	put(t, u, []byte("a"))
	objects := filepath.Join(h.blobs.dir, "objects")
	require.NoError(t, os.Rename(objects, objects+".away"))
	require.NoError(t, os.WriteFile(objects, nil, 0o600))
	unavailable(t, h.complete(t, u.ID))
	h.create(t, fileRequest([]byte("b")))
	assert.Equal(t, http.StatusOK, h.get(t, backupsPath).status)
	assert.Equal(t, "pending", string(h.fetch(t, u.ID).Status))
	storetest.CheckCounters(t, h.dsn)
}

func TestRequestID(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	ask := func(id string) string {
		r := h.send(t, request{method: http.MethodGet, path: "/healthz", header: http.Header{"X-Request-Id": {id}}})
		return r.header.Get("X-Request-Id")
	}
	for _, id := range []string{"a", "01hm6aqh20ekbs7w3tv0qzwg57", strings.Repeat("x", 64), "a:b/c=d+e.f~g"} {
		assert.Equal(t, id, ask(id))
		assert.Contains(t, h.log.String(), `"request_id":"`+id+`"`)
	}
	given := map[string]bool{}
	for _, id := range []string{"", strings.Repeat("x", 65), "a b", "a\tb", `a"b`, `a\b`, "ä", "\xff", "\u2028"} {
		made := ask(id)
		assert.NotEqual(t, id, made)
		assert.Len(t, made, 36)
		assert.False(t, given[made], "given twice")
		given[made] = true
	}
}

// TestAccessLog reads the line of one request. That no line of any test has a
// key or a signature in it is checked when each testenv is closed.
func TestAccessLog(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	r := h.get(t, backupsPath+"?limit=0&api_key="+h.key)
	require.Equal(t, http.StatusBadRequest, r.status)
	var line struct {
		Level     string  `json:"level"`
		Method    string  `json:"method"`
		Path      string  `json:"path"`
		Tenant    string  `json:"tenant"`
		Error     string  `json:"error"`
		RequestID string  `json:"request_id"`
		Status    int     `json:"status"`
		Bytes     int     `json:"bytes"`
		Duration  float64 `json:"duration_ms"`
	}
	require.NoError(t, json.Unmarshal([]byte(h.log.String()), &line))
	assert.Equal(t, "INFO", line.Level)
	assert.Equal(t, http.MethodGet, line.Method)
	assert.Equal(t, backupsPath, line.Path)
	assert.Equal(t, http.StatusBadRequest, line.Status)
	assert.Equal(t, len(r.body), line.Bytes)
	assert.Equal(t, h.tenant.ID.String(), line.Tenant)
	assert.Equal(t, r.header.Get("X-Request-Id"), line.RequestID)
	assert.Contains(t, line.Error, "limit: "+badLimit)
	assert.Positive(t, line.Duration)
}
