package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/lib/pq"
)

// explaining makes a session log the plan of every statement with what its
// execution did: the product's own statements, prepared as it prepares them,
// with the settings it sets. And every message that its client waits for.
const explaining = "-c session_preload_libraries=auto_explain -c auto_explain.log_min_duration=0 " +
	"-c auto_explain.log_analyze=on -c auto_explain.log_buffers=on -c auto_explain.log_format=json -c log_min_duration_statement=0"

// undefinedFile is what PostgreSQL answers when a module is not installed.
const undefinedFile = "58P01"

// countTenants is the statement that marks the beginning and the end of what is
// looked at.
const countTenants = "select count(*) from tenants"

// inspection is how the database answered one request.
type inspection struct {
	Workload string `json:"workload"`
	Queries  int    `json:"queries"`
	Trips    int    `json:"round_trips"`
	// Rows of backups that were read, and how many may be.
	Rows   int      `json:"rows"`
	Most   int      `json:"rows_at_most"`
	Blocks int      `json:"blocks"` // of 8 KiB, found in memory or not
	Plan   string   `json:"plan"`
	Faults []string `json:"faults,omitempty"`
	Passed bool     `json:"passed"`
}

// inspect asks everything once of a second server whose database sessions
// explain themselves. Without the auto_explain module it returns nil.
func inspect(ctx context.Context, h *testbed, s *side, work []workload) ([]inspection, error) {
	if _, err := h.db.ExecContext(ctx, "load 'auto_explain'"); err != nil {
		if e, ok := errors.AsType[*pq.Error](err); ok && e.Code == undefinedFile {
			return nil, nil
		}
		return nil, err
	}
	store, err := h.openStore(ctx, explaining, 1)
	if err != nil {
		return nil, err
	}
	addr, err := h.serve(ctx, store, h.blobs)
	if err != nil {
		return nil, err
	}
	p := &process{addr: addr, base: h.lox.base}
	var found []inspection
	for _, w := range work {
		h.plans.reset()
		for range 2 { // after the first one, the key is known and the statement prepared
			if _, err := once(ctx, p, w.status, w.request(s, 0)); err != nil {
				return nil, err
			}
			// It marks the end in the log of this one session.
			if _, err := store.CountTenants(ctx); err != nil {
				return nil, err
			}
		}
		plans, trips, err := h.plans.between(ctx, countTenants)
		if err != nil {
			return nil, err
		}
		found = append(found, judgePlans(w, s, plans, trips))
	}
	return found, nil
}

// judgePlans says what is wrong with the way a request was answered.
func judgePlans(w workload, s *side, plans []plan, trips int) inspection {
	most := max(1, w.backups)
	if w.list != nil {
		// One row more than the page has tells whether there is another.
		most = pageSize + 1 + w.cuts*(s.rows/spread+2)
	}
	found := inspection{Workload: w.name, Most: most, Trips: trips}
	var text []string
	for _, p := range plans {
		if !w.unknownKey && !w.unasked && strings.Contains(p.Query, "from api_keys") {
			found.Trips-- // of the cached kind: it comes up now and then
			continue
		}
		found.Queries++
		found.Rows += p.Root.rowsOf("backups")
		found.Blocks += p.Root.Hit + p.Root.Read
		found.Faults = append(found.Faults, p.Root.faults(w.list != nil && w.list.skip)...)
		text = append(text, p.Root.String())
	}
	found.Plan = strings.Join(text, "; ")
	want := 1
	if w.unasked {
		want = 0
	}
	if found.Queries != want || found.Trips != want {
		found.Faults = append(found.Faults, fmt.Sprintf("%d queries and %d round trips for one request", found.Queries, found.Trips))
	}
	if found.Rows > most {
		found.Faults = append(found.Faults, fmt.Sprintf("reads %d rows, needs at most %d", found.Rows, most))
	}
	found.Passed = len(found.Faults) == 0
	return found
}

// plan is one that auto_explain logged.
type plan struct {
	Query string `json:"Query Text"` //nolint:tagliatelle // PostgreSQL's
	Root  node   `json:"Plan"`       //nolint:tagliatelle // PostgreSQL's

	before int // round trips that were logged before it
}

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
	Hit       int     `json:"Shared Hit Blocks"`
	Read      int     `json:"Shared Read Blocks"`
	Plans     []node  `json:"Plans"`
}

// rowsOf counts the rows of a table that were read, used or not.
func (n node) rowsOf(table string) int {
	rows := 0
	if n.Relation == table {
		rows = int((n.Rows + n.Filtered + n.Rechecked) * n.Loops)
	}
	for _, below := range n.Plans {
		rows += below.rowsOf(table)
	}
	return rows
}

// sortedByBytes is the index that has content types in the order of their bytes but for steps
// of 4 %, within which they are sorted: see "Counters have no indexes" in docs/decisions.md.
const sortedByBytes = "content_types_most"

// faults names what a query on the hot path must not do: every order and every
// row it needs is to be had from an index. Only who skips rows by the counters of
// the days may look through those.
func (n node) faults(skips bool) []string {
	var found []string
	switch n.Type {
	case "Incremental Sort":
		if len(n.Plans) == 1 && n.Plans[0].Index == sortedByBytes {
			break
		}
		fallthrough
	case "Sort", "Seq Scan", "Bitmap Heap Scan":
		found = append(found, strings.TrimSpace(n.Type+" "+n.Relation))
	}
	if left := n.Filtered + n.Rechecked; left > 0 && !(skips && n.Type == "Subquery Scan" && left <= spread) {
		found = append(found, fmt.Sprintf("%s %s throws %.0f rows away", n.Type, n.Index, left))
	}
	for _, below := range n.Plans {
		found = append(found, below.faults(skips)...)
	}
	return found
}

// String writes the plan in one line, the inputs of a node in parentheses.
func (n node) String() string {
	var b strings.Builder
	b.WriteString(n.Type)
	if name := n.Index; name != "" {
		b.WriteString(" " + name)
	} else if n.Relation != "" {
		b.WriteString(" " + n.Relation)
	}
	fmt.Fprintf(&b, " %.0f", n.Rows*n.Loops)
	for i, below := range n.Plans {
		b.WriteString(map[bool]string{true: " (", false: ", "}[i == 0] + below.String())
	}
	if len(n.Plans) > 0 {
		b.WriteString(")")
	}
	return b.String()
}

func (r *report) printPlans(w io.Writer) {
	if len(r.Results) == 0 {
		return
	}
	if len(r.Plans) == 0 {
		fmt.Fprintln(w, "\nThe plans were not looked at: this PostgreSQL has no auto_explain.")
		return
	}
	fmt.Fprintf(w, "\nWhat one request costs the database, at %s backups; behind each step of a plan the rows it yields\n\n", count(slices.Max(r.Sizes)))
	rows := [][]string{{"", "queries", "round trips", "rows read", "at most", "blocks", ""}}
	for _, p := range r.Plans {
		rows = append(rows, []string{
			p.Workload, strconv.Itoa(p.Queries), strconv.Itoa(p.Trips), count(p.Rows), count(p.Most), count(p.Blocks), okOr("BAD", p.Passed),
		})
	}
	printTable(w, rows)
	fmt.Fprintln(w)
	for _, p := range r.Plans {
		fmt.Fprintf(w, "%s\n%s", p.Workload, indented(p.Plan))
		for _, fault := range p.Faults {
			fmt.Fprintf(w, "  BAD: %s\n", fault)
		}
	}
}
