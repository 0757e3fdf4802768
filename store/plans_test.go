package store_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/storetest"
)

// node is one of a plan's. Rows are per loop, and fractions since version 18.
//
//nolint:tagliatelle // PostgreSQL's
type node struct {
	Type      string  `json:"Node Type"`
	Relation  string  `json:"Relation Name"`
	Index     string  `json:"Index Name"`
	Rows      float64 `json:"Actual Rows"`
	Loops     float64 `json:"Actual Loops"`
	Filtered  float64 `json:"Rows Removed by Filter"`
	Rechecked float64 `json:"Rows Removed by Index Recheck"`
	Plans     []node  `json:"Plans"`
}

// rowsOf counts the rows of a table that were read, used or not.
func (n node) rowsOf(table string) (rows int) {
	if n.Relation == table {
		rows = int((n.Rows + n.Filtered + n.Rechecked) * n.Loops)
	}
	for _, below := range n.Plans {
		rows += below.rowsOf(table)
	}
	return rows
}

// faults names what a frequent statement must not do: every order and every row that it needs is
// to be had from an index. Only a statement that skips rows by the counters of days may look
// through those.
func (n node) faults(days int) (found []string) {
	// The index has content types in the order of their bytes but for steps of 4 %, within
	// which they are sorted: see "Counters have no indexes" in docs/decisions.md.
	steps := n.Type == "Incremental Sort" && len(n.Plans) == 1 && n.Plans[0].Index == "content_types_most"
	if slices.Contains([]string{"Sort", "Incremental Sort", "Seq Scan", "Bitmap Heap Scan"}, n.Type) && !steps {
		found = append(found, strings.TrimSpace(n.Type+" "+n.Relation))
	}
	counters := n.Type == "Subquery Scan" || n.Relation == "backup_days"
	if left := n.Filtered + n.Rechecked; left > 0 && (!counters || left > float64(days)) {
		found = append(found, fmt.Sprintf("%s %s throws %.0f rows away", n.Type, n.Index, left))
	}
	for _, below := range n.Plans {
		found = append(found, below.faults(days)...)
	}
	return found
}

