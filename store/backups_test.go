package store_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/storetest"
)

const quota = 1 << 30

var noon = time.Date(2024, 1, 15, 12, 0, 0, 0, time.UTC)

// pending returns a backup of the tenant with a creation time.
func pending(tenant lox.TenantID, size int64, at time.Time) lox.Backup {
	sum := lox.Checksum(sha256.Sum256([]byte("declared")))
	return lox.NewBackup{
		Name: "daily", Size: size, ContentType: "application/gzip",
		Metadata: lox.Metadata{"source": "production-server", "<&>": "\u2028\""}, Checksum: &sum,
	}.Pending(tenant, at, 30*time.Minute)
}

func create(t *testing.T, s *store.Grouped, b lox.Backup) lox.Backup {
	t.Helper()
	require.NoError(t, s.CreateBackup(t.Context(), b, storetest.By))
	return b
}

func complete(t *testing.T, s *store.Grouped, b lox.Backup, at time.Time) {
	t.Helper()
	sum := lox.Checksum(sha256.Sum256([]byte(b.ID.String())))
	ok, err := s.Complete(t.Context(), b, lox.Verified{Checksum: sum, ObjectVersion: "v1", At: at, Event: b.Completed(sum, at, storetest.By)})
	require.NoError(t, err)
	require.True(t, ok)
}

func code(t *testing.T, want lox.Code, err error) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, want, lox.CodeOf(err), "%v", err)
}

func TestBackupRoundTrip(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tenant, _ := storetest.Tenant(t, s, quota)
	want := create(t, s, pending(tenant.ID, 100, noon))

	got, err := s.Backup(t.Context(), tenant.ID, want.ID)
	require.NoError(t, err)
	got.CreatedAt, got.UploadExpiresAt = got.CreatedAt.UTC(), got.UploadExpiresAt.UTC()
	assert.Equal(t, want, got)

	complete(t, s, want, noon.Add(time.Minute))
	got, err = s.Backup(t.Context(), tenant.ID, want.ID)
	require.NoError(t, err)
	assert.Equal(t, lox.StatusCompleted, got.Status)
	assert.Equal(t, "v1", got.ObjectVersion)
	assert.Equal(t, lox.Checksum(sha256.Sum256([]byte(want.ID.String()))), *got.Checksum)
	assert.True(t, noon.Add(time.Minute).Equal(*got.CompletedAt))
}

func TestQuotaHoldsUnderConcurrency(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, 10*100+99)
	var made, refused atomic.Int64
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			switch err := s.CreateBackup(context.Background(), pending(tenant.ID, 100, noon), storetest.By); lox.CodeOf(err) {
			case "":
				made.Add(1)
			case lox.CodeQuotaExceeded:
				refused.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	assert.EqualValues(t, 10, made.Load())
	assert.EqualValues(t, 40, refused.Load())
	storetest.CheckCounters(t, dsn)

	u, err := s.Usage(t.Context(), tenant.ID)
	require.NoError(t, err)
	assert.Equal(t, lox.Usage{Quota: 1099, Reserved: 1000}, u)
}

func TestDeletionReleasesQuota(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, 300)
	usage := func() lox.Usage {
		u, err := s.Usage(t.Context(), tenant.ID)
		require.NoError(t, err)
		storetest.CheckCounters(t, dsn)
		return u
	}
	kept, failed, deleted := create(t, s, pending(tenant.ID, 100, noon)), create(t, s, pending(tenant.ID, 100, noon)), create(t, s, pending(tenant.ID, 100, noon))
	err := s.CreateBackup(t.Context(), pending(tenant.ID, 1, noon), storetest.By)
	code(t, lox.CodeQuotaExceeded, err)
	assert.ErrorContains(t, err, "Needs 1 bytes; 0 of the quota of 300 bytes are free")

	complete(t, s, kept, noon)
	assert.Equal(t, lox.Usage{Quota: 300, Used: 100, Reserved: 200}, usage())
	ok, err := s.Fail(t.Context(), failed, lox.Failure{Text: "no", At: noon, Event: failed.Failed("no", noon, storetest.By)})
	require.NoError(t, err)
	require.True(t, ok)
	assert.Equal(t, lox.Usage{Quota: 300, Used: 100, Reserved: 100}, usage())
	require.NoError(t, s.DeleteBackup(t.Context(), tenant.ID, deleted.ID, noon, storetest.By))
	assert.Equal(t, lox.Usage{Quota: 300, Used: 100}, usage())
	require.NoError(t, s.DeleteBackup(t.Context(), tenant.ID, kept.ID, noon, storetest.By))
	require.NoError(t, s.DeleteBackup(t.Context(), tenant.ID, failed.ID, noon, storetest.By))
	assert.Equal(t, lox.Usage{Quota: 300}, usage())
	code(t, lox.CodeBackupNotFound, s.DeleteBackup(t.Context(), tenant.ID, kept.ID, noon, storetest.By))
}

