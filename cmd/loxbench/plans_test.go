package main

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// logged is what PostgreSQL 15 writes, between other messages.
const logged = `duration: 0.020 ms  plan:
{
"Query Text": "the end",
"Plan": {
"Node Type": "Result"
}
}
duration: 0.022 ms  statement: the end
could not receive data from client: Connection reset by peer
duration: 0.020 ms  bind 3: select …
duration: 0.187 ms  plan:
{
"Query Text": "select …\nfrom backups {",
"Plan": {
"Node Type": "Limit",
"Actual Rows": 21,
"Actual Loops": 1,
"Shared Hit Blocks": 9,
"Shared Read Blocks": 1,
"Plans": [
{
"Node Type": "Index Scan",
"Relation Name": "tenant_usage",
"Index Name": "tenant_usage_pkey",
"Actual Rows": 1,
"Actual Loops": 1
},
{
"Node Type": "Index Scan",
"Relation Name": "backups",
"Index Name": "backups_newest",
"Actual Rows": 21,
"Actual Loops": 1
}
]
}
}
duration: 0.190 ms  execute 3: select …
duration: 0.050 ms  statement: select pg_notify('lox_deliveries', '')
duration: 0.030 ms  plan:
{
"Query Text": "select substr(hash, 1, 8) from api_keys",
"Plan": {
"Node Type": "Seq Scan",
"Relation Name": "api_keys",
"Actual Rows": 3,
"Actual Loops": 1
}
}
duration: 0.040 ms  execute 5: select substr(hash, 1, 8) from api_keys
duration: 0.019 ms  plan:
{
"Query Text": "the end",
"Plan": {
"Node Type": "Result",
"Actual Rows": 1,
"Actual Loops": 1
}
}
checkpoint starting: time`

func TestPlanLog(t *testing.T) {
	l := newPlanLog()
	go func() {
		for line := range strings.SplitSeq(logged, "\n") {
			_ = l.Handle(context.Background(), slog.NewRecord(time.Time{}, slog.LevelInfo, line, 0))
		}
	}()
	plans, trips, err := l.between(t.Context(), "the end")
	require.NoError(t, err)
	require.Len(t, plans, 1)
	assert.Equal(t, "Limit 21 (Index Scan tenant_usage_pkey 1, Index Scan backups_newest 21)", plans[0].Root.String())

	found := judgePlans(listing("list", filter{}), &side{rows: 1_000_000}, plans, trips)
	assert.Equal(t, inspection{
		Workload: "list", Queries: 1, Trips: 1, Rows: 21, Most: 21, Blocks: 10, Plan: plans[0].Root.String(), Passed: true,
	}, found)

	l.reset()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err = l.between(ended, "the end")
	assert.ErrorIs(t, err, context.Canceled)
}

// Content types are sorted within the steps of their index.
func TestJudgePlansAllowsTheOrderOfContentTypes(t *testing.T) {
	sorted := node{Type: "Incremental Sort", Plans: []node{{Type: "Index Scan", Index: "content_types_most"}}}
	assert.Empty(t, sorted.faults(false))
}

func TestJudgePlansNamesWhatIsWrong(t *testing.T) {
	scan := func(n node) plan { n.Relation, n.Loops = "backups", 1; return plan{Root: n} }
	list := listing("list", filter{})
	for name, c := range map[string]struct {
		plans []plan
		trips int
		want  string
	}{
		"a filter":  {[]plan{scan(node{Type: "Index Scan", Index: "i", Rows: 1, Filtered: 7})}, 1, "Index Scan i throws 7 rows away"},
		"too many":  {[]plan{scan(node{Type: "Index Scan", Rows: 22})}, 1, "reads 22 rows, needs at most 21"},
		"the table": {[]plan{scan(node{Type: "Seq Scan", Rows: 1})}, 1, "Seq Scan backups"},
		"a sort":    {[]plan{{Root: node{Type: "Limit", Plans: []node{{Type: "Sort"}}}}}, 1, "Sort"},
		"a sort within another order": {
			[]plan{{Root: node{Type: "Limit", Plans: []node{{Type: "Incremental Sort", Plans: []node{{Type: "Index Scan", Index: "backups_newest"}}}}}}}, 1,
			"Incremental Sort",
		},
		"two queries":   {make([]plan, 2), 2, "2 queries and 2 round trips for one request"},
		"a transaction": {make([]plan, 1), 3, "1 queries and 3 round trips for one request"},
		"none":          {nil, 0, "0 queries and 0 round trips for one request"},
	} {
		found := judgePlans(list, &side{rows: 1000}, c.plans, c.trips)
		assert.Equal(t, []string{c.want}, found.Faults, name)
		assert.False(t, found.Passed, name)
	}
}

func TestWhoSkipsReadsTheCountersAndOneDay(t *testing.T) {
	skip := listing("offset", filter{skip: true})
	deep := func(filtered, rows float64) []plan {
		return []plan{{Root: node{Type: "Limit", Plans: []node{
			{Type: "Subquery Scan", Filtered: filtered}, {Type: "Index Only Scan", Relation: "backups", Rows: rows, Loops: 1},
		}}}}
	}
	large := &side{rows: 365_000}
	assert.True(t, judgePlans(skip, large, deep(364, pageSize+1+1002), 1).Passed)
	assert.False(t, judgePlans(skip, large, deep(364, pageSize+1+1003), 1).Passed, "more than a day of backups")
	assert.False(t, judgePlans(skip, large, deep(366, 21), 1).Passed, "more than the days")
	assert.False(t, judgePlans(listing("list", filter{}), large, deep(1, 21), 1).Passed, "a list has nothing to skip")
}

func TestAKeyThatIsRememberedIsNotLookedFor(t *testing.T) {
	lookup := []plan{{Query: "select … from api_keys k"}}
	s := &side{rows: 1000}
	assert.True(t, judgePlans(workload{}, s, append(lookup, plan{}), 2).Passed, "now and then it is")
	assert.False(t, judgePlans(workload{unasked: true}, s, lookup, 1).Passed)
	assert.True(t, judgePlans(workload{unasked: true}, s, nil, 0).Passed)
	assert.True(t, judgePlans(workload{unknownKey: true}, s, lookup, 1).Passed)
}

func TestRowsAreCountedInEveryLoop(t *testing.T) {
	n := node{Type: "Nested Loop", Plans: []node{{Relation: "backups", Rows: 2.5, Filtered: 0.5, Loops: 4}, {Relation: "tenants", Rows: 9, Loops: 1}}}
	assert.Equal(t, 12, n.rowsOf("backups"))
}
