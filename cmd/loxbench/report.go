package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// report is all that a run found.
type report struct {
	Started     time.Time    `json:"started"`
	Seconds     float64      `json:"seconds"`
	Go          string       `json:"go"`
	PostgreSQL  string       `json:"postgresql"`
	CPUs        int          `json:"cpus"`
	Sizes       []int        `json:"backups"` // of the tenants that are compared
	Days        int          `json:"days"`
	Neighbours  int          `json:"neighbours"`
	Rounds      int          `json:"rounds"`
	SliceMillis int64        `json:"slice_ms"`
	Results     []comparison `json:"results"`
	Memory      memory       `json:"peak_memory"`
	Plans       []inspection `json:"plans"`
	Kept        []regression `json:"kept,omitempty"`
	Deliveries  *deliveries  `json:"webhooks,omitempty"`
	Alone       []alone      `json:"postgresql_alone,omitempty"`
	Passed      bool         `json:"passed"`
}

// memory is the most that the servers were resident in, in bytes; 0 is unknown.
type memory struct {
	LOX  int64 `json:"lox_bytes"`
	Bare int64 `json:"bare_bytes"`
}

func newReport(ctx context.Context, h *house, s scale) (*report, error) {
	r := &report{
		Started: time.Now().UTC(), Go: runtime.Version(), CPUs: runtime.NumCPU(),
		Sizes: s.sizes, Days: spread, Neighbours: neighbours,
		Rounds: s.rounds, SliceMillis: s.slice.Milliseconds(),
	}
	err := h.db.QueryRowContext(ctx, "show server_version").Scan(&r.PostgreSQL)
	return r, err
}

// judge closes the report.
func (r *report) judge() {
	r.Seconds, r.Passed = time.Since(r.Started).Round(100*time.Millisecond).Seconds(), true
	for _, c := range r.Results {
		r.Passed = r.Passed && c.Passed
	}
	for _, p := range r.Plans {
		r.Passed = r.Passed && p.Passed
	}
	for _, k := range r.Kept {
		r.Passed = r.Passed && k.Passed
	}
	r.Passed = r.Passed && (r.Deliveries == nil || r.Deliveries.Passed)
}

func (r *report) writeJSON(file string) error {
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(b, '\n'), 0o644)
}

// print writes the report for people.
func (r *report) print(w io.Writer) {
	fmt.Fprintf(w, "\nLOX with %s backups of a tenant, over the same %d days, beside %s small tenants; and its ceiling with the most of them:\n",
		counts(r.Sizes), r.Days, count(r.Neighbours))
	fmt.Fprintln(w, "net/http, the same prepared statements on the same driver and the same JSON, without authentication, limits, validation, metrics and log.")
	fmt.Fprintf(w, "Both are processes of their own and share %d CPUs with durable PostgreSQL %s and the load generator; %s. %d rounds of %d ms each, in turns.\n",
		r.CPUs, r.PostgreSQL, r.Go, r.Rounds, r.SliceMillis)
	fmt.Fprintf(w, "Latencies in ms; µs of the processors a request: of the server (cpu) and of PostgreSQL (pg); objects allocated a request (alloc).\n\n")
	r.printResults(w)
	if r.Memory.LOX > 0 {
		fmt.Fprintf(w, "\nPeak of resident memory: LOX %s KiB, S3 server included; ceiling %s KiB\n", count(int(r.Memory.LOX>>10)), count(int(r.Memory.Bare>>10)))
	}
	fmt.Fprintln(w)
	r.printPlans(w)
	r.printKept(w)
	r.Deliveries.print(w)
	r.printAlone(w)
	verdict := "All bars are met"
	if !r.Passed {
		verdict = "NOT all bars are met"
	}
	fmt.Fprintf(w, "\n%s. Measured in %.1f s.\n", verdict, r.Seconds)
}