// Every method reads and changes only rows of the tenant that it is called for.
func TestTenantsAreIsolated(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	mine, _ := storetest.Tenant(t, s, quota)
	other, _ := storetest.Tenant(t, s, quota)
	b := create(t, s, pending(mine.ID, 100, noon))

	_, err := s.Backup(t.Context(), other.ID, b.ID)
	code(t, lox.CodeBackupNotFound, err)
	code(t, lox.CodeBackupNotFound, s.DeleteBackup(t.Context(), other.ID, b.ID, noon, storetest.By))
	page, err := s.Backups(t.Context(), other.ID, lox.BackupQuery{Limit: 10})
	require.NoError(t, err)
	assert.Empty(t, page.Backups)
	assert.Zero(t, page.Total)

	foreign := b
	foreign.Tenant = other.ID
	now := noon.Add(time.Hour * 24)
	for what, change := range map[string]func() (bool, error){
		"lease": func() (bool, error) {
			_, ok, err := s.Lease(t.Context(), foreign, lox.Lease{Owner: "o", Now: now, Until: now})
			return ok, err
		},
		"complete": func() (bool, error) {
			return s.Complete(t.Context(), foreign, lox.Verified{At: now, Event: foreign.Completed(lox.Checksum{}, now, storetest.By)})
		},
		"fail": func() (bool, error) {
			return s.Fail(t.Context(), foreign, lox.Failure{Text: "no", At: now, Event: foreign.Failed("no", now, storetest.By)})
		},
	} {
		ok, err := change()
		require.NoError(t, err, what)
		assert.False(t, ok, what)
	}
	got, err := s.Backup(t.Context(), mine.ID, b.ID)
	require.NoError(t, err)
	assert.Equal(t, lox.StatusPending, got.Status)
	storetest.CheckCounters(t, dsn)
}

func TestIdempotencyKey(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	key := lox.IdempotencyKey{Key: "k", Request: sha256.Sum256([]byte("request"))}
	first, replayed, err := s.CreateBackupOnce(t.Context(), pending(tenant.ID, 100, noon), key, storetest.By)
	require.NoError(t, err)
	assert.False(t, replayed)

	again, replayed, err := s.CreateBackupOnce(t.Context(), pending(tenant.ID, 100, noon.Add(time.Hour)), key, storetest.By)
	require.NoError(t, err)
	assert.True(t, replayed)
	assert.Equal(t, first.ID, again.ID)
	assert.True(t, again.UploadExpiresAt.Equal(noon.Add(90*time.Minute)), "a fresh URL's expiry, not %s", again.UploadExpiresAt)

	_, _, err = s.CreateBackupOnce(t.Context(), pending(tenant.ID, 100, noon), lox.IdempotencyKey{Key: "k", Request: sha256.Sum256([]byte("other"))}, storetest.By)
	code(t, lox.CodeIdempotencyMismatch, err)

	later := noon.Add(lox.IdempotencyLife + time.Second)
	second, replayed, err := s.CreateBackupOnce(t.Context(), pending(tenant.ID, 100, later), key, storetest.By)
	require.NoError(t, err)
	assert.False(t, replayed)
	assert.NotEqual(t, first.ID, second.ID)

	forgotten, err := s.ForgetIdempotencyKeys(t.Context(), later, 1)
	require.NoError(t, err)
	assert.EqualValues(t, 1, forgotten)
	var left int
	require.NoError(t, storetest.SQL(t, dsn).QueryRowContext(t.Context(), "select count(*) from idempotency_keys").Scan(&left))
	assert.Zero(t, left)
	storetest.CheckCounters(t, dsn)
}

func TestIdempotencyKeyInFlight(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	other, _ := storetest.Tenant(t, s, quota)
	tx, err := storetest.SQL(t, dsn).BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = tx.ExecContext(t.Context(), "select pg_advisory_xact_lock(hashtextextended($1::text || ' ' || $2, 0))", tenant.ID, "k")
	require.NoError(t, err)
	key := lox.IdempotencyKey{Key: "k"}
	_, _, err = s.CreateBackupOnce(t.Context(), pending(tenant.ID, 100, noon), key, storetest.By)
	code(t, lox.CodeIdempotencyConflict, err)
	_, _, err = s.CreateBackupOnce(t.Context(), pending(other.ID, 100, noon), key, storetest.By)
	require.NoError(t, err)
	require.NoError(t, tx.Rollback())
	_, replayed, err := s.CreateBackupOnce(t.Context(), pending(tenant.ID, 100, noon), key, storetest.By)
	require.NoError(t, err)
	assert.False(t, replayed)
}

