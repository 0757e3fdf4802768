package store_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/storetest"
)

// day returns the UTC midnight n days after that of noon.
func day(n int) time.Time { return noon.Truncate(24*time.Hour).AddDate(0, 0, n) }

// typed returns a backup with a content type.
func typed(tenant lox.TenantID, kind string, size int64, at time.Time) lox.Backup {
	b := pending(tenant, size, at)
	b.ContentType = kind
	return b
}

func TestStorage(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tenant, _ := storetest.Tenant(t, s, 1000)
	other, _ := storetest.Tenant(t, s, 1000)
	read := func() lox.Storage {
		got, err := s.Storage(t.Context(), tenant.ID)
		require.NoError(t, err)
		return got
	}
	complete(t, s, create(t, s, pending(other.ID, 1, noon.AddDate(-1, 0, 0))), noon)
	assert.Equal(t, lox.Storage{Usage: lox.Usage{Quota: 1000}}, read())

	create(t, s, pending(tenant.ID, 5, noon.AddDate(0, 0, -9)))
	verifying := create(t, s, pending(tenant.ID, 7, noon.AddDate(0, 0, 9)))
	_, _, err := s.Lease(t.Context(), verifying, lox.Lease{Owner: "o", Now: noon, Until: noon})
	require.NoError(t, err)
	var made []lox.Backup
	for i := range 3 {
		b := create(t, s, pending(tenant.ID, 100, noon.Add(time.Duration(i)*time.Hour)))
		complete(t, s, b, noon.AddDate(0, 0, 5))
		made = append(made, b)
	}
	got := read()
	assert.Equal(t, lox.Usage{Quota: 1000, Used: 300, Reserved: 12}, got.Usage)
	assert.EqualValues(t, 3, got.Backups)
	assert.True(t, made[0].CreatedAt.Equal(*got.Oldest), "by creation, of completed ones")
	assert.True(t, made[2].CreatedAt.Equal(*got.Newest))

	require.NoError(t, s.DeleteBackup(t.Context(), tenant.ID, made[0].ID, noon, storetest.By))
	require.NoError(t, s.DeleteBackup(t.Context(), tenant.ID, made[2].ID, noon, storetest.By))
	got = read()
	assert.True(t, made[1].CreatedAt.Equal(*got.Oldest))
	assert.True(t, made[1].CreatedAt.Equal(*got.Newest))
}

func TestStorageStats(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, 10_000)
	other, _ := storetest.Tenant(t, s, 10_000)
	complete(t, s, create(t, s, pending(other.ID, 9999, noon)), noon)
	read := func(since time.Time) lox.StorageStats {
		got, err := s.StorageStats(t.Context(), tenant.ID, since)
		require.NoError(t, err)
		for i, f := range got.Flows {
			got.Flows[i].Day = f.Day.UTC()
		}
		return got
	}
	none := lox.Volume{}
	assert.Equal(t, lox.StorageStats{
		Usage: lox.Usage{Quota: 10_000},
		ByStatus: map[lox.Status]lox.Volume{
			lox.StatusPending: none, lox.StatusVerifying: none, lox.StatusCompleted: none, lox.StatusFailed: none,
		},
		ByType: []lox.TypeVolume{}, Flows: []lox.StorageFlow{},
	}, read(day(0)))

	// Completed around midnight, a day after they were created.
	midnight := day(2)
	tar := create(t, s, typed(tenant.ID, "application/x-tar", 300, noon))
	complete(t, s, tar, midnight.Add(-time.Second))
	gz := create(t, s, typed(tenant.ID, "application/gzip", 500, noon))
	complete(t, s, gz, midnight)
	untyped := create(t, s, typed(tenant.ID, "", 100, noon))
	complete(t, s, untyped, midnight.Add(time.Hour))
	failed := create(t, s, typed(tenant.ID, "video/mp4", 1000, noon))
	ok, err := s.Fail(t.Context(), failed, lox.Failure{Text: "no", At: noon, Event: failed.Failed("no", noon, storetest.By)})
	require.NoError(t, err)
	require.True(t, ok)
	create(t, s, pending(tenant.ID, 20, noon))
	verifying := create(t, s, pending(tenant.ID, 3, noon))
	_, ok, err = s.Lease(t.Context(), verifying, lox.Lease{Owner: "o", Now: noon, Until: noon})
	require.NoError(t, err)
	require.True(t, ok)
	// A backup that was never completed doesn't count as deleted storage.
	require.NoError(t, s.DeleteBackup(t.Context(), tenant.ID, create(t, s, pending(tenant.ID, 1, noon)).ID, day(2), storetest.By))
	require.NoError(t, s.DeleteBackup(t.Context(), tenant.ID, gz.ID, day(4).Add(-time.Second), storetest.By))

	want := lox.StorageStats{
		Usage: lox.Usage{Quota: 10_000, Used: 400, Reserved: 23},
		ByStatus: map[lox.Status]lox.Volume{
			lox.StatusPending: {Count: 1, Bytes: 20}, lox.StatusVerifying: {Count: 1, Bytes: 3},
			lox.StatusCompleted: {Count: 2, Bytes: 400}, lox.StatusFailed: {Count: 1, Bytes: 1000},
		},
		ByType: []lox.TypeVolume{
			{ContentType: "application/x-tar", Volume: lox.Volume{Count: 1, Bytes: 300}},
			{ContentType: "", Volume: lox.Volume{Count: 1, Bytes: 100}},
		},
		Largest: 300,
		Flows: []lox.StorageFlow{
			{Day: day(1), Uploaded: 1, UploadedBytes: 300},
			{Day: day(2), Uploaded: 2, UploadedBytes: 600},
			{Day: time.Now().UTC().Truncate(24 * time.Hour), Deleted: 1, DeletedBytes: 500}, // by the database's clock
		},
	}
	assert.Equal(t, want, read(day(1)))
	want.Flows = want.Flows[1:]
	assert.Equal(t, want, read(day(2)), "since a day, and that day")
	want.Flows = want.Flows[1:]
	assert.Equal(t, want, read(day(4)))
	storetest.CheckCounters(t, dsn)
}

