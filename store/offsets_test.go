package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"slices"
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
			for i := range n {
				times = append(times, day(0).Add(time.Duration(at(r))*time.Second))
				live(t, s, r, pending(tenant.ID, 1, times[i]))
				if i%10 == 0 {
					live(t, s, r, pending(neighbour.ID, 1, times[i]))
				}
			}
			storetest.CheckCounters(t, dsn)
			deep := 0
			for range 400 {
				q := randomQuery(r, times)
				want, total := walked(t, db, tenant.ID, q)
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

// live creates a backup and then completes it, fails it, deletes it, or does nothing.
func live(t *testing.T, s *store.Grouped, r *rand.Rand, b lox.Backup) {
	t.Helper()
	ctx, at := t.Context(), b.CreatedAt
	create(t, s, b)
	var err error
	switch r.IntN(8) {
	case 0:
		_, _, err = s.Lease(ctx, b, lox.Lease{Owner: "o", Now: at, Until: at})
	case 1:
		_, err = s.Fail(ctx, b, lox.Failure{Text: "no", At: at, Event: b.Failed("no", at, storetest.By)})
	case 2:
		err = s.DeleteBackup(ctx, b.Tenant, b.ID, at, storetest.By)
	case 3, 4, 5:
		complete(t, s, b, at)
	}
	require.NoError(t, err)
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

// walked answers a query by looking at each row.
func walked(t *testing.T, db *sql.DB, tenant lox.TenantID, q lox.BackupQuery) (ids []lox.BackupID, total int64) {
	t.Helper()
	where := []string{"tenant_id = $1", "$2 in ('', status)"}
	if !q.From.IsZero() {
		where = append(where, "created_at >= '"+q.From.Format(time.RFC3339)+"'")
	}
	if !q.To.IsZero() {
		where = append(where, "created_at < '"+q.To.Format(time.RFC3339)+"'")
	}
	matching := " from backups where " + strings.Join(where, " and ")
	require.NoError(t, db.QueryRowContext(t.Context(), "select count(*)"+matching, tenant, q.Status).Scan(&total))
	rows, err := db.QueryContext(t.Context(), fmt.Sprintf("select id%s order by created_at desc, id desc limit %d offset %d",
		matching, q.Limit, q.Offset), tenant, q.Status)
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	ids = []lox.BackupID{}
	for rows.Next() {
		var id lox.BackupID
		require.NoError(t, rows.Scan(&id))
		ids = append(ids, id)
	}
	require.NoError(t, rows.Err())
	return ids, total
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
