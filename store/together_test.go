package store_test

import (
	"fmt"
	"slices"
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

// together makes callers wait for each other, so that one statement serves all of them: a table
// lock delays the first ones, each in its own statement, until the others have arrived.
func together(t *testing.T, dsn, table string, first, others int, load func() store.Load, call func(i int)) {
	t.Helper()
	tx, err := storetest.SQL(t, dsn).BeginTx(t.Context(), nil)
	require.NoError(t, err)
	defer func() { _ = tx.Rollback() }()
	_, err = tx.ExecContext(t.Context(), "lock table "+table)
	require.NoError(t, err)
	var callers sync.WaitGroup
	begin := func(from, to int, then store.Load) {
		for i := from; i < to; i++ {
			callers.Go(func() { call(i) })
		}
		require.Eventually(t, func() bool { return load() == then }, 2*time.Minute, time.Millisecond)
	}
	begin(0, first, store.Load{Running: first})
	begin(first, first+others, store.Load{Running: first, Waiting: others})
	require.NoError(t, tx.Commit())
	callers.Wait()
}

// Of concurrent readers, each gets its own backup, and nothing for another tenant's id.
func TestBatchedReadsAreIsolated(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	var made []lox.Backup
	var tenants []lox.TenantID
	for n := range 4 {
		tenant, _ := storetest.Tenant(t, s, quota)
		tenants = append(tenants, tenant.ID)
		for i := range 5 {
			b := pending(tenant.ID, int64(100*n+i+1), noon)
			b.Name = fmt.Sprint(n, "/", i)
			made = append(made, create(t, s, b))
		}
	}
	foreign := func(of lox.Backup) lox.TenantID {
		return tenants[(slices.Index(tenants, of.Tenant)+1)%len(tenants)]
	}
	const asks = 200 // more than one statement takes
	together(t, dsn, "backups", store.MaxLookups(), asks, s.Lookups, func(i int) {
		b := made[i%len(made)]
		switch i % 3 {
		case 0:
			_, err := s.Backup(t.Context(), foreign(b), b.ID)
			assert.ErrorIs(t, err, lox.ErrBackupNotFound)
			_, err = s.DownloadBackup(t.Context(), foreign(b), b.ID, b.Downloaded(noon, noon, storetest.By))
			assert.ErrorIs(t, err, lox.ErrBackupNotFound)
		case 1:
			_, err := s.Backup(t.Context(), b.Tenant, lox.NewBackupID())
			assert.ErrorIs(t, err, lox.ErrBackupNotFound)
		default:
			got, err := s.Backup(t.Context(), b.Tenant, b.ID)
			if assert.NoError(t, err) {
				got.CreatedAt, got.UploadExpiresAt = got.CreatedAt.UTC(), got.UploadExpiresAt.UTC()
				assert.Equal(t, b, got)
			}
		}
	})
}

// Backups that are created at the same moment are as if each had been created alone.
func TestCreateBatch(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	wanted := make([]lox.Backup, 150)
	for i := range wanted {
		b := pending(tenant.ID, int64(i+1), noon.Add(time.Duration(i)*time.Hour)) // on several days
		b.Name = fmt.Sprintf(`"%d", {NULL} \ '`, i)
		if i%2 == 0 {
			b.Declared, b.Metadata, b.ContentType = nil, nil, ""
		}
		wanted[i] = b
	}
	together(t, dsn, "tenant_usage", 1, len(wanted)-1, s.Creates, func(i int) {
		assert.NoError(t, s.CreateBackup(t.Context(), wanted[i], storetest.By))
	})
	for _, want := range wanted {
		got, err := s.Backup(t.Context(), tenant.ID, want.ID)
		require.NoError(t, err)
		got.CreatedAt, got.UploadExpiresAt = got.CreatedAt.UTC(), got.UploadExpiresAt.UTC()
		assert.Equal(t, want, got)
	}
	storetest.CheckCounters(t, dsn)
	db := storetest.SQL(t, dsn)
	assert.Equal(t, len(wanted), count(t, db, `backups where deadline > upload_expires_at`))
	// The first one alone, then a full batch, then the rest. While the lock is held, some may
	// overtake the one that waits.
	assert.LessOrEqual(t, count(t, db, `(select distinct xmin::text from backups) statements`), 6)
}

// If the quota isn't enough for all, the first ones get it.
func TestCreateBatchRespectsQuota(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, 10*100+99)
	var mu sync.Mutex
	codes := map[lox.Code]int{}
	together(t, dsn, "tenant_usage", 1, 30, s.Creates, func(int) {
		err := s.CreateBackup(t.Context(), pending(tenant.ID, 100, noon), storetest.By)
		mu.Lock()
		defer mu.Unlock()
		codes[lox.CodeOf(err)]++
	})
	assert.Equal(t, map[lox.Code]int{"": 10, lox.CodeQuotaExceeded: 21}, codes)
	storetest.CheckCounters(t, dsn)
}

