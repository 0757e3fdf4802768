package store_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
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

// However many deliveries are pending, for one webhook or for many, a claim reads only what it
// hands out.
func TestClaimReadsOnlyItsRows(t *testing.T) {
	t.Parallel()
	const n = 20_000
	for what, test := range map[string]struct{ webhooks, each, later int }{
		"one webhook":                {1, n, 0},
		"many webhooks":              {n / 10, 10, 0},
		"many webhooks, none is due": {n / 10, 0, 10},
		"many, and a few are due":    {20, 10, n / 20},
	} {
		t.Run(what, func(t *testing.T) {
			dsn := storetest.Database(t)
			s := storetest.Open(t, dsn)
			db := storetest.SQL(t, dsn)
			tenant, _ := storetest.Tenant(t, s, quota)
			queueUp(t, db, tenant.ID, test.webhooks, test.each, test.later)
			costs := explain(t, dsn, map[string][]any{
				"freeExpired": {noon, 100}, "dueWebhooks": {noon, "{}", 4, 100, "{}", "{}", 100, "{}"}, "nextDelivery": {},
				"claimDeliveries": {noon, someTenants(tenant.ID, 100), someWebhooks(t, db, 100), numbers(1, 100), 4, "o", noon.Add(time.Minute)},
				"requeue":         {someTenants(tenant.ID, 100), someWebhooks(t, db, 100), "{}"},
			})
			t.Logf("blocks: %v", costs)
			limits := map[string]int{"freeExpired": 10, "dueWebhooks": 1200, "nextDelivery": 20, "claimDeliveries": 10_000, "requeue": 10_000}
			for name, most := range limits {
				assert.LessOrEqual(t, costs[name], most, name)
			}
			begun := time.Now()
			claimed := claim(t, s, noon, 100, 4)
			t.Logf("%d claimed in %s", len(claimed), time.Since(begun))
			assert.Len(t, claimed, min(100, 4*test.webhooks, test.webhooks*test.each))
			begun = time.Now()
			claim(t, s, noon, 100, 4)
			t.Logf("and again in %s", time.Since(begun))

			left := explain(t, dsn, map[string][]any{"freeExpired": {noon.Add(time.Hour), 100}})
			t.Logf("blocks to free what was left behind: %v", left)
			assert.LessOrEqual(t, left["freeExpired"], 100*len(claimed)+100)
		})
	}
}

