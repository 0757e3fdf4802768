package main

import (
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

	"github.com/dustin/go-humanize"
)

// report is all that a run found.
type report struct {
	Started  time.Time `json:"started"`
	Seconds  float64   `json:"seconds"`
	Go       string    `json:"go"`
	CPUs     int       `json:"cpus"`
	Load     []string  `json:"load"` // of the machine over a minute, at the beginning and at the end
	Contests []result  `json:"contests"`
	Figures  []figure  `json:"figures"`
	Passed   bool      `json:"passed"`
}

// figure is one number, and the bar that it has to reach, if there is one.
type figure struct {
	Name        string  `json:"name"`
	Connections int     `json:"connections,omitempty"`
	Measure     string  `json:"measure"`
	Found       float64 `json:"found"`
	Bar         float64 `json:"bar,omitempty"` // 0 is none
	AtMost      bool    `json:"at_most"`       // otherwise at least
	Passed      bool    `json:"passed"`
}

// figureOf judges a figure. What could not be measured is 0, and reaches no bar.
func figureOf(name string, conns int, m measure, found, bar float64) figure {
	f := figure{Name: name, Connections: conns, Measure: m.name, Found: found, Bar: bar, AtMost: m.atMost, Passed: true}
	if bar > 0 {
		f.Passed = found > 0 && (found == bar || (found < bar) == m.atMost)
	}
	return f
}

// most adds a figure that has to be low; bar 0 is none.
func (r *report) most(name, unit string, found, bar float64) {
	r.Figures = append(r.Figures, figureOf(name, 0, measure{name: unit, atMost: true}, found, bar))
}

func newReport() report {
	return report{Started: time.Now().UTC(), Go: runtime.Version(), CPUs: runtime.NumCPU(), Load: []string{load()}}
}

// load is how many processes ran at once over the last minute: others may compute beside the bench.
func load() string {
	text, _ := os.ReadFile("/proc/loadavg")
	first, _, _ := strings.Cut(string(text), " ")
	return first
}

// finish judges the run: passed says whether nothing has failed.
func (r *report) finish(passed bool) {
	r.Seconds, r.Load, r.Passed = time.Since(r.Started).Round(100*time.Millisecond).Seconds(), append(r.Load, load()), passed
	for _, f := range r.Figures {
		r.Passed = r.Passed && f.Passed
	}
}

func writeJSON(file string, v any) {
	check(os.WriteFile(file, append(must(json.MarshalIndent(v, "", "  ")), '\n'), 0o644))
}

// print writes the report for people.
func (r *report) print(w io.Writer) {
	if len(r.Contests) > 0 {
		fmt.Fprint(w, "\nContests: medians over the rounds. CPU time for a request, or for a MB: of the server, of its PostgreSQL (pg), of\n"+
			"the client if it is a process. Peaks of memory. Ratios (\"LOX /\"): of LOX to the contender of the line.\n\n")
		heads := []string{"", "conns", "", "unit"}
		for _, m := range measures {
			heads = append(heads, m.name)
		}
		for _, m := range measures[:compared] {
			heads = append(heads, ratioOf+m.name)
		}
		rows := [][]string{heads}
		for _, c := range r.Contests {
			for i, s := range c.Standings {
				row := []string{c.Name, number(float64(c.Connections)), s.Name, c.Unit}
				if i > 0 {
					row[0], row[1] = "", ""
				}
				for _, head := range heads[4:] {
					row = append(row, number(s.Figures[head]))
				}
				rows = append(rows, row)
			}
		}
		printTable(w, rows)
	}
	fmt.Fprint(w, "\nFigures and bars\n\n")
	rows := [][]string{{"", "conns", "measure", "found", "", "bar", ""}}
	for _, f := range r.Figures {
		sign, verdict := "", ""
		if f.Bar > 0 {
			sign, verdict = map[bool]string{true: "≤", false: "≥"}[f.AtMost], map[bool]string{true: "ok", false: "MISSED"}[f.Passed]
		}
		rows = append(rows, []string{f.Name, number(float64(f.Connections)), f.Measure, number(f.Found), sign, number(f.Bar), verdict})
	}
	printTable(w, rows)
	fmt.Fprintf(w, "\n%s. Measured in %.1f s; load %s. %d CPUs are shared by the servers, their databases and the clients. %s.\n",
		map[bool]string{true: "All bars that were held are met", false: "NOT passed"}[r.Passed], r.Seconds, strings.Join(r.Load, ", then "), r.CPUs, r.Go)
}

// printTable aligns columns to the right, but for the first one, and leaves out empty columns.
func printTable(w io.Writer, rows [][]string) {
	if len(rows) == 1 {
		rows = [][]string{{"none"}}
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	width := 0
	used := map[int]bool{}
	for i, row := range rows {
		width = max(width, len([]rune(row[0])))
		for column, text := range row {
			used[column] = used[column] || i > 0 && text != ""
		}
	}
	for _, row := range rows {
		fmt.Fprintf(table, "%-*s\t", width, row[0])
		for column, text := range row[1:] {
			if used[column+1] {
				fmt.Fprint(table, text, "\t")
			}
		}
		fmt.Fprintln(table)
	}
	_ = table.Flush()
}

// number writes a figure with as many digits as mean something, and "" for none.
func number(f float64) string {
	switch {
	case f == 0:
		return ""
	case f < 100 && f != math.Trunc(f):
		return strconv.FormatFloat(f, 'f', 2, 64)
	}
	return humanize.Comma(int64(math.Round(f)))
}
