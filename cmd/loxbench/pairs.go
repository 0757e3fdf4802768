package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
)

// pair is two ways to much the same, measured in turns: the first is to be
// nearly as fast as the second.
type pair struct {
	Name        string  `json:"name"`
	Connections int     `json:"connections"`
	First       figures `json:"first"`
	Second      figures `json:"second"`
	// Ratio is the median over the rounds of the first one's requests per second
	// to those of the second.
	Ratio float64 `json:"ratio"`
}

// pairing is what becomes a pair.
type pairing struct {
	name          string
	first, second contender
	least         float64 // of its ratio
	conns         []int
}

// measurePairs adds pairs to a report.
func (r *report) measurePairs(ctx context.Context, h *testbed, s scale, all []pairing) error {
	for _, p := range all {
		for _, conns := range p.conns {
			rounds, err := turns(ctx, h, s, []contender{p.first, p.second}, conns)
			if err != nil {
				return fmt.Errorf("%s at %d connections: %w", p.name, conns, err)
			}
			found := pair{
				Name: p.name, Connections: conns,
				First: summarize(p.first.rows, rounds[0]), Second: summarize(p.second.rows, rounds[1]),
				Ratio: pairedRatio(rates(rounds[0]), rates(rounds[1])),
			}
			r.Pairs = append(r.Pairs, found)
			r.Bars = append(r.Bars, hold(p.name, rateOfPeer, conns, found.Ratio, p.least))
		}
	}
	return nil
}

const sectionPairs = "pairs"

// many are the connections over which a server has all that it can do.
var many = []int{16, 64}

// itself has LOX compared with itself.
func itself(h *testbed, on *side) []pairing {
	work := workloads(on.day)
	of := func(name string) contender { return contender{h.lox, on, named(work, name)} }
	return []pairing{
		{"create in one tenant, to many tenants", of("create in one tenant"), of("create in many tenants"), 0.8, many},
		{"page 90 % down by cursor, to page 1", of("list by cursor, 90 % down"), of("list"), 1 / flat, []int{1, 16}},
	}
}

// named finds a workload.
func named(all []workload, name string) workload {
	for _, w := range all {
		if w.name == name {
			return w
		}
	}
	panic("no workload " + name)
}

func (r *report) printPairs(w io.Writer) {
	if len(r.Pairs) == 0 {
		return
	}
	fmt.Fprint(w, "\nOf LOX two ways each, in turns\n\n")
	rows := [][]string{{"", "conns", "p50", "p99", "req/s", "cpu", "other p50", "p99", "req/s", "cpu", "ratio"}}
	for _, p := range r.Pairs {
		row := []string{p.Name, strconv.Itoa(p.Connections)}
		for _, f := range []figures{p.First, p.Second} {
			row = append(row, figure(f.P50), figure(f.P99), count(int(f.Rate)), count(int(f.ServerCPU+0.5)))
		}
		rows = append(rows, append(row, fmt.Sprintf("%.2f", p.Ratio)))
	}
	printTable(w, rows)
}
