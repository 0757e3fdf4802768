package store_test

import (
	"database/sql"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/storetest"
)

// scaled returns a number of rows for `make scale`, which sets LOX_SCALE, or a part of it.
func scaled(t *testing.T, full, part int) int {
	t.Helper()
	if os.Getenv("LOX_SCALE") == "" {
		return full / part
	}
	scale, err := strconv.ParseFloat(os.Getenv("LOX_SCALE"), 64)
	require.NoError(t, err, "LOX_SCALE")
	return int(float64(full) * scale)
}

// seed executes statements in which %s stands for the quoted id of the tenant.
func seed(t *testing.T, db *sql.DB, tenant lox.TenantID, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		_, err := db.ExecContext(t.Context(), strings.ReplaceAll(statement, "$tenant", "'"+uuidOf(tenant)+"'"))
		require.NoError(t, err, statement)
	}
}

// seedBackups gives a tenant n backups of 100 bytes of each status, one second after another
// up to noon.
func seedBackups(t *testing.T, db *sql.DB, tenant lox.TenantID, n int, statuses ...lox.Status) {
	t.Helper()
	for i, status := range statuses {
		seed(t, db, tenant, fmt.Sprintf(`insert into backups (tenant_id, id, name, status, size_bytes, content_type, metadata, checksum,
			created_at, upload_expires_at, deadline, completed_at, failure, lease_until)
		select $tenant, (lpad(to_hex(%d + n), 12, '0') || '7' || substr(md5(n::text), 1, 3) || 'a' || substr(md5(n::text), 4, 15))::uuid,
			'b' || n, '%s', 100, 'text/plain', '{}', case when '%[2]s' = 'completed' then decode(repeat('00', 32), 'hex') end,
			at, at, at, case when '%[2]s' = 'completed' then at end, case when '%[2]s' = 'failed' then 'no' else '' end,
			case when '%[2]s' = 'verifying' then at end
		from generate_series(1, %[3]d) n, lateral (select timestamptz '2024-01-15 12:00Z' - (%[3]d - n) * interval '1 s' as at) times`,
			1_600_000_000_000+i*n, status, n))
	}
}

// seedKeys gives a tenant n idempotency keys, one second after another up to noon.
func seedKeys(t *testing.T, db *sql.DB, tenant lox.TenantID, n int) {
	t.Helper()
	seed(t, db, tenant, fmt.Sprintf(`insert into idempotency_keys (tenant_id, key, request, backup_id, created_at)
		select $tenant, 'k' || n, decode(repeat('00', 32), 'hex'), gen_random_uuid(), timestamptz '2024-01-15 12:00Z' - (%[1]d - n) * interval '1 s'
		from generate_series(1, %[1]d) n`, n))
}

// seedPurges inserts n purges of each kind that are due one second after another from a time on.
func seedPurges(t *testing.T, db *sql.DB, tenant lox.TenantID, n int, from time.Time) {
	t.Helper()
	for table, columns := range map[string]string{"purges": "object_key, ", "version_purges": "keep_version, object_key, "} {
		keep := ""
		if table == "version_purges" {
			keep = "'v', "
		}
		seed(t, db, tenant, fmt.Sprintf(`insert into %s (%sdue_at, final_at)
			select %s'%s/bkp_' || lpad(n::text, 26, '0'), at, at + interval '1 day'
			from generate_series(1, %d) n, lateral (select timestamptz '%s' + n * interval '1 s' as at) times`,
			table, columns, keep, tenant, n, from.Format(time.RFC3339)))
	}
}

// seedDeliveries gives a webhook n deliveries, of which half have ended, all in different hours.
func seedDeliveries(t *testing.T, db *sql.DB, w lox.Webhook, n int) {
	t.Helper()
	seed(t, db, w.Tenant,
		`insert into events (id, tenant_id, type, created_at, payload) values (gen_random_uuid(), $tenant, 'seed', '2024-01-01', '{}')`,
		`alter table deliveries drop constraint if exists deliveries_event_id_webhook_id_key`,
		fmt.Sprintf(`insert into deliveries (id, tenant_id, webhook_id, event_id, type, status, created_at, next_at, completed_at)
		select gen_random_uuid(), $tenant, '%s', e.id, 'backup.created', case when n %% 2 = 0 then 'failed' else 'pending' end, at,
			case when n %% 2 = 1 then at end, case when n %% 2 = 0 then at end
		from (select id from events where type = 'seed' limit 1) e, generate_series(1, %d) n,
			lateral (select timestamptz '2024-01-15 12:00Z' - n * interval '1 s' as at) times`, uuidOf(w.ID), n),
		fmt.Sprintf(`update webhooks set due_at = '2024-01-01' where id = '%s'`, uuidOf(w.ID)))
}