// Subscribed webhooks get an event of each.
func TestCreateBatchNotifiesWebhooks(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	addWebhook(t, s, tenant.ID, lox.EventBackupCreated)
	together(t, dsn, "tenant_usage", 1, 20, s.Creates, func(int) {
		assert.NoError(t, s.CreateBackup(t.Context(), pending(tenant.ID, 1, noon), storetest.By))
	})
	assert.Equal(t, 21, count(t, storetest.SQL(t, dsn), `(select distinct payload from events where type = 'backup.created') events`))
	storetest.CheckCounters(t, dsn)
}

// A create that the database refuses doesn't affect the others.
func TestCreateBatchWithOneRefusal(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	together(t, dsn, "tenant_usage", 1, 20, s.Creates, func(i int) {
		b := pending(tenant.ID, 1, noon)
		if i == 7 {
			b.Size = 0 // the schema refuses it
		}
		if err := s.CreateBackup(t.Context(), b, storetest.By); i == 7 {
			assert.ErrorContains(t, err, "violates check constraint")
		} else {
			assert.NoError(t, err)
		}
	})
	assert.Equal(t, 20, count(t, storetest.SQL(t, dsn), `backups`))
	storetest.CheckCounters(t, dsn)
}

// Text that PostgreSQL can't store is refused before it is batched with others.
func TestUnstorableTextFailsOnlyItsCreate(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tenant, _ := storetest.Tenant(t, s, quota)
	for name, spoil := range map[string]func(*lox.Backup){
		"name":     func(b *lox.Backup) { b.Name = "NUL \x00" },
		"type":     func(b *lox.Backup) { b.ContentType = "\xff" },
		"metadata": func(b *lox.Backup) { b.Metadata = lox.Metadata{"a": "\x00"} },
	} {
		b := pending(tenant.ID, 1, noon)
		spoil(&b)
		assert.ErrorContains(t, s.CreateBackup(t.Context(), b, storetest.By), "can't be stored", name)
	}
}

// A statement that ran twice, because the connection was lost after its commit, reports success.
func TestRepeatedCreateBatch(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	again := create(t, s, pending(tenant.ID, 5, noon))
	together(t, dsn, "tenant_usage", 1, 3, s.Creates, func(int) {
		assert.NoError(t, s.CreateBackup(t.Context(), again, storetest.By))
	})
	assert.Equal(t, 1, count(t, storetest.SQL(t, dsn), `backups`))
	storetest.CheckCounters(t, dsn)
}

// A batched statement reads only its rows, however many backups and keys the tenant has, and
// however many tenants there are.
func TestBatchedStatementReadsOnlyItsRows(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	one := create(t, s, pending(tenant.ID, 1, noon))
	db := storetest.SQL(t, dsn)
	_, err := db.ExecContext(t.Context(), `insert into backups (tenant_id, id, name, status, size_bytes, content_type, metadata, created_at, upload_expires_at, deadline)
		select tenant_id, gen_random_uuid(), name, status, size_bytes, content_type, metadata, created_at, upload_expires_at, deadline
		from backups, generate_series(1, 20000)`)
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), `insert into idempotency_keys (tenant_id, key, request, backup_id, created_at)
		select tenant_id, id::text, decode(repeat('00', 32), 'hex'), id, created_at from backups limit 2000`) // of more, PostgreSQL would read all
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), `insert into tenants (id, name, plan, created_at) select gen_random_uuid(), 'other', 'free', now() from generate_series(1, 20000)`)
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), `insert into tenant_usage (tenant_id, quota_bytes) select id, 1 from tenants where name = 'other'`)
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), "analyze")
	require.NoError(t, err)
	costs := explain(t, dsn, map[string][]any{
		"getBackups":      {"{" + uuidOf(tenant.ID) + "}", "{" + uuidOf(one.ID) + "}"},
		"createAll":       {store.CreateJSON(pending(tenant.ID, 1, noon), storetest.By, nil), "0"},
		"createAllOnce":   {store.CreateJSON(pending(tenant.ID, 1, noon), storetest.By, &lox.IdempotencyKey{Key: "new"}), "0"},
		"createSome":      {store.CreateJSON(pending(tenant.ID, 1, noon), storetest.By, &lox.IdempotencyKey{Key: "newer"}), "0"},
		"completeBackups": {store.CompleteJSON(one, one.Completed(lox.Checksum{}, noon, storetest.By)), "0", "{}", noon},
	})
	t.Logf("blocks: %v", costs)
	for name, blocks := range costs {
		assert.LessOrEqual(t, blocks, 100, name)
	}
}