// TestRequestsReadWhatTheyAnswer: whatever a request asks of a tenant with 100,000 backups, it
// reads no more of them than it answers with, and needs no sort.
func TestRequestsReadWhatTheyAnswer(t *testing.T) {
	t.Parallel()
	const n, spread, limit = 100_000, 365, 20 // backups over so many days
	dsn := storetest.Database(t)
	s, db := storetest.Open(t, dsn), storetest.SQL(t, dsn)
	tenant, key := storetest.Tenant(t, s, 1<<50)
	hash, err := lox.HashAPIKey(key)
	require.NoError(t, err)
	seed(t, db, tenant.ID, fmt.Sprintf(`insert into backups (tenant_id, id, name, status, size_bytes, content_type, metadata, checksum,
			created_at, upload_expires_at, deadline, completed_at, failure, lease_until)
		select $tenant, gen_random_uuid(), 'b' || n, status, 100 + n, 'application/x-' || n %% 500, '{}',
			case status when 'completed' then decode(repeat('00', 32), 'hex') end, at, at, at, case status when 'completed' then at end,
			case status when 'failed' then 'no' else '' end, case status when 'verifying' then at end
		from generate_series(1, %d) n, lateral (select date_trunc('second', timestamptz '2024-01-01Z' + n * interval '%d days' / %[1]d) as at,
			case n %% 20 when 5 then 'failed' when 10 then 'pending' when 15 then 'verifying' else 'completed' end as status) made`, n, spread),
		"insert into tenants (id, name, plan, created_at) select gen_random_uuid(), 'other', 'free', now() from generate_series(1, 1000)",
		"insert into tenant_usage (tenant_id, quota_bytes) select id, 1 from tenants where name = 'other'",
		"vacuum analyze")
	var one lox.BackupID
	require.NoError(t, db.QueryRowContext(t.Context(), "select id from backups where status = 'completed' order by id limit 1").Scan(&one))

	of, at := uuidOf(tenant.ID), time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	from, to := at.AddDate(0, 0, 60), at.AddDate(0, 0, 150)
	cut := []any{1, from.Add(7 * time.Hour), from.AddDate(0, 0, 1), 1, to, to.Add(5 * time.Hour)}
	const nobody, day = "00000000-0000-0000-0000-000000000000", n/spread + 2
	type asked struct {
		args         []any
		most, passed int // rows of backups; counters of days that are passed over
	}
	statements := map[string]asked{
		"getBackup":  {[]any{of, uuidOf(one)}, 1, 0},
		"getBackups": {[]any{"{" + of + "}", "{" + uuidOf(one) + "}"}, 1, 0},
		"storage":    {[]any{of}, 2, 0},
		"stats":      {[]any{of, at.AddDate(0, 0, spread-30), lox.MaxContentTypes}, 1, 0},
		"principal":  {[]any{fmt.Sprintf(`\x%x`, hash)}, 0, 0},
		"createAll":  {[]any{store.CreateJSON(pending(tenant.ID, 1, at), storetest.By, nil), "0"}, 1, 0},
	}
	for status, shape := range map[string]int{"": 0, "completed": 3} {
		end := []any{}
		if status != "" {
			end = append(end, status)
		}
		for i, span := range [][]any{{at, at.AddDate(10, 0, 0)}, {from, to}, {from.Add(7 * time.Hour), to.Add(5 * time.Hour)}} {
			var counters []any
			most := limit + 1
			if i > 0 {
				counters = []any{from, to}
			}
			if i > 1 {
				counters, most = append([]any{from.AddDate(0, 0, 1), to}, cut...), most+2*day
			}
			page := func(offset int) []any {
				return slices.Concat([]any{of, span[0], span[1], limit + 1, offset}, counters, end)
			}
			statements[fmt.Sprintf("pages[%d]", shape+i)] = asked{append(page(0), nobody), most, 0}
			statements[fmt.Sprintf("pages[%d]", shape+i+6)] = asked{page(15_000), most + day, spread}
		}
	}
	for name, as := range statements {
		_, plans := explainWith(t, dsn, hotPlans, map[string][]any{name: as.args})
		var explained []struct {
			Plan node `json:"Plan"` //nolint:tagliatelle // PostgreSQL's
		}
		require.NoError(t, json.Unmarshal([]byte(plans[name]), &explained))
		plan := explained[0].Plan
		t.Logf("%s: %d rows of backups", name, plan.rowsOf("backups"))
		assert.Empty(t, plan.faults(as.passed), "%s\n%s", name, brief(plans[name]))
		assert.LessOrEqual(t, plan.rowsOf("backups"), as.most, "%s\n%s", name, brief(plans[name]))
	}
}

// TestFaultsOfPlans shows that the test above would notice.
func TestFaultsOfPlans(t *testing.T) {
	t.Parallel()
	below := func(n node) node { return node{Type: "Limit", Plans: []node{n}} }
	scan := node{Type: "Index Scan", Index: "content_types_most"}
	for fault, plan := range map[string]node{
		"Index Scan i throws 7 rows away":     {Type: "Index Scan", Index: "i", Filtered: 3, Rechecked: 4},
		"Seq Scan backups":                    {Type: "Seq Scan", Relation: "backups"},
		"Sort":                                {Type: "Sort"},
		"Incremental Sort":                    {Type: "Incremental Sort", Plans: []node{{Type: "Index Scan", Index: "backups_newest"}}},
		"Subquery Scan  throws 366 rows away": {Type: "Subquery Scan", Filtered: 366},
	} {
		assert.Equal(t, []string{fault}, below(plan).faults(365))
	}
	assert.Empty(t, below(node{Type: "Incremental Sort", Plans: []node{scan}}).faults(0))
	assert.Empty(t, below(node{Type: "Subquery Scan", Filtered: 365}).faults(365))
	assert.Empty(t, below(node{Type: "Index Scan", Relation: "backup_days", Filtered: 365}).faults(365))
	assert.Len(t, below(node{Type: "Index Scan", Relation: "backup_days", Filtered: 1}).faults(0), 1)
	assert.Equal(t, 12, node{Plans: []node{{Relation: "backups", Rows: 2.5, Filtered: 0.5, Loops: 4}, {Relation: "tenants", Rows: 9, Loops: 1}}}.rowsOf("backups"))
}
