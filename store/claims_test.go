package store_test

import (
	"database/sql"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/storetest"
)

// abandon creates verifying backups whose leases ended one second after another, up to noon.
func abandon(t *testing.T, s *store.Grouped, tenant lox.TenantID, n int) {
	t.Helper()
	for i := range n {
		b := create(t, s, pending(tenant, 100, noon))
		_, ok, err := s.Lease(t.Context(), b, lox.Lease{Owner: "killed", Now: noon, Until: noon.Add(time.Duration(i+1-n) * time.Second)})
		require.NoError(t, err)
		require.True(t, ok)
	}
}

// Processes that claim at the same time get different backups, each as many as it asks for, and in
// the end all.
func TestVerificationsAreClaimedOnce(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	const n = 200
	abandon(t, s, tenant.ID, n)
	backlog, err := s.Backlog(t.Context(), lox.WorkVerify, noon)
	require.NoError(t, err)
	assert.Equal(t, n, backlog.Due)
	assert.True(t, backlog.Oldest.Equal(noon.Add((1-n)*time.Second)))

	var mu sync.Mutex
	var claiming sync.WaitGroup
	claimed := map[lox.BackupID]string{}
	for i := range 8 {
		owner := strconv.Itoa(i)
		claiming.Go(func() {
			for {
				got, err := s.ClaimVerifications(t.Context(), lox.Lease{Owner: owner, Now: noon, Until: noon.Add(time.Minute)}, 3)
				if !assert.NoError(t, err) || len(got) == 0 {
					return
				}
				assert.LessOrEqual(t, len(got), 3)
				mu.Lock()
				for _, b := range got {
					assert.Empty(t, claimed[b.ID], "claimed before")
					assert.Equal(t, lox.StatusVerifying, b.Status)
					claimed[b.ID] = owner
				}
				mu.Unlock()
			}
		})
	}
	claiming.Wait()
	require.Len(t, claimed, n)
	for id, owner := range claimed {
		b := lox.Backup{Tenant: tenant.ID, ID: id}
		_, mine, err := s.Lease(t.Context(), b, lox.Lease{Owner: owner, Now: noon, Until: noon.Add(time.Minute)})
		require.NoError(t, err)
		assert.True(t, mine)
	}
	backlog, err = s.Backlog(t.Context(), lox.WorkVerify, noon)
	require.NoError(t, err)
	assert.Equal(t, lox.Backlog{}, backlog)
	storetest.CheckCounters(t, dsn)
}

func TestOldestAbandonedVerificationIsClaimedFirst(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tenant, _ := storetest.Tenant(t, s, quota)
	abandon(t, s, tenant.ID, 5)
	for left := 5; left > 0; left-- {
		got, err := s.ClaimVerifications(t.Context(), lox.Lease{Owner: "a", Now: noon, Until: noon.Add(time.Minute)}, 1)
		require.NoError(t, err)
		require.Len(t, got, 1)
		backlog, err := s.Backlog(t.Context(), lox.WorkVerify, noon)
		require.NoError(t, err)
		assert.Equal(t, left-1, backlog.Due)
		if left > 1 {
			assert.True(t, backlog.Oldest.Equal(noon.Add(time.Duration(2-left)*time.Second)))
		}
	}
}

// A claim leaves out the ids that it is told to leave out, and those that another process is
// working on.
func TestOverdueUploadsExclude(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	first, second, third := create(t, s, pending(tenant.ID, 1, noon)), create(t, s, pending(tenant.ID, 1, noon)), create(t, s, pending(tenant.ID, 1, noon))
	later := noon.Add(time.Hour)
	tx, err := storetest.SQL(t, dsn).BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = tx.ExecContext(t.Context(), "select from backups where id = $1 for update", uuidOf(third.ID))
	require.NoError(t, err)
	found, err := s.OverdueUploads(t.Context(), later, []lox.BackupID{first.ID}, 10)
	require.NoError(t, err)
	require.Len(t, found, 1)
	assert.Equal(t, second.ID, found[0].ID)
	backlog, err := s.Backlog(t.Context(), lox.WorkExpire, later)
	require.NoError(t, err)
	assert.Equal(t, 3, backlog.Due)
	assert.True(t, backlog.Oldest.Equal(first.Deadline()))
	require.NoError(t, tx.Rollback())
}