// A failure of one caller costs the others in its batch at most one more statement.
func TestFailureCostsBatchOneStatement(t *testing.T) {
	t.Parallel()
	const others = 20 // and the first one, whose statement they wait for
	for name, test := range map[string]struct {
		quota   int64
		webhook bool
		big     bool // one of them doesn't fit
		refused int
		first   int64 // statements of the first one
	}{
		"nothing":               {quota: quota, first: 1},
		"a webhook":             {quota: quota, webhook: true, first: 2},
		"one that doesn't fit":  {quota: 100, big: true, refused: 1, first: 1},
		"a webhook and no room": {quota: 15, webhook: true, refused: 6, first: 2},
		"a full quota":          {quota: 1, refused: others, first: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dsn := storetest.Database(t)
			line := newLine(t, dsn)
			s := storetest.Open(t, line.dsn)
			tenant, _ := storetest.Tenant(t, s, test.quota)
			if test.webhook {
				addWebhook(t, s, tenant.ID, lox.EventBackupCreated)
			}
			before := line.executed.Load()
			var refused atomic.Int64
			together(t, dsn, "tenant_usage", 1, others, s.Creates, func(i int) {
				size := int64(1)
				if test.big && i == 7 {
					size = 1000
				}
				err := s.CreateBackup(t.Context(), pending(tenant.ID, size, noon), storetest.By)
				switch {
				case lox.CodeOf(err) == lox.CodeQuotaExceeded:
					refused.Add(1)
				default:
					assert.NoError(t, err)
				}
			})
			assert.EqualValues(t, test.refused, refused.Load())
			assert.LessOrEqual(t, line.executed.Load()-before, test.first+2)
			made := 1 + others - test.refused
			db := storetest.SQL(t, dsn)
			assert.Equal(t, made, count(t, db, `backups`))
			events := 0
			if test.webhook {
				events = made
			}
			assert.Equal(t, made, count(t, db, `(select distinct payload from events where type = 'backup.created') recorded`))
			assert.Equal(t, events, count(t, db, `deliveries`))
			storetest.CheckCounters(t, dsn)
		})
	}
}

// A backup that is completed twice at the same moment needs no further statement.
func TestRepeatedCompletionIsBatchedOnce(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	line := newLine(t, dsn)
	s := storetest.Open(t, line.dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	var made []lox.Backup
	for range 6 {
		made = append(made, create(t, s, pending(tenant.ID, 1, noon)))
	}
	deleted := create(t, s, pending(tenant.ID, 1, noon))
	require.NoError(t, s.DeleteBackup(t.Context(), tenant.ID, deleted.ID, noon, storetest.By))
	made = append(made, deleted)
	before := line.executed.Load()
	var completed atomic.Int64
	together(t, dsn, "backups", 1, 20, s.Completes, func(i int) {
		b := made[i%len(made)]
		ok, err := s.Complete(t.Context(), b, lox.Verified{At: noon, Event: b.Completed(lox.Checksum{}, noon, storetest.By)})
		assert.NoError(t, err)
		if ok {
			completed.Add(1)
		}
	})
	assert.EqualValues(t, 6, completed.Load())
	assert.EqualValues(t, 2, line.executed.Load()-before)
	storetest.CheckCounters(t, dsn)
}
