package store_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/storetest"
)

// holdings counts a tenant's rows by table: in every table with a tenant, and in the purges.
func holdings(t *testing.T, db *sql.DB, tenant lox.TenantID) map[string]int {
	t.Helper()
	found := map[string]int{}
	for _, table := range tables(t, db) {
		var n int
		require.NoError(t, db.QueryRowContext(t.Context(), "select count(*) from "+table+" where "+ownedBy(table, tenant)).Scan(&n))
		if n > 0 {
			found[table] = n
		}
	}
	return found
}

// leftovers counts the rows of a deleted tenant, except those of the record, which stay.
func leftovers(t *testing.T, db *sql.DB, tenant lox.TenantID) map[string]int {
	t.Helper()
	found := holdings(t, db, tenant)
	assert.NotZero(t, found["events"])
	assert.Equal(t, 1, count(t, db, "events where tenant_id = $1 and type = 'tenant.deleted'", tenant))
	delete(found, "events")
	return found
}

// tables names the tables of the schema except those without rows of tenants. A partition
// belongs to its table.
func tables(t *testing.T, db *sql.DB) (names []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `select relname from pg_class
		where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition and relname not in ('goose_db_version', 'restore_guard', 'installation') order by 1`)
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	for rows.Next() {
		var name string
		require.NoError(t, rows.Scan(&name))
		names = append(names, name)
	}
	require.NoError(t, rows.Err())
	return names
}

// ownedBy is the condition that a row of the table belongs to a tenant. A new table has a column
// tenant_id, or must be listed here.
func ownedBy(table string, tenant lox.TenantID) string {
	switch table {
	case "tenants":
		return "id = '" + uuidOf(tenant) + "'"
	case "attempts":
		return "delivery_id in (select id from deliveries where tenant_id = '" + uuidOf(tenant) + "')"
	case "purges", "version_purges":
		return "object_key like '" + tenant.String() + "/%'"
	default:
		return "tenant_id = '" + uuidOf(tenant) + "'"
	}
}

// digest is a checksum of all rows of a tenant.
func digest(t *testing.T, db querier, all []string, tenant lox.TenantID) string {
	t.Helper()
	parts := make([]string, len(all))
	for i, table := range all {
		parts[i] = "coalesce((select md5(string_agg(r::text, '|' order by r::text)) from " + table + " r where " + ownedBy(table, tenant) + "), '-')"
	}
	var sum string
	require.NoError(t, db.QueryRowContext(t.Context(), "select "+strings.Join(parts, " || ' ' || ")).Scan(&sum))
	return sum
}

type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// waiting counts the statements that wait for another transaction.
func waiting(t *testing.T, db *sql.DB) (n int) {
	t.Helper()
	require.NoError(t, db.QueryRowContext(t.Context(), `select count(*) from pg_stat_activity
		where datname = current_database() and wait_event_type = 'Lock'`).Scan(&n))
	return n
}