// A claim takes no more of both kinds together than it asks for, the longest due first.
func TestPurgesAreClaimedInOrder(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	_, err := storetest.SQL(t, dsn).ExecContext(t.Context(), `with n as (select n, timestamptz '2024-01-15 12:00Z' + n * interval '1 s' as at from generate_series(1, 10) n),
	everything as (insert into purges (object_key, due_at, final_at) select 'o' || n, at, at from n where n % 2 = 0)
	insert into version_purges (object_key, keep_version, due_at, final_at) select 'o' || n, 'v', at, at from n where n % 2 = 1`)
	require.NoError(t, err)
	now := noon.Add(9 * time.Second)
	backlog, err := s.Backlog(t.Context(), lox.WorkPurge, now)
	require.NoError(t, err)
	assert.Equal(t, 9, backlog.Due)
	assert.True(t, backlog.Oldest.Equal(noon.Add(time.Second)))
	for _, want := range [][]string{{"o1", "o2", "o3", "o4"}, {"o5", "o6", "o7", "o8"}, {"o9"}, {}} {
		due, err := s.ClaimPurges(t.Context(), now, now.Add(time.Minute), 4)
		require.NoError(t, err)
		got := []string{}
		for _, p := range due {
			got = append(got, p.ObjectKey)
		}
		assert.ElementsMatch(t, want, got)
	}
}

// However much is due, claims read little more than they hand out, and the counts of due items have
// a limit.
func TestJobClaimsReadOnlyTheirRows(t *testing.T) {
	t.Parallel()
	const n = 20_000
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	db := storetest.SQL(t, dsn)
	tenant, _ := storetest.Tenant(t, s, 10<<30)
	pileUp(t, db, tenant.ID, n)
	for _, work := range []lox.Work{lox.WorkVerify, lox.WorkExpire, lox.WorkPurge} {
		begun := time.Now()
		backlog, err := s.Backlog(t.Context(), work, noon)
		require.NoError(t, err)
		t.Logf("backlog of %s: %s", work, time.Since(begun))
		assert.Equal(t, lox.MaxBacklog, backlog.Due, work)
		assert.True(t, backlog.Oldest.Equal(noon.Add((1-n)*time.Second)), "%s: %s", work, backlog.Oldest)
	}
	_, err := s.Backlog(t.Context(), "sleep", noon)
	require.ErrorContains(t, err, `"sleep" is not a kind of work`)
	costs := explain(t, dsn, map[string][]any{
		"claimVerifications": {"o", noon, noon.Add(time.Minute), 8}, "overdue": {noon, "{}", 4},
		"claimPurges": {noon, noon.Add(time.Minute), 8}, "forgetKeys": {noon, 100},
		"verifyBacklog": {noon, lox.MaxBacklog}, "expireBacklog": {noon, lox.MaxBacklog}, "purgeBacklog": {noon, lox.MaxBacklog},
	})
	t.Logf("blocks: %v", costs)
	for name, most := range map[string]int{
		"claimVerifications": 2000, "overdue": 100, "claimPurges": 500, "forgetKeys": 1500,
		"verifyBacklog": 1100, "expireBacklog": 1100, "purgeBacklog": 2200,
	} {
		assert.LessOrEqual(t, costs[name], most, name)
	}
	forgotten, err := s.ForgetIdempotencyKeys(t.Context(), noon, 1000)
	require.NoError(t, err)
	assert.EqualValues(t, 1000, forgotten)
	assert.Equal(t, n-1000, count(t, db, "idempotency_keys"))
}

// pileUp creates a number of due items of every kind, due one second after another up to noon.
func pileUp(t *testing.T, db *sql.DB, tenant lox.TenantID, n int) {
	t.Helper()
	of, series := "'"+uuidOf(tenant)+"'", "generate_series(1, "+strconv.Itoa(n)+") n"
	at := "timestamptz '2024-01-15 12:00Z' - (" + strconv.Itoa(n) + " - n) * interval '1 s'"
	backups := func(status, leaseUntil string) string {
		return `insert into backups (tenant_id, id, name, status, size_bytes, content_type, metadata, created_at, upload_expires_at, deadline, lease_until)
		select ` + of + `, gen_random_uuid(), 'b', '` + status + `', 1, '', '{}', '2024-01-15', '2024-01-15', ` + at + `, ` + leaseUntil + ` from ` + series
	}
	for _, statement := range []string{
		backups("pending", "null"), backups("verifying", at),
		`insert into purges (object_key, due_at, final_at) select 'p' || n, ` + at + `, ` + at + ` from ` + series,
		`insert into version_purges (object_key, keep_version, due_at, final_at) select 'v' || n, 'v', ` + at + `, ` + at + ` from ` + series,
		`insert into idempotency_keys (tenant_id, key, request, backup_id, created_at)
		select ` + of + `, 'k' || n, decode(repeat('00', 32), 'hex'), gen_random_uuid(), ` + at + ` from ` + series,
		`vacuum analyze`,
	} {
		_, err := db.ExecContext(t.Context(), statement)
		require.NoError(t, err, statement)
	}
}
