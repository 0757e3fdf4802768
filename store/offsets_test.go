package store_test

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lib/pq"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/storetest"
)

// A page at any offset equals the result of walking the rows, however the backups are spread over
// days.
func TestOffsetsMatchWalk(t *testing.T) {
	t.Parallel()
	const n = 2000
	// The second after the first day's begin at which a backup is created.
	for name, at := range map[string]func(r *rand.Rand) int{
		"all in a day":       func(r *rand.Rand) int { return r.IntN(86400) },
		"all in five hours":  func(r *rand.Rand) int { return 40_000 + r.IntN(18_000) },
		"all in ten seconds": func(r *rand.Rand) int { return 43_195 + r.IntN(10) },
		"over 9 days":        func(r *rand.Rand) int { return r.IntN(9 * 86400) },
		"hardly one a day":   func(r *rand.Rand) int { return r.IntN(3650 * 86400) },
		"one day and others": func(r *rand.Rand) int { return (10-min(10, r.IntN(30)))*86400 + r.IntN(86400) },
		"at midnight":        func(r *rand.Rand) int { return r.IntN(20)*86400 - r.IntN(3) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(uint64(len(name)), 5))
			dsn := storetest.Database(t)
			s, db := storetest.Open(t, dsn), storetest.SQL(t, dsn)
			tenant, _ := storetest.Tenant(t, s, quota)
			neighbour, _ := storetest.Tenant(t, s, quota)
			var times []time.Time
			var own, others []lox.Backup
			for i := range n {
				times = append(times, day(0).Add(time.Duration(at(r))*time.Second))
				own = append(own, pending(tenant.ID, 1, times[i]))
				if i%10 == 0 {
					others = append(others, pending(neighbour.ID, 1, times[i]))
				}
			}
			all := seedLives(t, db, r, own)
			seedLives(t, db, r, others)
			storetest.CheckCounters(t, dsn)
			deep := 0
			for range 400 {
				q := randomQuery(r, times)
				want, total := walked(all, q)
				page, err := s.Backups(t.Context(), tenant.ID, q)
				require.NoError(t, err)
				got := make([]lox.BackupID, len(page.Backups))
				for i, b := range page.Backups {
					got[i] = b.ID
				}
				require.Equal(t, want, got, "%+v", q)
				require.Equal(t, total, page.Total, "%+v", q)
				require.Equal(t, int64(q.Offset+len(want)) < total && len(want) > 0, page.Next != nil, "%+v", q)
				if q.Offset >= store.DeepOffset && len(want) > 0 {
					deep++
				}
			}
			assert.Greater(t, deep, 50, "pages that were found by counters")
		})
	}
}

// seedLives creates backups, and then completes, fails or deletes each, or begins to verify it, or does nothing. It returns
// those that exist then, in the order of a list.
func seedLives(t *testing.T, db *sql.DB, r *rand.Rand, some []lox.Backup) (kept []lox.Backup) {
	t.Helper()
	type row struct {
		Tenant   string       `json:"tenant_id"`
		ID       string       `json:"id"`
		Name     string       `json:"name"`
		Metadata lox.Metadata `json:"metadata"`
		At       time.Time    `json:"at"`
	}
	const deleted lox.Status = "deleted"
	var rows []row
	of := map[lox.Status][]string{}
	for _, b := range some {
		rows = append(rows, row{uuidOf(b.Tenant), uuidOf(b.ID), b.Name, b.Metadata, b.CreatedAt})
		b.Status = []lox.Status{
			lox.StatusVerifying, lox.StatusFailed, deleted, lox.StatusCompleted, lox.StatusCompleted, lox.StatusCompleted,
			lox.StatusPending, lox.StatusPending,
		}[r.IntN(8)]
		of[b.Status] = append(of[b.Status], uuidOf(b.ID))
		if b.Status != deleted {
			kept = append(kept, b)
		}
	}
	text, err := json.Marshal(rows)
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), `insert into backups (tenant_id, id, name, size_bytes, content_type, metadata, created_at, upload_expires_at, deadline)
		select tenant_id, id, name, 1, 'text/plain', metadata, at, at, at
		from jsonb_to_recordset($1) made (tenant_id uuid, id uuid, name text, metadata jsonb, at timestamptz)`, string(text))
	require.NoError(t, err)
	for status, change := range map[lox.Status]string{
		lox.StatusVerifying: `update backups set status = 'verifying', lease_owner = 'o', lease_until = created_at`,
		lox.StatusFailed:    `update backups set status = 'failed', failure = 'no'`,
		lox.StatusCompleted: `update backups set status = 'completed', checksum = sha256(''), completed_at = created_at`,
		deleted:             `delete from backups`,
	} {
		_, err := db.ExecContext(t.Context(), change+" where id = any ($1)", pq.Array(of[status]))
		require.NoError(t, err)
	}
	slices.SortFunc(kept, func(a, b lox.Backup) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), slices.Compare(b.ID[:], a.ID[:]))
	})
	return kept
}