func TestPagesAndTotals(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tenant, _ := storetest.Tenant(t, s, quota)
	// 3 a day over 10 days, at 06:00, 12:00 and 18:00; the first of each day
	// completed.
	var all []lox.Backup
	first := time.Date(2024, 1, 1, 6, 0, 0, 0, time.UTC)
	for i := range 30 {
		b := create(t, s, pending(tenant.ID, 10, first.Add(time.Duration(i/3)*24*time.Hour+time.Duration(i%3)*6*time.Hour)))
		if i%3 == 0 {
			complete(t, s, b, b.CreatedAt)
			b.Status = lox.StatusCompleted
		}
		all = append([]lox.Backup{b}, all...)
	}
	date := func(d, h int) time.Time { return time.Date(2024, 1, d, h, 0, 0, 0, time.UTC) }
	ranges := [][2]time.Time{
		{}, {date(3, 0), {}}, {{}, date(3, 0)}, {date(2, 0), date(5, 0)}, {date(2, 12), date(5, 13)},
		{date(2, 7), date(2, 19)}, {date(2, 18), date(3, 6)}, {date(2, 18), date(3, 7)}, {date(2, 6), date(2, 6)},
		{date(4, 0), date(4, 12)}, {date(4, 12), date(5, 0)}, {date(20, 0), {}}, {date(9, 1), {}}, {{}, date(2, 13)},
	}
	for _, r := range ranges {
		for _, status := range []lox.Status{"", lox.StatusPending, lox.StatusCompleted, lox.StatusFailed} {
			t.Run(fmt.Sprintf("%s %s %s", r[0].Format("02T15"), r[1].Format("02T15"), status), func(t *testing.T) {
				var want []lox.BackupID
				for _, b := range all {
					if (status == "" || b.Status == status) && (r[0].IsZero() || !b.CreatedAt.Before(r[0])) &&
						(r[1].IsZero() || b.CreatedAt.Before(r[1])) {
						want = append(want, b.ID)
					}
				}
				q := lox.BackupQuery{Status: status, From: r[0], To: r[1], Limit: 4}
				assert.Equal(t, want, walk(t, s, tenant.ID, q, len(want), func(page lox.BackupPage) lox.BackupQuery {
					next := q
					next.After = page.Next
					return next
				}), "by cursor")
				offset := 0
				assert.Equal(t, want, walk(t, s, tenant.ID, q, len(want), func(lox.BackupPage) lox.BackupQuery {
					offset += 4
					next := q
					next.Offset = offset
					return next
				}), "by offset")
				q.Offset = 1000
				beyond, err := s.Backups(t.Context(), tenant.ID, q)
				require.NoError(t, err)
				assert.Empty(t, beyond.Backups)
				assert.EqualValues(t, len(want), beyond.Total, "behind the last page")
			})
		}
	}
}

// walk collects the ids of all pages, and checks the total of each.
func walk(t *testing.T, s *store.Grouped, tenant lox.TenantID, q lox.BackupQuery, total int, next func(lox.BackupPage) lox.BackupQuery) []lox.BackupID {
	t.Helper()
	var ids []lox.BackupID
	for {
		page, err := s.Backups(t.Context(), tenant, q)
		require.NoError(t, err)
		require.EqualValues(t, total, page.Total)
		for _, b := range page.Backups {
			ids = append(ids, b.ID)
		}
		if page.Next == nil {
			return ids
		}
		q = next(page)
	}
}

// If every backup that ANALYZE saw is completed, a list of another status still uses the index of
// statuses.
func TestListOfRareStatusUsesIndex(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	db := storetest.SQL(t, dsn)
	_, err := db.ExecContext(t.Context(), `insert into backups (tenant_id, id, name, status, size_bytes, content_type, metadata,
			checksum, created_at, upload_expires_at, deadline, completed_at)
		select $1, gen_random_uuid(), 'n', 'completed', 1, '', '{}', sha256(''), now, now, now, now
		from (select date_trunc('second', now()) - n * interval '1 minute' as now from generate_series(1, 20000) n) times`, tenant.ID)
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), "vacuum analyze backups")
	require.NoError(t, err)

	plain := storetest.SQL(t, dsn+" options='-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_bitmapscan=off -c enable_sort=off'")
	plain.SetMaxOpenConns(1)
	_, err = plain.ExecContext(t.Context(), "prepare page as "+store.PageOfStatus)
	require.NoError(t, err)
	rows, err := plain.QueryContext(t.Context(), fmt.Sprintf("explain execute page ('%s', '1970-01-01', '9999-12-31', 21, 0, 'failed', '%s')",
		uuid.UUID(tenant.ID), uuid.Nil))
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	var plan strings.Builder
	for rows.Next() {
		var line string
		require.NoError(t, rows.Scan(&line))
		plan.WriteString(line + "\n")
	}
	require.NoError(t, rows.Err())
	assert.Contains(t, plan.String(), "Index Scan using backups_newest_by_status on backups")
}

// database/sql runs a statement again if the connection is lost after its commit.
func TestRepeatedCreateStatementCreatesOneBackup(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	b := create(t, s, pending(tenant.ID, 100, noon))
	require.NoError(t, s.CreateBackup(t.Context(), b, storetest.By))
	u, err := s.Usage(t.Context(), tenant.ID)
	require.NoError(t, err)
	assert.EqualValues(t, 100, u.Reserved)
	storetest.CheckCounters(t, dsn)
}
