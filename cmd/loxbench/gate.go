package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
)

// kept.json is what a request allocated and asked when somebody last looked.
// Neither depends on the machine, nor on what else runs there.
//
//go:embed kept.json
var keptJSON []byte

// frugality is what one request takes of what doesn't depend on the machine.
type frugality struct {
	Allocations float64 `json:"allocations"`
	RoundTrips  int     `json:"round_trips"` // to the database
}

// Allocations vary a little: what the server does beside the requests counts
// too, and pools are emptied now and then. More than this is a regression,
// whichever of the two is more.
const (
	allocationShare = 0.05
	allocationSlack = 3
)

// atMost is how many a request may allocate now.
func (f frugality) atMost() float64 {
	return f.Allocations + max(allocationShare*f.Allocations, allocationSlack)
}

// regression is how a workload compares with what is kept of it.
type regression struct {
	Workload string    `json:"workload"`
	Now      frugality `json:"now"`
	Kept     frugality `json:"kept"`
	Passed   bool      `json:"passed"`
}

// frugalities are those of the workloads of a report.
func (r *report) frugalities() map[string]frugality {
	found := map[string]frugality{}
	for _, c := range r.Results {
		if c.Connections == 1 {
			found[c.Workload] = frugality{Allocations: math.Round(c.Sizes[len(c.Sizes)-1].Allocations)}
		}
	}
	for _, p := range r.Plans {
		f := found[p.Workload]
		f.RoundTrips = p.Trips
		found[p.Workload] = f
	}
	return found
}

// compareKept holds a report against what is kept. A workload of which nothing
// is kept fails: somebody has to look at it.
func (r *report) compareKept(kept []byte) error {
	var before map[string]frugality
	if err := json.Unmarshal(kept, &before); err != nil {
		return fmt.Errorf("what is kept: %w", err)
	}
	now := r.frugalities()
	for _, c := range r.Results {
		if c.Connections != 1 {
			continue
		}
		found := regression{Workload: c.Workload, Now: now[c.Workload]}
		var known bool
		found.Kept, known = before[c.Workload]
		found.Passed = known && found.Now.RoundTrips <= found.Kept.RoundTrips &&
			found.Now.Allocations <= found.Kept.atMost()
		r.Kept = append(r.Kept, found)
	}
	return nil
}

func (r *report) writeKept(file string) error {
	b, err := json.MarshalIndent(r.frugalities(), "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(b, '\n'), 0o644)
}

func (r *report) printKept(w io.Writer) {
	if len(r.Kept) == 0 {
		return
	}
	fmt.Fprint(w, "\nWhat one request takes, against what is kept in the repository\n\n")
	rows := [][]string{{"", "alloc", "kept", "round trips", "kept", ""}}
	for _, k := range r.Kept {
		rows = append(rows, []string{
			k.Workload, count(int(k.Now.Allocations)), count(int(k.Kept.Allocations)),
			strconv.Itoa(k.Now.RoundTrips), strconv.Itoa(k.Kept.RoundTrips), okOr("MORE", k.Passed),
		})
	}
	printTable(w, rows)
}