// With 200,000 rows of everything, each batch job reads some blocks for each row that it takes, and
// none of the others.
func TestBatchReadsOnlyItsRows(t *testing.T) {
	t.Parallel()
	n := scaled(t, 200_000, 1)
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	db := storetest.SQL(t, dsn)
	tenant, _ := storetest.Tenant(t, s, 1<<40)
	w := addWebhook(t, s, tenant.ID)
	disabled := addWebhook(t, s, tenant.ID)
	begun := time.Now()
	seedBackups(t, db, tenant.ID, n/4, lox.StatusPending, lox.StatusVerifying, lox.StatusFailed, lox.StatusCompleted)
	seedKeys(t, db, tenant.ID, n)
	seedPurges(t, db, tenant.ID, n, noon.Add(-time.Duration(n/2)*time.Second))
	seedDeliveries(t, db, w, n/2)
	seedDeliveries(t, db, disabled, n/2)
	seed(t, db, tenant.ID,
		`update webhooks set enabled = false, due_at = null where id = '`+uuidOf(disabled.ID)+`'`,
		fmt.Sprintf(`insert into api_keys (tenant_id, id, hash, last4, created_at, revoked_at)
		select $tenant, gen_random_uuid(), decode(md5(n::text) || md5(n::text), 'hex'), '', '2020-01-01', timestamptz '2024-01-15 12:00Z' - n * interval '1 s'
		from generate_series(1, %d) n`, n/2),
		fmt.Sprintf(`insert into tenants (id, name, plan, created_at) select gen_random_uuid(), 'other', 'free', now() from generate_series(1, %d)`, n/100),
		`begin; set local lox.counters = 'writable';
		insert into backup_days (tenant_id, day) select id, date '2020-01-01' + n from tenants, generate_series(1, 100) n where name = 'other';
		insert into content_types (tenant_id, content_type) select id, 'type' || n from tenants, generate_series(1, 100) n where name = 'other'; commit`,
		`vacuum analyze`)
	t.Logf("%d rows of each in %s", n, time.Since(begun))

	const k = 100
	var backups []lox.Backup
	var purges []lox.FinishedPurge
	rows, err := db.QueryContext(t.Context(), "select id from backups order by id offset $1 limit $2", n/8, k)
	require.NoError(t, err)
	for rows.Next() {
		b := lox.Backup{Tenant: tenant.ID, CreatedAt: noon}
		require.NoError(t, rows.Scan(&b.ID))
		backups = append(backups, b)
	}
	require.NoError(t, rows.Err())
	require.NoError(t, rows.Close())
	for i := range k {
		p := lox.Purge{ObjectKey: fmt.Sprintf("%s/bkp_%026d", tenant.ID, n/3+i)}
		if i%2 == 1 {
			p.Keep = "v"
		}
		e, ok := p.Purged(1, noon, storetest.By)
		require.True(t, ok)
		purges = append(purges, lox.FinishedPurge{Purge: p, Event: &e})
	}
	of, zero, hook := uuidOf(tenant.ID), "00000000-0000-0000-0000-000000000000", "{"+uuidOf(w.ID)+"}"
	for _, c := range []struct {
		name  string
		args  []any
		taken int // rows
		each  int // blocks that a row may read: of its indexes, the record and the counters
	}{
		{"claimVerifications", []any{"o", noon, noon.Add(time.Minute), k}, k, 60},
		{"overdue", []any{noon, "{}", k}, k, 10},
		{"claimPurges", []any{noon, noon.Add(time.Minute), k}, k, 40},
		{"finishPurges", []any{store.FinishJSON(purges), noon.Add(48 * time.Hour)}, k, 60},
		{"purgeBacklog", []any{noon, 1000}, 1000, 3},
		{"expireBacklog", []any{noon, 1000}, 1000, 3},
		{"verifyBacklog", []any{noon, 1000}, 1000, 3},
		{"forgetKeys", []any{noon, k}, k, 20},
		{"someBackups", []any{of, k, zero}, k, 5},
		{"deleteBackups", []any{of, store.DeleteRowsJSON(backups, noon, storetest.By), noon}, k, 80},
		{"deleteIdempotencyKeys", []any{of, k, ""}, k, 20},
		{"oldFailed", []any{noon, k}, k, 5},
		{"forgetRevokedKeys", []any{noon, k}, k, 30},
		{"forgetDays", []any{zero, "0001-01-01", noon.Format(time.DateOnly), k}, k, 20},
		{"forgetTypes", []any{zero, "", k}, k, 20},
		{"deleteDeliveries", []any{of, uuidOf(w.ID), k}, k, 40},
		{"failPending", []any{of, uuidOf(disabled.ID), noon, k}, k, 80},
		{"failHotPending", []any{of, uuidOf(disabled.ID), noon, k}, k, 80},
		{"forgetDeliveries", []any{noon, k}, k, 40},
		{"recover", []any{of, uuidOf(w.ID), "2020-01-01", noon, noon, zero, k}, k, 80},
		{"abandonedHooks", []any{k}, k, 5},
		{"deletedWebhook", nil, 1, 5},
		{"freeExpired", []any{noon, k}, k, 5},
		{"dueWebhooks", []any{noon, "{}", 4, k, "{}", "{}", k, "{}"}, k, 5},
		{"claimDeliveries", []any{noon, "{" + of + "}", hook, "{100}", k, "o", noon.Add(time.Minute)}, k, 80},
		{"requeue", []any{"{" + of + "}", hook, "{}"}, 1, 40},
		{"nextDelivery", nil, 1, 20},
		{"sealedSecrets", []any{zero, zero, k}, k, 5},
		{"getBackups", []any{"{" + of + "}", "{" + uuidOf(backups[0].ID) + "}"}, 1, 20},
	} {
		// On the connections that run it: with the planner settings of frequent statements, or with
		// PostgreSQL's own.
		settings := []string{hotPlans}
		if !store.HotStatement(c.name) {
			settings = []string{"-c plan_cache_mode=force_generic_plan", "-c plan_cache_mode=force_custom_plan"}
		}
		for _, as := range settings {
			blocks, plans := explainWith(t, dsn, as, map[string][]any{c.name: c.args})
			t.Logf("%s: %d blocks for %d rows (%s)", c.name, blocks[c.name], c.taken, as)
			assert.LessOrEqual(t, blocks[c.name], c.taken*c.each+50, "%s (%s)\n%s", c.name, as, brief(plans[c.name]))
		}
	}
}

