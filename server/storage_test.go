package server_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/store/storetest"
)

func TestEmptyStorage(t *testing.T) {
	t.Parallel()
	h := open(t, setup{quota: 5 << 30})
	r := h.get(t, "/api/v1/storage")
	assert.Equal(t, `{"used_bytes":0,"quota_bytes":5368709120,"used_percentage":0.0,"backup_count":0,`+
		`"oldest_backup":null,"newest_backup":null,"reserved_bytes":0}`+"\n", string(r.body))
	stats, err := h.api.GetStorageStatsWithResponse(t.Context())
	require.NoError(t, err)
	assert.Contains(t, string(stats.Body), `"by_content_type":[]`)
	assert.Contains(t, string(stats.Body), `"projected_full_at":null`)
	assert.NotContains(t, string(stats.Body), `other_content_types`)
	assert.Len(t, stats.JSON200.Daily, 30)
	assert.Equal(t, h.clock.now().Format(time.DateOnly), stats.JSON200.Daily[29].Date.String())
}

// The server reproduces the published document's numbers.
func TestDocumentedStorage(t *testing.T) {
	t.Parallel()
	h := open(t, setup{quota: 5368709120})
	h.stored(t, "only one", []byte("a"))
	_, err := h.db.ExecContext(t.Context(), `begin; set local lox.counters = 'writable'; update tenant_usage set completed = 15, completed_bytes = 1073741824; commit`)
	require.NoError(t, err)
	_, err = h.db.ExecContext(t.Context(), `update backups set created_at = '2024-01-01T00:00:00Z'`)
	require.NoError(t, err)
	assert.Equal(t, `{"used_bytes":1073741824,"quota_bytes":5368709120,"used_percentage":20.0,"backup_count":15,`+
		`"oldest_backup":"2024-01-01T00:00:00Z","newest_backup":"2024-01-01T00:00:00Z","reserved_bytes":0}`+"\n",
		string(h.get(t, "/api/v1/storage").body))
}

// Backups are created and deleted over three days.
func TestStorage(t *testing.T) {
	t.Parallel()
	h := open(t, setup{quota: 10_000})
	h.clock.advance(-48*time.Hour - time.Duration(h.clock.now().Unix()%86400)*time.Second) // midnight
	first := h.clock.now()
	send := func(media string, size int) string {
		t.Helper()
		body := []byte(strings.Repeat("x", size))
		u := h.create(t, client.CreateBackupRequest{Name: "file", SizeBytes: int64(size), ContentType: media})
		put(t, u, body)
		require.Equal(t, http.StatusOK, h.complete(t, u.ID).status)
		return u.ID
	}
	gone := send("application/gzip", 300)
	send("application/gzip", 100)
	h.clock.advance(24 * time.Hour)
	send("", 500)
	h.clock.advance(24 * time.Hour)
	_, err := h.api.DeleteBackupWithResponse(t.Context(), gone) // on the database's day
	require.NoError(t, err)
	last := h.clock.now()
	send("text/plain", 1000)
	h.create(t, client.CreateBackupRequest{Name: "to come", SizeBytes: 50})

	storage, err := h.api.GetStorageWithResponse(t.Context())
	require.NoError(t, err)
	assert.Equal(t, client.Storage{
		UsedBytes: 1600, QuotaBytes: 10_000, UsedPercentage: 16, BackupCount: 3,
		OldestBackup: &first, NewestBackup: &last, ReservedBytes: 50,
	}, *storage.JSON200)
	assert.Contains(t, string(storage.Body), `"used_percentage":16.0,`)

	r, err := h.api.GetStorageStatsWithResponse(t.Context())
	require.NoError(t, err)
	stats := r.JSON200
	assert.Equal(t, client.StorageByStatus{
		Completed: client.StorageCount{Count: 3, Bytes: 1600}, Pending: client.StorageCount{Count: 1, Bytes: 50},
	}, stats.ByStatus)
	assert.Equal(t, []client.StorageByContentType{
		{ContentType: "text/plain", Count: 1, Bytes: 1000}, {Count: 1, Bytes: 500}, {ContentType: "application/gzip", Count: 1, Bytes: 100},
	}, stats.ByContentType)
	assert.EqualValues(t, 533, stats.AverageBytes)
	assert.EqualValues(t, 1000, stats.LargestBytes)
	var days [][4]int64
	for _, d := range stats.Daily[26:] {
		days = append(days, [4]int64{d.Uploaded, d.Deleted, d.Bytes, d.Count})
	}
	assert.Equal(t, [][4]int64{{0, 0, 0, 0}, {2, 0, 400, 2}, {1, 0, 900, 3}, {1, 1, 1600, 3}}, days)
	// 1,600 bytes in two days: 8,350 more in ten and a half.
	require.NotNil(t, stats.ProjectedFullAt)
	assert.Equal(t, last.Add(8350*48*time.Hour/1600).Truncate(time.Second), *stats.ProjectedFullAt)
	storetest.CheckCounters(t, h.dsn)
}
