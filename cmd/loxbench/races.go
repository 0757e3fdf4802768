package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// race is some work that several do, measured in turns: LOX, and what it is
// compared with.
type race struct {
	Name        string  `json:"name"`
	Connections int     `json:"connections"`
	Unit        string  `json:"unit"`
	LOX         float64 `json:"lox"` // median over the rounds
	Others      []rival `json:"others"`
	// Steps are medians of what a cycle consists of.
	Steps []step `json:"steps,omitempty"`
}

// rival is one that LOX is compared with.
type rival struct {
	Name  string  `json:"name"`
	Rate  float64 `json:"rate"`  // median over the rounds
	Ratio float64 `json:"ratio"` // of LOX to it: median over the rounds
	Bar   float64 `json:"bar,omitempty"`
}

type step struct {
	Name   string  `json:"name"`
	Millis float64 `json:"ms"`
}

// entrant does the work of a race once.
type entrant struct {
	name string
	run  func(ctx context.Context, round int) (did int, err error)
	// clear removes what that left behind, which takes no part in the race.
	clear func() error
	bar   float64 // the least that LOX does, in units of what this one does; 0 is none
}

// turn has it do so, and returns how much it did in a second.
func (e entrant) turn(ctx context.Context, round int) (float64, error) {
	// What others left to be written is no business of this one.
	syscall.Sync()
	began := time.Now()
	did, err := e.run(ctx, round)
	took := time.Since(began)
	if err == nil && e.clear != nil {
		err = e.clear()
	}
	if err != nil {
		return 0, fmt.Errorf("%s: %w", e.name, err)
	}
	return float64(did) / took.Seconds(), nil
}

// race has everybody do the same in turns, after a round to warm up, and counts
// what they do in a second, in units of so many. The first one is LOX, p.
func (r *report) race(ctx context.Context, s scale, p *process, found race, rounds, unit int, all []entrant) error {
	rates := make([][]float64, len(all))
	for round := range rounds + 1 {
		for i, e := range all {
			done, err := e.turn(ctx, round)
			if err != nil {
				return fmt.Errorf("%s, %w", found.Name, err)
			}
			if round > 0 {
				rates[i] = append(rates[i], done/float64(unit))
			}
		}
	}
	found.LOX = percentile(rates[0], 50)
	for i, e := range all[1:] {
		other := rival{e.name, percentile(rates[i+1], 50), pairedRatio(rates[0], rates[i+1]), e.bar}
		found.Others = append(found.Others, other)
		if e.bar > 0 {
			r.Bars = append(r.Bars, hold(found.Name+", to "+e.name, rateOfOther, found.Connections, other.Ratio, e.bar))
		}
	}
	r.Races = append(r.Races, found)
	if s.profiles == "" {
		return p.log.Truncate(0)
	}
	file := fmt.Sprintf("%s-%d.pprof", strings.ReplaceAll(strings.ReplaceAll(found.Name, ",", ""), " ", "-"), found.Connections)
	return p.profile(ctx, filepath.Join(s.profiles, file), func() error {
		for began := time.Now(); time.Since(began) < profileTime; {
			if _, err := all[0].turn(ctx, rounds+1); err != nil {
				return err
			}
		}
		return nil
	})
}

// share has n things done by several at once, and returns how many were.
func share(workers, n int, do func(worker, i int) error) (int, error) {
	var next atomic.Int64
	errs := make(chan error, workers)
	var running sync.WaitGroup
	for w := range workers {
		running.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if err := do(w, i); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	running.Wait()
	select {
	case err := <-errs:
		return 0, err
	default:
		return n, nil
	}
}

func (r *report) printRaces(w io.Writer) {
	if len(r.Races) == 0 {
		return
	}
	fmt.Fprint(w, "\nWhat LOX stores and serves in a second, on its own PostgreSQL and disk, in turns with others; medians\n\n")
	rows := [][]string{{"", "conns", "", "rate", "LOX / it", "bar"}}
	for _, found := range r.Races {
		rows = append(rows, []string{found.Name, strconv.Itoa(found.Connections), "LOX", rate(found.LOX, found.Unit), "", ""})
		for _, o := range found.Others {
			bar := ""
			if o.Bar > 0 {
				bar = fmt.Sprintf("%.2f", o.Bar)
			}
			rows = append(rows, []string{"", "", o.Name, rate(o.Rate, found.Unit), fmt.Sprintf("%.2f", o.Ratio), bar})
		}
	}
	printTable(w, rows)
	for _, found := range r.Races {
		var steps []string
		for _, s := range found.Steps {
			steps = append(steps, fmt.Sprintf("%s %.2f ms", s.Name, s.Millis))
		}
		if len(steps) > 0 {
			fmt.Fprintf(w, "\n%s at %d: %s", found.Name, found.Connections, strings.Join(steps, ", "))
		}
	}
	fmt.Fprintln(w)
}

func rate(of float64, unit string) string { return count(int(of+0.5)) + " " + unit }