// brief returns the lines of a plan that show how tables are read.
func brief(plan string) string {
	lines := slices.DeleteFunc(strings.Split(plan, "\n"), func(line string) bool {
		return !strings.Contains(line, `"Node Type"`) && !strings.Contains(line, `"Index Name"`) && !strings.Contains(line, `"Relation Name"`) &&
			!strings.Contains(line, `"Actual Rows"`) && !strings.Contains(line, `"Shared Hit Blocks"`)
	})
	return strings.Join(lines, "\n")
}

// measured has the durations of calls, the longest last.
type measured []time.Duration

func (m measured) quantile(q float64) time.Duration {
	if len(m) == 0 {
		return 0
	}
	slices.Sort(m)
	return m[min(len(m)-1, int(q*float64(len(m))))]
}

// A tenant with 200,000 backups, 1,000,000 idempotency keys and a webhook with 300,000 deliveries
// is deleted beside 1,000,000 purges that are due later. In the gate there is a twentieth of each;
// `make scale` has all.
func TestLargeDeletionRunsInBatches(t *testing.T) { //nolint:paralleltest // it measures
	const part = 20
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	db := storetest.SQL(t, dsn)
	tenant, _ := storetest.Tenant(t, s, 1<<40)
	other, _ := storetest.Tenant(t, s, 1<<40)
	w := addWebhook(t, s, other.ID)
	backups, purges, deliveries, keys := scaled(t, 200_000, part), scaled(t, 1_000_000, part), scaled(t, 300_000, part), scaled(t, 1_000_000, part)
	begun := time.Now()
	seedPurges(t, db, other.ID, purges/2, noon.Add(time.Hour))
	seedDeliveries(t, db, w, deliveries)
	seedKeys(t, db, other.ID, keys)
	t.Logf("seeded in %s", time.Since(begun))

	var claims measured
	for range 20 {
		begun = time.Now()
		due, err := s.ClaimPurges(t.Context(), noon, noon.Add(time.Minute), 500)
		require.NoError(t, err)
		require.Empty(t, due)
		claims = append(claims, time.Since(begun))
	}
	t.Logf("claims beside %d purges that are due later: p50 %s, p90 %s", purges, claims.quantile(.5), claims.quantile(.9))
	assert.Less(t, claims.quantile(.5), 50*time.Millisecond)

	begun = time.Now()
	require.NoError(t, s.DeleteWebhook(t.Context(), other.ID, w.ID, noon, storetest.By))
	t.Logf("webhook with %d deliveries deleted in %s", deliveries, time.Since(begun))
	assert.Less(t, time.Since(begun), time.Second)
	begun = time.Now()
	var steps measured
	for more := true; more; {
		before := time.Now()
		var err error
		more, err = s.ForgetWebhooks(t.Context(), store.BatchSize)
		require.NoError(t, err)
		steps = append(steps, time.Since(before))
	}
	t.Logf("its deliveries in %s: p50 %s, p99 %s, max %s", time.Since(begun), steps.quantile(.5), steps.quantile(.99), steps.quantile(1))
	assert.Zero(t, count(t, db, "deliveries"))
	assert.Less(t, steps.quantile(.9), 2*time.Second)

	begun, steps = time.Now(), nil
	for n := int64(store.BatchSize); n == store.BatchSize; {
		before := time.Now()
		var err error
		n, err = s.ForgetIdempotencyKeys(t.Context(), noon, store.BatchSize)
		require.NoError(t, err)
		steps = append(steps, time.Since(before))
	}
	t.Logf("%d keys forgotten in %s: p50 %s, p99 %s, max %s", keys, time.Since(begun), steps.quantile(.5), steps.quantile(.99), steps.quantile(1))
	assert.Zero(t, count(t, db, "idempotency_keys"))
	assert.Less(t, steps.quantile(.9), time.Second)

	// The tenant is deleted while another one works.
	const each = 2
	seedBackups(t, db, tenant.ID, backups/each, lox.StatusCompleted, lox.StatusFailed)
	seedKeys(t, db, tenant.ID, backups)
	// The tests' check that each row has its event takes ten times as long as the deletion.
	seed(t, db, tenant.ID, "drop trigger recorded on backups", "analyze")
	var halves [2]time.Duration // at half and at the end
	deleted, done := 0, make(chan error, 1)
	go func() {
		began := time.Now()
		done <- s.DeleteTenant(t.Context(), tenant.ID, noon, storetest.By, func(n int) {
			if deleted += n; deleted <= backups/2 {
				halves[0] = time.Since(began)
			}
			halves[1] = time.Since(began)
		})
	}()
	during := creates(t, s, other.ID, done)
	t.Logf("%d backups deleted in %s, the first half of them in %s", backups, halves[1], halves[0])
	assert.Equal(t, backups, deleted)
	assert.Equal(t, map[string]int{"purges": backups}, leftovers(t, db, tenant.ID))
	assert.Less(t, halves[1]-halves[0], 3*halves[0], "a backup takes as long whether many or few are left")
	if os.Getenv("LOX_SCALE") != "" { // beside other packages' tests it takes longer
		assert.Less(t, halves[1], time.Duration(backups)*600*time.Microsecond, "2 minutes for 200,000")
	}
	storetest.CheckCounters(t, dsn)

	idle := make(chan error, 1)
	time.AfterFunc(min(halves[1], 10*time.Second), func() { idle <- nil }) // as long as it is measured
	alone := creates(t, s, other.ID, idle)
	t.Logf("another tenant's creates, p50 and p99 of %d: %s and %s meanwhile; %s and %s of %d alone", len(during),
		during.quantile(.5), during.quantile(.99), alone.quantile(.5), alone.quantile(.99), len(alone))
	assert.Less(t, during.quantile(.99), alone.quantile(.99)+100*time.Millisecond)
}

// creates creates a few backups each 10 ms until a channel receives, and returns the duration of
// each.
func creates(t *testing.T, s *store.Grouped, tenant lox.TenantID, over <-chan error) (took measured) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-over:
			require.NoError(t, err)
			return took
		case <-tick.C:
			begun := time.Now()
			require.NoError(t, s.CreateBackup(t.Context(), pending(tenant, 1, noon), storetest.By))
			took = append(took, time.Since(begun))
		}
	}
}
