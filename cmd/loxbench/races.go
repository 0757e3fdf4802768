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
	LOX         rival   `json:"lox"`
	Others      []rival `json:"others"`
	// Steps are medians of what a cycle consists of.
	Steps []step `json:"steps,omitempty"`
}

// rival is LOX, or one that it is compared with. Its figures are medians over the
// rounds.
type rival struct {
	Name  string  `json:"name"`
	Rate  float64 `json:"rate"`
	Ratio float64 `json:"ratio,omitempty"` // of LOX to it
	Bar   float64 `json:"bar,omitempty"`
	// Microseconds of the processors for each, of the server and of the processes
	// that it has started, such as PostgreSQL's.
	CPU      float64 `json:"cpu_us"`
	Children float64 `json:"children_cpu_us,omitempty"`
}

type step struct {
	Name   string  `json:"name"`
	Millis float64 `json:"ms"`
}

// entrant does the work of a race once.
type entrant struct {
	name string
	pid  int // of the process that works
	run  func(ctx context.Context, round int) (did int, err error)
	// clear removes what that left behind, which takes no part in the race.
	clear func() error
	bar   float64 // the least that LOX does, in units of what this one does; 0 is none
}

// lap is what one did in a round: how much in a second, and with how many
// microseconds of the processors for each.
type lap struct{ rate, cpu, children float64 }

// turn has it do so, and counts in units of so many.
func (e entrant) turn(ctx context.Context, round, unit int) (lap, error) {
	// What others left to be written is no business of this one.
	syscall.Sync()
	before, below := cpuOf(e.pid), cpuBelow(e.pid)
	began := time.Now()
	did, err := e.run(ctx, round)
	took := time.Since(began)
	used, usedBelow := cpuOf(e.pid)-before, cpuBelow(e.pid)-below
	if err == nil && e.clear != nil {
		err = e.clear()
	}
	if err != nil {
		return lap{}, fmt.Errorf("%s: %w", e.name, err)
	}
	units := float64(did) / float64(unit)
	return lap{units / took.Seconds(), float64(used.Microseconds()) / units, float64(usedBelow.Microseconds()) / units}, nil
}

// of are the figures of one over its laps.
func (e entrant) of(laps []lap) rival {
	median := func(figure func(lap) float64) float64 {
		var all []float64
		for _, l := range laps {
			all = append(all, figure(l))
		}
		return percentile(all, 50)
	}
	return rival{
		Name: e.name, Bar: e.bar, Rate: median(func(l lap) float64 { return l.rate }),
		CPU: median(func(l lap) float64 { return l.cpu }), Children: median(func(l lap) float64 { return l.children }),
	}
}

// race has everybody do the same in turns, after a round to warm up, and counts
// what they do in a second, in units of so many. The first one is LOX, p.
func (r *report) race(ctx context.Context, s scale, p *process, found race, rounds, unit int, all []entrant) error {
	laps := make([][]lap, len(all))
	for round := range rounds + 1 {
		for i, e := range all {
			done, err := e.turn(ctx, round, unit)
			if err != nil {
				return fmt.Errorf("%s, %w", found.Name, err)
			}
			if round > 0 {
				laps[i] = append(laps[i], done)
			}
		}
	}
	found.LOX = all[0].of(laps[0])
	for i, e := range all[1:] {
		other := e.of(laps[i+1])
		other.Ratio = pairedRatio(speeds(laps[0]), speeds(laps[i+1]))
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
			if _, err := all[0].turn(ctx, rounds+1, unit); err != nil {
				return err
			}
		}
		return nil
	})
}

func speeds(laps []lap) []float64 {
	var all []float64
	for _, l := range laps {
		all = append(all, l.rate)
	}
	return all
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
	fmt.Fprint(w, "\nWhat LOX stores and serves in a second, on its own PostgreSQL and disk, in turns with others; medians.\n"+
		"µs of the processors for each, or each MB: of the server (cpu), and of PostgreSQL if it has one (pg)\n\n")
	rows := [][]string{{"", "conns", "", "rate", "cpu", "pg", "LOX / it", "bar"}}
	for _, found := range r.Races {
		rows = append(rows, append([]string{found.Name, strconv.Itoa(found.Connections)}, found.LOX.columns(found.Unit)...))
		for _, o := range found.Others {
			rows = append(rows, append([]string{"", ""}, o.columns(found.Unit)...))
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

func (o rival) columns(unit string) []string {
	children := ""
	if o.Children > 0 {
		children = count(int(o.Children + 0.5))
	}
	return []string{
		o.Name, count(int(o.Rate+0.5)) + " " + unit, count(int(o.CPU + 0.5)), children, unlessZero(o.Ratio), unlessZero(o.Bar),
	}
}
