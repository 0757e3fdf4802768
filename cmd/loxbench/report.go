package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
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
	Sizes       []int        `json:"backups"` // of the tenants that are compared
	Days        int          `json:"days"`
	Neighbours  int          `json:"neighbours"`
	Rounds      int          `json:"rounds"`
	SliceMillis int64        `json:"slice_ms"`
	Results     []comparison `json:"results"`
	Memory      memory       `json:"peak_memory"`
	Plans       []inspection `json:"plans"`
	Kept        []regression `json:"kept,omitempty"`
	Pairs       []pair       `json:"pairs,omitempty"`
	Idle        *idleness    `json:"idle,omitempty"`
	Races       []race       `json:"races,omitempty"`
	Completion  *completion  `json:"complete,omitempty"`
	Starts      []start      `json:"starts,omitempty"`
	Footprint   *footprint   `json:"footprint,omitempty"`
	Deliveries  *deliveries  `json:"webhooks,omitempty"`
	Alone       []alone      `json:"postgresql_alone,omitempty"`
	Loads       []string     `json:"loads,omitempty"` // of the machine in a minute, before and after each cargo
	Peers       []peerRace   `json:"peers,omitempty"`
	Bars        []verdict    `json:"bars"`
	Passed      bool         `json:"passed"`
}

// memory is the most that the servers were resident in, in bytes; 0 is unknown.
type memory struct {
	LOX  int64 `json:"lox_bytes"`
	Bare int64 `json:"bare_bytes"`
}

func newReport(ctx context.Context, h *testbed, s scale) (*report, error) {
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
	for _, v := range r.Bars {
		r.Passed = r.Passed && v.Passed
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

// print writes the report for people, in 120 columns.
func (r *report) print(w io.Writer) {
	if len(r.Sizes) > 0 {
		r.printBackups(w)
	}
	r.printPeers(w)
	r.printBars(w)
	verdict := "All bars are met"
	if !r.Passed {
		verdict = "NOT all bars are met"
	}
	fmt.Fprintf(w, "\n%s. Measured in %.1f s.\n", verdict, r.Seconds)
}

// printBackups writes what was measured with tenants of many backups.
func (r *report) printBackups(w io.Writer) {
	fmt.Fprintf(w, "\nLOX with %s backups of a tenant, over the same %d days, beside %s small tenants;\n",
		counts(r.Sizes), r.Days, count(r.Neighbours))
	fmt.Fprintln(w, "and with the most of them its ceiling, bare: net/http, the same prepared statements on the same driver and the same")
	fmt.Fprintln(w, "JSON, without authentication, limits, validation, metrics and log. Each is a process of its own.")
	fmt.Fprintf(w, "%d CPUs are shared with durable PostgreSQL %s and the load generator. %s.\n", r.CPUs, r.PostgreSQL, r.Go)
	fmt.Fprintf(w, "%d rounds of %d ms each, in turns; ratios are medians over the rounds.\n\n", r.Rounds, r.SliceMillis)
	r.printResults(w)
	if r.Memory.LOX > 0 {
		fmt.Fprintf(w, "\nPeak of resident memory: LOX %.1f MiB, bare %.1f MiB\n", mebibytes(r.Memory.LOX), mebibytes(r.Memory.Bare))
	}
	r.printPlans(w)
	r.printPairs(w)
	r.Idle.print(w)
	r.printRaces(w)
	r.Completion.print(w)
	r.printStarts(w)
	r.Footprint.print(w)
	r.Deliveries.print(w)
	r.printAlone(w)
	r.printKept(w)
}

// printResults has a line for LOX and one for the ceiling.
func (r *report) printResults(w io.Writer) {
	if len(r.Results) == 0 {
		return
	}
	fmt.Fprint(w, "p50 by number of backups and p99 in ms; µs of the processors for a request: of the server (cpu), of PostgreSQL (pg);\n"+
		"objects that the server allocates for it (alloc); requests per second of LOX to those of bare (share)\n\n")
	heads := []string{"", "conns", ""}
	for _, n := range r.Sizes {
		heads = append(heads, shortly(n))
	}
	rows := [][]string{append(heads, "ratio", "p99", "req/s", "cpu", "pg", "alloc", "share")}
	for _, c := range r.Results {
		row := append([]string{c.Workload, strconv.Itoa(c.Connections), "LOX"}, make([]string, len(r.Sizes)-len(c.Sizes))...)
		for _, f := range c.Sizes {
			row = append(row, figure(f.P50))
		}
		row = append(append(row, unlessZero(c.Ratio)), c.Sizes[len(c.Sizes)-1].columns()...)
		rows = append(rows, append(row, unlessZero(c.OfBare)))
		if c.Bare != nil {
			row := append([]string{"", "", "bare"}, make([]string, len(r.Sizes)-1)...)
			row = append(row, figure(c.Bare.P50), "")
			rows = append(rows, append(append(row, c.Bare.columns()...), ""))
		}
	}
	printTable(w, rows)
}

// columns is how wide the report is.
const columns = 120

// indented breaks a text into lines, at its spaces.
func indented(text string) string {
	const indent = "  "
	var lines strings.Builder
	width := 0
	for word := range strings.FieldsSeq(text) {
		if width > 0 && width+1+len(word) > columns {
			lines.WriteString("\n")
			width = 0
		}
		if width == 0 {
			lines.WriteString(indent + word)
			width = len(indent) + len(word)
			continue
		}
		lines.WriteString(" " + word)
		width += 1 + len(word)
	}
	lines.WriteString("\n")
	return lines.String()
}

func unlessZero(f float64) string {
	if f == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", f)
}

func mebibytes(n int64) float64 { return float64(n) / (1 << 20) }

// columns are the figures but for the median.
func (f figures) columns() []string {
	allocations := ""
	if f.Allocations > 0 {
		allocations = count(int(math.Round(f.Allocations)))
	}
	return []string{
		figure(f.P99), count(int(f.Rate)), count(int(math.Round(f.ServerCPU))), count(int(math.Round(f.PostgresCPU))), allocations,
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
