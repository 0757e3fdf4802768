package server_test

import (
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/store/storetest"
)

// trace is all data of one backup, in all stores.
type trace struct {
	Status  string // "" if there is no row
	Failure string
	Events  string // their types, in order
	Purges  int    // how often its object will be deleted
	Object  bool   // whether the store has its bytes
	// Sums of the tenant.
	Used, Reserved int64
}

const (
	eventCompleted = "backup.completed"
	eventFailed    = "backup.failed"
)

// leaves checks the data of a backup, and that the counters match the rows.
func (h *testenv) leaves(t testing.TB, id string, want trace) {
	t.Helper()
	var got trace
	bare := uuidOf(t, id)
	err := h.db.QueryRowContext(t.Context(), `select status, failure from backups where id = $1`, bare).Scan(&got.Status, &got.Failure)
	if !errors.Is(err, sql.ErrNoRows) {
		require.NoError(t, err)
	}
	require.NoError(t, h.db.QueryRowContext(t.Context(), `select coalesce(string_agg(type, ' ' order by id), '') from events
		where subject = $1 and type in ('backup.completed', 'backup.failed')`, bare).Scan(&got.Events))
	require.NoError(t, h.db.QueryRowContext(t.Context(), `select count(*) from purges where object_key like '%/' || $1`, id).Scan(&got.Purges))
	got.Object = slices.ContainsFunc(h.blobs.files(t), func(path string) bool { return strings.HasSuffix(path, "/"+id) })
	usage, err := h.store.Usage(t.Context(), h.tenant.ID)
	require.NoError(t, err)
	got.Used, got.Reserved = usage.Used, usage.Reserved
	assert.Equal(t, want, got)
	storetest.CheckCounters(t, h.dsn)
}

// sweep runs the jobs that are due by the testenv's clock.
func (h *testenv) sweep(t testing.TB) {
	t.Helper()
	require.NoError(t, h.jobs.RunDue(t.Context()))
}

// uploads counts the uploads in progress, which are files without their final name.
func (b *blobs) uploads(t testing.TB) int {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(b.dir, "uploads"))
	require.NoError(t, err)
	return len(entries)
}

func parseURL(t testing.TB, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	require.NoError(t, err)
	return u
}

// fileRequest is the request for a backup of a file.
func fileRequest(body []byte) client.CreateBackupRequest {
	return client.CreateBackupRequest{Name: "file", SizeBytes: int64(len(body))}
}