// fill creates n backups of a tenant. A third is completed and a third has failed.
func fill(t *testing.T, s *store.Grouped, tenant lox.TenantID, n int) []lox.Backup {
	t.Helper()
	made := make([]lox.Backup, n)
	var all sync.WaitGroup
	for w := range 16 {
		all.Go(func() {
			for i := w; i < n; i += 16 {
				b := pending(tenant, 100, noon.Add(time.Duration(i)*time.Minute))
				made[i] = b
				key := lox.IdempotencyKey{Key: b.ID.String()}
				if _, _, err := s.CreateBackupOnce(context.Background(), b, key, storetest.By); err != nil {
					t.Error(err)
				}
				var err error
				switch i % 3 {
				case 1:
					_, err = s.Complete(context.Background(), b, lox.Verified{At: noon, Event: b.Completed(lox.Checksum{}, noon, storetest.By)})
				case 2:
					_, err = s.Fail(context.Background(), b, lox.Failure{Text: "no", At: noon, Event: b.Failed("no", noon, storetest.By)})
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	return made
}

// The deletion stops in its second batch because of another transaction's lock, and continues there
// when it is repeated.
func TestTenantDeletionContinuesAfterFailure(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	db := storetest.SQL(t, dsn)
	tenant, key := storetest.Tenant(t, s, quota)
	other, otherKey := storetest.Tenant(t, s, quota)
	n := store.TenantBatch*2 + 10
	made := fill(t, s, tenant.ID, n)
	fill(t, s, other.ID, 9)
	all := tables(t, db)
	untouched := digest(t, db, all, other.ID)

	inTheWay, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = inTheWay.ExecContext(t.Context(), `select from backups where id = (
		select id from backups where tenant_id = $1 order by id offset $2 limit 1) for update`, tenant.ID, store.TenantBatch+1)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error)
	go func() { failed <- s.DeleteTenant(ctx, tenant.ID, noon, storetest.By, nil) }()
	// The first batch may wait for a moment, too, such as for autovacuum.
	require.Eventually(t, func() bool {
		return waiting(t, db) == 1 && holdings(t, db, tenant.ID)["backups"] == n-store.TenantBatch
	}, 30*time.Second, time.Millisecond)
	_, err = principal(t, s, key)
	code(t, lox.CodeAuthentication, err)
	cancel()
	require.ErrorIs(t, <-failed, context.Canceled)
	require.NoError(t, inTheWay.Rollback())
	storetest.CheckCounters(t, dsn)
	u, err := s.Usage(t.Context(), tenant.ID)
	require.NoError(t, err)
	assert.Zero(t, u.Quota, "nothing more comes in")
	code(t, lox.CodeQuotaExceeded, s.CreateBackup(t.Context(), pending(tenant.ID, 1, noon), storetest.By))

	require.NoError(t, s.DeleteTenant(t.Context(), tenant.ID, noon.Add(time.Hour), storetest.By, nil))
	assert.Equal(t, map[string]int{"purges": n}, leftovers(t, db, tenant.ID))
	for _, b := range made[:10] {
		var final time.Time
		require.NoError(t, db.QueryRowContext(t.Context(), "select final_at from purges where object_key = $1", b.ObjectKey()).Scan(&final))
		assert.True(t, final.Equal(b.Deadline().Add(24*time.Hour)))
	}
	require.ErrorIs(t, s.DeleteTenant(t.Context(), tenant.ID, noon, storetest.By, nil), lox.ErrTenantNotFound)

	assert.Equal(t, untouched, digest(t, db, all, other.ID))
	_, err = principal(t, s, otherKey)
	assert.NoError(t, err)
	storetest.CheckCounters(t, dsn)
}

// A request that was admitted before its tenant was deleted gets the error of an unknown key.
func TestRequestsOfDeletedTenant(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	b := create(t, s, pending(tenant.ID, 1, noon))
	require.NoError(t, s.DeleteTenant(t.Context(), tenant.ID, noon, storetest.By, nil))
	k, _ := storetest.NewKey(t, tenant.ID, noon)
	for what, request := range map[string]func() error{
		"create": func() error { return s.CreateBackup(t.Context(), pending(tenant.ID, 1, noon), storetest.By) },
		"create once": func() error {
			_, _, err := s.CreateBackupOnce(t.Context(), pending(tenant.ID, 1, noon), lox.IdempotencyKey{Key: "k", Request: sha256.Sum256(nil)}, storetest.By)
			return err
		},
		"usage":      func() error { _, err := s.Usage(t.Context(), tenant.ID); return err },
		"storage":    func() error { _, err := s.Storage(t.Context(), tenant.ID); return err },
		"stats":      func() error { _, err := s.StorageStats(t.Context(), tenant.ID, noon); return err },
		"create key": func() error { return s.CreateAPIKey(t.Context(), k, storetest.By) },
	} {
		assert.ErrorIs(t, request(), lox.ErrInvalidAPIKey, what)
	}
	code(t, lox.CodeBackupNotFound, s.DeleteBackup(t.Context(), tenant.ID, b.ID, noon, storetest.By))
	page, err := s.Backups(t.Context(), tenant.ID, lox.BackupQuery{Limit: 1})
	require.NoError(t, err)
	assert.Zero(t, page.Total)
	ok, err := s.Complete(t.Context(), b, lox.Verified{At: noon, Event: b.Completed(lox.Checksum{}, noon, storetest.By)})
	require.NoError(t, err)
	assert.False(t, ok)
	assert.Equal(t, map[string]int{"purges": 1}, leftovers(t, storetest.SQL(t, dsn), tenant.ID))
}

// A tenant is deleted, by two calls at once, during requests: each request is answered, and all
// that is left of what they create are purges.
func TestTenantDeletionDuringRequests(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	db := storetest.SQL(t, dsn)
	for round := range 5 {
		tenant, _ := storetest.Tenant(t, s, quota)
		for range 2 {
			addWebhook(t, s, tenant.ID, everything...)
		}
		var made backups
		var stopped atomic.Bool
		var requests, deletions sync.WaitGroup
		begun := make(chan struct{}, 8)
		for w := range 8 {
			requests.Go(func() {
				r := rand.New(rand.NewPCG(uint64(w), uint64(round)))
				for i := 0; !stopped.Load(); i++ {
					if err := inFlight(s, r, tenant.ID, &made); err != nil {
						t.Error(err)
						return
					}
					if i == 20 {
						begun <- struct{}{}
					}
				}
			})
		}
		for range 8 {
			<-begun
		}
		for range 2 {
			deletions.Go(func() {
				if err := unless(s.DeleteTenant(context.Background(), tenant.ID, noon, storetest.By, nil), lox.CodeNotFound); err != nil {
					t.Error(err)
				}
			})
		}
		deletions.Wait()
		stopped.Store(true)
		requests.Wait()
		assert.Equal(t, map[string]int{"purges": len(made.all)}, leftovers(t, db, tenant.ID), "in round %d", round)
	}
	storetest.CheckCounters(t, dsn)
}

// inFlight is a request of a tenant that is being deleted.
func inFlight(s *store.Grouped, r *rand.Rand, tenant lox.TenantID, made *backups) (err error) {
	ctx := context.Background()
	b, _ := made.any(r)
	switch r.IntN(6) {
	case 0, 1:
		b = pending(tenant, 1, noon.Add(time.Duration(r.IntN(100))*24*time.Hour))
		if err = s.CreateBackup(ctx, b, storetest.By); err == nil {
			made.add(b)
		}
	case 2:
		b = pending(tenant, 1, noon)
		_, _, err = s.CreateBackupOnce(ctx, b, lox.IdempotencyKey{Key: b.ID.String()}, storetest.By)
		if err == nil {
			made.add(b)
		}
	case 3:
		_, err = s.Complete(ctx, b, lox.Verified{At: noon, Event: b.Completed(lox.Checksum{}, noon, storetest.By)})
	case 4:
		err = s.DeleteBackup(ctx, tenant, b.ID, noon, storetest.By)
	case 5:
		var k lox.APIKey
		if k, err = lox.StoredKey(tenant, lox.NewAPIKey(), noon); err != nil {
			return err
		}
		if err = s.CreateAPIKey(ctx, k, storetest.By); err == nil {
			err = s.NoteKeyUse(ctx, map[lox.KeyID]time.Time{k.ID: noon})
		}
	}
	switch lox.CodeOf(err) {
	case "", lox.CodeAuthentication, lox.CodeQuotaExceeded, lox.CodeBackupNotFound:
		return nil
	default:
		return fmt.Errorf("in flight: %w", err)
	}
}
