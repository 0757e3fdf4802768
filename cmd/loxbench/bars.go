package main

import (
	"fmt"
	"io"
	"strconv"
)

// verdict is one figure that was held against its bar.
type verdict struct {
	What        string  `json:"what"`
	Measure     string  `json:"measure"`
	Connections int     `json:"connections,omitempty"`
	Found       float64 `json:"found"`
	Bar         float64 `json:"bar"`
	AtMost      bool    `json:"at_most"` // otherwise at least
	Passed      bool    `json:"passed"`
}

// hold says whether a bar is met. What could not be measured, and is 0, meets
// none.
func hold(what string, m measure, conns int, found, bar float64) verdict {
	v := verdict{What: what, Measure: m.name, Connections: conns, Found: found, Bar: bar, AtMost: m.atMost}
	if m.atMost {
		v.Passed = found > 0 && found <= bar
	} else {
		v.Passed = found >= bar
	}
	return v
}

// measure is a kind of figure that bars are laid across.
type measure struct {
	name   string
	atMost bool
}

var (
	rateOfBare  = measure{"req/s, bare server = 1", false}
	tailOfBare  = measure{"p99, bare server = 1", true}
	growth      = measure{"p50, fewest backups = 1", true}
	median      = measure{"p50, ms", true}
	serverCPU   = measure{"server's CPU, µs", true}
	rateOfPeer  = measure{"req/s, the other = 1", false}
	resident    = measure{"peak of resident memory, MiB", true}
	duration    = measure{"median, ms", true}
	rateOfOther = measure{"a second, the other = 1", false}
	ofOpenSSL   = measure{"bytes/s, openssl speed = 1", false}
	perRequest  = measure{"for one request", true}
	readBytes   = measure{"KiB read by the server", true}
	idleMemory  = measure{"resident memory, MB", true}
	ofBinary    = measure{"MB", true}
)

// of finds the figure of a comparison.
func (m measure) of(c comparison) float64 {
	most := c.Sizes[len(c.Sizes)-1]
	switch m {
	case rateOfBare:
		return c.OfBare
	case tailOfBare:
		return c.TailOfBare
	case growth:
		return c.Ratio
	case median:
		return most.P50
	case serverCPU:
		return most.ServerCPU
	}
	panic("no figure of a comparison: " + m.name)
}

// bar is what a workload has to reach.
type bar struct {
	measure
	value float64
	conns int // 0: however many
}

// judge holds a comparison against the bars of its workload.
func (w workload) judge(c comparison) (all []verdict) {
	for _, b := range w.bars {
		if b.conns == 0 || b.conns == c.Connections {
			all = append(all, hold(w.name, b.measure, c.Connections, b.of(c), b.value))
		}
	}
	return all
}

// growthBar is the most that a workload may take of the most backups in units
// of what it takes of the fewest; 0 is none.
func (w workload) growthBar() float64 {
	for _, b := range w.bars {
		if b.measure == growth {
			return b.value
		}
	}
	return 0
}

func (r *report) printBars(w io.Writer) {
	if len(r.Bars) == 0 {
		return
	}
	fmt.Fprint(w, "\nThe bars\n\n")
	rows := [][]string{{"", "conns", "measure", "found", "", "bar", ""}}
	for _, v := range r.Bars {
		conns, sign := "", "≥"
		if v.Connections > 0 {
			conns = strconv.Itoa(v.Connections)
		}
		if v.AtMost {
			sign = "≤"
		}
		rows = append(rows, []string{v.What, conns, v.Measure, figure(v.Found), sign, figure(v.Bar), okOr("MISSED", v.Passed)})
	}
	printTable(w, rows)
}

// figure writes a number with as many digits as tell something.
func figure(f float64) string {
	if f >= 100 {
		return count(int(f + 0.5))
	}
	return strconv.FormatFloat(f, 'f', 2, 64)
}

func okOr(otherwise string, passed bool) string {
	if passed {
		return "ok"
	}
	return otherwise
}
