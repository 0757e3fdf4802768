package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
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
	Small       int          `json:"small_backups"`
	Large       int          `json:"large_backups"`
	Days        int          `json:"days"`
	Neighbours  int          `json:"neighbours"`
	Rounds      int          `json:"rounds"`
	SliceMillis int64        `json:"slice_ms"`
	Results     []comparison `json:"results"`
	Plans       []inspection `json:"plans"`
	Deliveries  *deliveries  `json:"webhooks,omitempty"`
	Passed      bool         `json:"passed"`
}

func newReport(ctx context.Context, h *house, s scale) (*report, error) {
	r := &report{
		Started: time.Now().UTC(), Go: runtime.Version(), CPUs: runtime.NumCPU(),
		Small: s.small, Large: s.large, Days: spread, Neighbours: neighbours,
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
	fmt.Fprintf(w, "\nLOX with %s backups of one tenant against %s of another, over the same %d days, beside %s small tenants\n",
		count(r.Small), count(r.Large), r.Days, count(r.Neighbours))
	fmt.Fprintf(w, "Everything on: HTTP, authentication, validation, request ids, metrics, access log; durable PostgreSQL %s; %s; %d CPUs\n",
		r.PostgreSQL, r.Go, r.CPUs)
	fmt.Fprintf(w, "%d rounds of %d ms a side, in turns. Latencies in ms. The load generator shares the process and the CPUs, and costs both sides the same.\n\n",
		r.Rounds, r.SliceMillis)
	r.printResults(w)
	fmt.Fprintln(w)
	r.printPlans(w)
	r.Deliveries.print(w)
	verdict := "All bars are met"
	if !r.Passed {
		verdict = "NOT all bars are met"
	}
	fmt.Fprintf(w, "\n%s. Measured in %.1f s.\n", verdict, r.Seconds)
}

func (r *report) printResults(w io.Writer) {
	small, large := count(r.Small), count(r.Large)
	rows := [][]string{
		{"", "", small, "", "", large, "", "", "ratio", "", ""},
		{"", "conns", "p50", "p99", "req/s", "p50", "p99", "req/s", "of p50", "bar", ""},
	}
	for _, c := range r.Results {
		bar, verdict := "", ""
		if c.Bar > 0 {
			bar, verdict = fmt.Sprintf("%.2f", c.Bar), map[bool]string{true: "ok", false: "MISSED"}[c.Passed]
		}
		row := []string{c.Workload, strconv.Itoa(c.Connections)}
		for _, f := range []figures{c.Small, c.Large} {
			row = append(row, fmt.Sprintf("%.2f", f.P50), fmt.Sprintf("%.2f", f.P99), count(int(f.Rate)))
		}
		rows = append(rows, append(row, fmt.Sprintf("%.2f", c.Ratio), bar, verdict))
	}
	printTable(w, rows)
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
	fmt.Fprintf(w, "What one request costs the database, at %s backups; behind each step of a plan the rows it yields\n\n", count(r.Large))
	rows := [][]string{{"", "queries", "rows read", "at most", "blocks", ""}}
	for _, p := range r.Plans {
		verdict := "ok"
		if !p.Passed {
			verdict = "BAD"
		}
		rows = append(rows, []string{
			p.Workload, strconv.Itoa(p.Queries), count(p.Rows), count(p.Most), count(p.Blocks), verdict,
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