// The number of claims of other webhooks doesn't matter either. They come and go between two runs
// of ANALYZE.
func TestClaimSkipsOtherClaims(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	db := storetest.SQL(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	queueUp(t, db, tenant.ID, 1000, 10, 0)
	for range 10 {
		require.Len(t, claim(t, s, noon, 500, 5), 500)
	}
	costs := explain(t, dsn, map[string][]any{"dueWebhooks": {noon, "{}", 16, 100, "{}", "{}", 100, "{}"}})
	t.Logf("blocks: %v", costs)
	assert.LessOrEqual(t, costs["dueWebhooks"], 3000)
}

// A page of deliveries reads no more rows than are counted, and the count has a limit.
func TestPageOfManyDeliveries(t *testing.T) {
	t.Parallel()
	const n = 50_000
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	db := storetest.SQL(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	queueUp(t, db, tenant.ID, 1, n, 0)
	_, err := db.ExecContext(t.Context(), `update deliveries set type = 'webhook.test' where id in (select id from deliveries limit 3)`)
	require.NoError(t, err)
	var id lox.WebhookID
	require.NoError(t, db.QueryRowContext(t.Context(), "select id from webhooks").Scan(&id))
	for what, test := range map[string]struct {
		query lox.DeliveryQuery
		total int64
	}{
		"all":           {lox.DeliveryQuery{Limit: 20}, lox.MaxExactTotal + 1},
		"pending":       {lox.DeliveryQuery{Limit: 20, Status: lox.DeliveryPending}, lox.MaxExactTotal + 1},
		"failed":        {lox.DeliveryQuery{Limit: 20, Status: lox.DeliveryFailed}, 0},
		"a rare type":   {lox.DeliveryQuery{Limit: 20, Type: lox.EventWebhookTest}, 3},
		"both":          {lox.DeliveryQuery{Limit: 20, Status: lox.DeliveryPending, Type: lox.EventWebhookTest}, 3},
		"the last page": {lox.DeliveryQuery{Limit: 20, Offset: lox.MaxExactTotal}, lox.MaxExactTotal + 1},
	} {
		begun := time.Now()
		_, total, err := s.Deliveries(t.Context(), tenant.ID, id, test.query)
		require.NoError(t, err, what)
		t.Logf("%s: %s", what, time.Since(begun))
		assert.Equal(t, test.total, total, what)
	}
	from, to := "2020-01-01", "2030-01-01"
	costs := explain(t, dsn, map[string][]any{
		"deliveries":         {uuidOf(tenant.ID), uuidOf(id), from, to, 20, 0},
		"deliveriesByStatus": {uuidOf(tenant.ID), uuidOf(id), from, to, 20, 0, "pending"},
		"deliveriesByType":   {uuidOf(tenant.ID), uuidOf(id), from, to, 20, 0, "webhook.test"},
	})
	t.Logf("blocks: %v", costs)
	assert.LessOrEqual(t, costs["deliveries"], 11_000)
	assert.LessOrEqual(t, costs["deliveriesByStatus"], 11_000)
	assert.LessOrEqual(t, costs["deliveriesByType"], 100)
}

// queueUp creates webhooks with deliveries, of which some are due.
func queueUp(t *testing.T, db *sql.DB, tenant lox.TenantID, webhooks, due, later int) {
	t.Helper()
	of := "'" + uuidOf(tenant) + "'"
	for _, statement := range []string{
		`insert into webhooks (tenant_id, id, url, events, description, enabled, created_at, secret)
		select ` + of + `, gen_random_uuid(), '', '{}', '', true, now(), '' from generate_series(1, ` + strconv.Itoa(webhooks) + `)`,
		`insert into events (id, tenant_id, type, created_at, payload) values (gen_random_uuid(), ` + of + `, '', '2024-01-01', '{}')`,
		`alter table deliveries drop constraint deliveries_event_id_webhook_id_key,
			drop constraint deliveries_tenant_id_webhook_id_fkey`,
		`insert into deliveries (id, tenant_id, webhook_id, event_id, type, created_at, next_at)
		select gen_random_uuid(), ` + of + `, w.id, e.id, '', e.created_at,
			timestamptz '2024-01-15 12:00Z' - (n - ` + strconv.Itoa(later) + `) * interval '1 s' + interval '1 ms'
		from webhooks w, events e, generate_series(1, ` + strconv.Itoa(due+later) + `) n where e.type = ''`,
		`update webhooks w set due_at = (select min(next_at) from deliveries where webhook_id = w.id)`,
		`vacuum analyze`,
	} {
		_, err := db.ExecContext(t.Context(), statement)
		require.NoError(t, err, statement)
	}
}

func someTenants(tenant lox.TenantID, n int) string {
	return "{" + strings.TrimSuffix(strings.Repeat(uuidOf(tenant)+",", n), ",") + "}"
}

// numbers returns an array with one number repeated n times.
func numbers(number, times int) string {
	return "{" + strings.TrimSuffix(strings.Repeat(strconv.Itoa(number)+",", times), ",") + "}"
}

func someWebhooks(t *testing.T, db *sql.DB, n int) (ids string) {
	t.Helper()
	require.NoError(t, db.QueryRowContext(t.Context(), "select array_agg(id)::text from (select id from webhooks limit $1) listed", n).Scan(&ids))
	return ids
}

// hotPlans are the planner settings of the connections for frequent statements.
const hotPlans = "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_bitmapscan=off -c enable_sort=off -c jit=off"

// explain executes statements with the plans that the store has for them, rolls that back, and
// returns how many blocks each has used.
func explain(t *testing.T, dsn string, args map[string][]any) map[string]int {
	t.Helper()
	blocks, plans := explainWith(t, dsn, hotPlans, args)
	for name, plan := range plans {
		assert.NotContains(t, plan, `"Seq Scan"`, name)
	}
	return blocks
}

// explainWith is explain with other settings of the connection. It also returns the plans.
func explainWith(t *testing.T, dsn, settings string, args map[string][]any) (blocks map[string]int, plans map[string]string) {
	t.Helper()
	db := storetest.SQL(t, dsn+" options='"+settings+" -c TimeZone=UTC'")
	db.SetMaxOpenConns(1)
	plans = map[string]string{}
	blocks = map[string]int{}
	for name, values := range args {
		_, err := db.ExecContext(t.Context(), `prepare "`+name+`" as `+store.Statements()[name])
		require.NoError(t, err)
		written := make([]string, len(values))
		for i, v := range values {
			if at, ok := v.(time.Time); ok {
				v = at.Format(time.RFC3339)
			}
			written[i] = fmt.Sprintf("'%v'", v)
		}
		call := ""
		if len(values) > 0 {
			call = "(" + strings.Join(written, ", ") + ")"
		}
		var explained []byte
		for range 2 { // the first time also reads the catalogue
			_, err = db.ExecContext(t.Context(), "begin")
			require.NoError(t, err)
			require.NoError(t, db.QueryRowContext(t.Context(), `explain (analyze, buffers, format json) execute "`+name+`"`+call).Scan(&explained))
			_, err = db.ExecContext(t.Context(), "rollback")
			require.NoError(t, err)
		}
		var parsed []struct {
			Plan struct {
				Hit  int `json:"Shared Hit Blocks"`  //nolint:tagliatelle // PostgreSQL's
				Read int `json:"Shared Read Blocks"` //nolint:tagliatelle // PostgreSQL's
			} `json:"Plan"` //nolint:tagliatelle // PostgreSQL's
		}
		require.NoError(t, json.Unmarshal(explained, &parsed))
		blocks[name] = parsed[0].Plan.Hit + parsed[0].Plan.Read
		plans[name] = string(explained)
	}
	return blocks, plans
}