func TestContentTypesBeyondHundredAreGrouped(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tenant, _ := storetest.Tenant(t, s, quota)
	const types = lox.MaxContentTypes + 10
	for i := range types {
		complete(t, s, create(t, s, typed(tenant.ID, fmt.Sprintf("type/%03d", i), int64(1+i/2), noon)), noon)
	}
	got, err := s.StorageStats(t.Context(), tenant.ID, day(0))
	require.NoError(t, err)
	require.Len(t, got.ByType, lox.MaxContentTypes)
	for i, v := range got.ByType {
		nth := types - 1 - i ^ 1 // of two types with as many bytes, the first by name
		assert.Equal(t, lox.TypeVolume{ContentType: fmt.Sprintf("type/%03d", nth), Volume: lox.Volume{Count: 1, Bytes: int64(1 + nth/2)}}, v)
	}
	assert.Equal(t, lox.Volume{Count: 10, Bytes: 2 * (1 + 2 + 3 + 4 + 5)}, got.Others)
}

// However many backups and content types there are, each query reads only the few pages that have
// the answer.
func TestStorageIsReadFromCounters(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, 1<<50)
	db := storetest.SQL(t, dsn)
	db.SetMaxOpenConns(1)
	for _, statement := range []string{
		`insert into backups (tenant_id, id, name, status, size_bytes, content_type, metadata,
			checksum, created_at, upload_expires_at, deadline, completed_at)
		select '` + uuidOf(tenant.ID) + `', gen_random_uuid(), 'n', 'completed', n, 'type/' || n % 5000, '{}', sha256(''), at, at, at, at
		from (select n, timestamptz '2024-01-01' + n * interval '1 minute' as at from generate_series(1, 100000) n) times`,
		`set lox.counters = 'writable'`,
		`insert into content_types select '` + uuidOf(tenant.ID) + `', 'gone/' || n, 0, 0 from generate_series(1, 5000) n`,
		`vacuum analyze`,
		`set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set enable_bitmapscan = off; set enable_sort = off`,
		`prepare storage as ` + store.StorageSQL,
		`prepare stats as ` + store.StatsSQL,
	} {
		_, err := db.ExecContext(t.Context(), statement)
		require.NoError(t, err, statement)
	}
	for question, most := range map[string]int{
		// Its row of the counters, and an index entry and a row at each end.
		fmt.Sprintf("storage ('%s')", uuidOf(tenant.ID)): 20,
		// 100 types and 30 days lie anywhere in their tables.
		fmt.Sprintf("stats ('%s', '2024-02-08', %d)", uuidOf(tenant.ID), lox.MaxContentTypes): 170,
	} {
		var explained []byte
		for range 2 { // the first run also reads the catalogue
			require.NoError(t, db.QueryRowContext(t.Context(), "explain (analyze, buffers, format json) execute "+question).Scan(&explained))
		}
		var plans []struct {
			Plan struct {
				Hit  int `json:"Shared Hit Blocks"`  //nolint:tagliatelle // PostgreSQL's
				Read int `json:"Shared Read Blocks"` //nolint:tagliatelle // PostgreSQL's
			} `json:"Plan"` //nolint:tagliatelle // PostgreSQL's
		}
		require.NoError(t, json.Unmarshal(explained, &plans))
		blocks := plans[0].Plan.Hit + plans[0].Plan.Read
		t.Logf("%.7s: %d blocks", question, blocks)
		assert.LessOrEqual(t, blocks, most, "%s", explained)
		assert.NotContains(t, string(explained), `"Seq Scan"`)
	}
}