// randomQuery has bounds near some backups' times, or at midnight, or none.
func randomQuery(r *rand.Rand, times []time.Time) lox.BackupQuery {
	bound := func() time.Time {
		at := times[r.IntN(len(times))]
		switch r.IntN(6) {
		case 0:
			return at
		case 1:
			return at.Truncate(24 * time.Hour)
		case 2:
			return at.Add(time.Duration(r.IntN(48*3600)-24*3600) * time.Second)
		default:
			return time.Time{}
		}
	}
	q := lox.BackupQuery{From: bound(), To: bound(), Limit: 1 + r.IntN(30), Offset: r.IntN(2000)}
	if !q.To.IsZero() && q.To.Before(q.From) {
		q.From, q.To = q.To, q.From
	}
	if r.IntN(2) == 0 {
		q.Status = []lox.Status{lox.StatusPending, lox.StatusVerifying, lox.StatusCompleted, lox.StatusFailed}[r.IntN(4)]
	}
	if r.IntN(2) == 0 {
		q.Offset = store.DeepOffset + r.IntN(1000)
	}
	return q
}

// walked answers a query by looking at each of a list's backups.
func walked(all []lox.Backup, q lox.BackupQuery) (found []lox.BackupID, total int64) {
	found = []lox.BackupID{}
	for i := range all {
		if !matches(&all[i], &q) {
			continue
		}
		if total++; total > int64(q.Offset) && len(found) < q.Limit {
			found = append(found, all[i].ID)
		}
	}
	return found, total
}

// While backups are created and deleted, a page that is found by counters has exactly the rows that
// its total says are left there.
func TestDeepPageIsConsistent(t *testing.T) {
	t.Parallel()
	const least, writers, limit = 600, 4, 100
	s := storetest.New(t)
	tenant, _ := storetest.Tenant(t, s, quota)
	for i := range least {
		create(t, s, pending(tenant.ID, 1, noon.Add(time.Duration(i)*time.Hour)))
	}
	var all sync.WaitGroup
	var writing atomic.Int64
	writing.Store(writers)
	for writer := range writers {
		all.Go(func() {
			defer writing.Add(-1)
			r := rand.New(rand.NewPCG(uint64(writer), 7))
			for range 300 {
				b := pending(tenant.ID, 1, noon.Add(time.Duration(r.IntN(least*3600))*time.Second))
				err := s.CreateBackup(context.Background(), b, storetest.By)
				if !assert.NoError(t, err) {
					return
				}
				if !assert.NoError(t, s.DeleteBackup(context.Background(), tenant.ID, b.ID, noon, storetest.By)) {
					return
				}
			}
		})
	}
	pages, totals := 0, map[int64]bool{}
	for r := rand.New(rand.NewPCG(1, 8)); writing.Load() > 0; pages++ {
		q := lox.BackupQuery{Offset: store.DeepOffset + r.IntN(least-store.DeepOffset), Limit: limit}
		page, err := s.Backups(t.Context(), tenant.ID, q)
		require.NoError(t, err)
		require.Len(t, page.Backups, int(min(limit, page.Total-int64(q.Offset))), "at %d of %d", q.Offset, page.Total)
		totals[page.Total] = true
	}
	all.Wait()
	assert.Greater(t, pages, 50)
	assert.Greater(t, len(totals), 1, "totals that were seen while backups came and went")
}

// A deep page reads the counters and its day, not the rows before it.
func TestDeepOffsetReadsOneDay(t *testing.T) {
	t.Parallel()
	const n, each = 40_000, 400 // each day
	dsn := storetest.Database(t)
	s, db := storetest.Open(t, dsn), storetest.SQL(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	for _, statement := range []string{
		fmt.Sprintf(`insert into backups (tenant_id, id, name, size_bytes, content_type, metadata, created_at, upload_expires_at, deadline)
		select '%s', gen_random_uuid(), 'n', 1, '', '{}', at, at, at from generate_series(0, %d) n,
			lateral (select timestamptz '2024-01-01Z' + n / %d * interval '1 day' + n %% %[3]d * interval '1 minute' as at) times`,
			uuidOf(tenant.ID), n-1, each),
		`vacuum analyze`,
	} {
		_, err := db.ExecContext(t.Context(), statement)
		require.NoError(t, err, statement)
	}
	from, to := day(0).AddDate(-5, 0, 0).Add(time.Hour), day(0).AddDate(5, 0, 0).Add(time.Hour)
	open := []any{uuidOf(tenant.ID), from, to, 21, n * 9 / 10}
	ranged := slices.Concat(open, []any{from, to})
	cut := slices.Concat(ranged, []any{1, from, from, 1, to, to})
	args := map[string][]any{}
	for i, shape := range [][]any{open, ranged, cut} {
		args[fmt.Sprintf("pages[%d]", 6+i)] = shape
		args[fmt.Sprintf("pages[%d]", 9+i)] = slices.Concat(shape, []any{"pending"})
	}
	costs := explain(t, dsn, args)
	t.Logf("blocks: %v", costs)
	for name := range args {
		assert.LessOrEqual(t, costs[name], 200, name)
	}
}