func (r *report) printResults(w io.Writer) {
	rows := [][]string{{"", "", "LOX", "", "", "", "", "", "", "", "", "", "ceiling", "", "", "", "", "", "LOX of"}, {"", "conns"}}
	for _, n := range r.Sizes {
		rows[1] = append(rows[1], "p50 of "+shortly(n))
	}
	rows[0] = slices.Insert(rows[0], 3, make([]string, len(r.Sizes)-1)...)
	rows[1] = append(rows[1], "ratio", "bar", "", "p99", "req/s", "cpu", "pg", "alloc", "p50", "p99", "req/s", "cpu", "pg", "alloc", "ceiling")
	for _, c := range r.Results {
		row := []string{c.Workload, strconv.Itoa(c.Connections)}
		row = append(row, make([]string, len(r.Sizes)-len(c.Sizes))...)
		for _, f := range c.Sizes {
			row = append(row, fmt.Sprintf("%.2f", f.P50))
		}
		ratio, bar, verdict, bare, ofBare := "", "", "", make([]string, 6), ""
		if c.Ratio > 0 {
			ratio = fmt.Sprintf("%.2f", c.Ratio)
		}
		if c.Bar > 0 {
			bar, verdict = fmt.Sprintf("%.2f", c.Bar), map[bool]string{true: "ok", false: "MISSED"}[c.Passed]
		}
		if c.Bare != nil {
			bare, ofBare = append([]string{fmt.Sprintf("%.2f", c.Bare.P50)}, c.Bare.columns()...), fmt.Sprintf("%.2f", c.OfBare)
		}
		row = append(append(row, ratio, bar, verdict), c.Sizes[len(c.Sizes)-1].columns()...)
		rows = append(rows, append(append(row, bare...), ofBare))
	}
	printTable(w, rows)
}

// columns are the figures but for the median.
func (f figures) columns() []string {
	allocations := ""
	if f.Allocations > 0 {
		allocations = count(int(math.Round(f.Allocations)))
	}
	return []string{
		fmt.Sprintf("%.2f", f.P99), count(int(f.Rate)), count(int(math.Round(f.ServerCPU))), count(int(math.Round(f.PostgresCPU))), allocations,
	}
}

// printTable aligns columns to the right, but for the first one.
func printTable(w io.Writer, rows [][]string) {
	first := 0
	for _, row := range rows {
		first = max(first, len(row[0]))
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, row := range rows {
		fmt.Fprintf(table, "%-*s\t%s\t\n", first, row[0], strings.Join(row[1:], "\t"))
	}
	_ = table.Flush()
}

func (r *report) printPlans(w io.Writer) {
	if len(r.Plans) == 0 {
		fmt.Fprintln(w, "The plans were not looked at: this PostgreSQL has no auto_explain.")
		return
	}
	fmt.Fprintf(w, "What one request costs the database, at %s backups; behind each step of a plan the rows it yields\n\n", count(slices.Max(r.Sizes)))
	rows := [][]string{{"", "queries", "round trips", "rows read", "at most", "blocks", ""}}
	for _, p := range r.Plans {
		verdict := "ok"
		if !p.Passed {
			verdict = "BAD"
		}
		rows = append(rows, []string{
			p.Workload, strconv.Itoa(p.Queries), strconv.Itoa(p.Trips), count(p.Rows), count(p.Most), count(p.Blocks), verdict,
		})
	}
	printTable(w, rows)
	fmt.Fprintln(w)
	for _, p := range r.Plans {
		fmt.Fprintf(w, "%s\n  %s\n", p.Workload, p.Plan)
		for _, fault := range p.Faults {
			fmt.Fprintf(w, "  BAD: %s\n", fault)
		}
	}
}

func (d *deliveries) print(w io.Writer) {
	if d == nil {
		return
	}
	fmt.Fprint(w, "\nEvents on their way to a webhook whose receiver answers at once; latencies in ms, from the commit to the receiver\n\n")
	prompt := map[bool]string{true: "ok", false: "MISSED"}[d.P50 <= d.Bar]
	rows := [][]string{
		{"", "events", "p50", "bar", "p99", "events/s", "twice", ""},
		{"one after another", count(d.Events), fmt.Sprintf("%.2f", d.P50), fmt.Sprintf("%.2f", d.Bar), fmt.Sprintf("%.2f", d.P99), "", "", prompt},
	}
	for _, q := range d.Drains {
		once := map[bool]string{true: "ok", false: "MISSED"}[q.Twice == 0]
		name := fmt.Sprintf("a queue, dispatchers: %d", q.Dispatchers)
		rows = append(rows, []string{name, count(q.Deliveries), "", "", "", count(int(q.Rate)), count(q.Twice), once})
	}
	printTable(w, rows)
}

// count writes a number with commas.
func count(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// counts writes several.
func counts(all []int) string {
	var each []string
	for _, n := range all {
		each = append(each, count(n))
	}
	return strings.Join(each, " / ")
}

// shortly writes a number in thousands or millions if it is one of them.
func shortly(n int) string {
	switch {
	case n > 0 && n%1_000_000 == 0:
		return strconv.Itoa(n/1_000_000) + "M"
	case n > 0 && n%1_000 == 0:
		return strconv.Itoa(n/1_000) + "k"
	}
	return strconv.Itoa(n)
}
