package main

import (
	"cmp"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
)

// contest has contenders do the same work in turns. Noise that lasts longer than a round hits all
// of them, and a median over the rounds leaves out the rounds in which it began or ended.
type contest struct {
	name       string
	conns      int
	unit       string // of rates
	rounds     int    // after one to warm up
	contenders []contender
}

// contender does the work of a contest. The first contender of a contest is LOX.
type contender struct {
	name string
	of   *child // whose CPU time counts
	// turn works once. Unless it says how long it took, it is timed.
	turn func(round int) turn
	// before and after are not measured; nil does nothing.
	before, after func(round int)
	// bars of LOX hold its own figures, bars of another contender hold the ratio of LOX to it.
	bars []bar
}

// turn is what a contender did in a round.
type turn struct {
	units     float64 // requests, or MB
	took      time.Duration
	latencies []time.Duration // of each request
	// CPU time of the server, of its PostgreSQL, and of the client if that is a process of its own.
	server, postgres, client time.Duration
	serverPeak, clientPeak   float64 // of resident memory, in MiB; 0 is unknown
}

// measure is what bars are about.
type measure struct {
	name   string
	atMost bool
	of     func(turn) float64
}

var (
	rate      = measure{"rate", false, func(t turn) float64 { return t.units / t.took.Seconds() }}
	p50       = measure{"p50 ms", true, func(t turn) float64 { return ms(percentile(t.latencies, 50)) }}
	p99       = measure{"p99 ms", true, func(t turn) float64 { return ms(percentile(t.latencies, 99)) }}
	serverCPU = measure{"server µs", true, func(t turn) float64 { return perUnit(t, t.server) }}

	// measures are all. Of the first ones, the ratios of LOX to a contender are computed, too.
	measures = []measure{
		rate, p50, p99, serverCPU,
		{"pg µs", true, func(t turn) float64 { return perUnit(t, t.postgres) }},
		{"client µs", true, func(t turn) float64 { return perUnit(t, t.client) }},
		{"server MiB", true, func(t turn) float64 { return t.serverPeak }},
		{"client MiB", true, func(t turn) float64 { return t.clientPeak }},
	}
)

const (
	compared = 3        // so many of the measures
	ratioOf  = "LOX / " // begins the names of ratios
)

func perUnit(t turn, cpu time.Duration) float64 { return float64(cpu.Microseconds()) / t.units }

// bar is what LOX has to reach.
type bar struct {
	measure
	value float64
	conns int // 0: however many
}

func least(ratio float64) []bar { return []bar{{measure: rate, value: ratio}} }

// result is the outcome of a contest.
type result struct {
	Name        string     `json:"name"`
	Connections int        `json:"connections,omitempty"`
	Unit        string     `json:"unit"`
	Standings   []standing `json:"standings"`
}

// standing is how a contender did: medians over the rounds, and LOX's ratios to it, by measure.
type standing struct {
	Name    string             `json:"name"`
	Figures map[string]float64 `json:"figures"`
}

// roundsOf is how many rounds a contest has.
func (o options) roundsOf(usual int) int {
	if o.short {
		return 1
	}
	return cmp.Or(o.rounds, usual)
}

// compete runs a contest, and holds LOX to its bars. -profiles has LOX profiled at the work.
func (b *bench) compete(c contest) {
	rounds := b.roundsOf(c.rounds)
	turns := make([][]turn, len(c.contenders))
	var profiled errgroup.Group
	if lox := c.contenders[0].of; b.profiles != "" && lox.metrics != "" {
		profiled.Go(func() error { return b.profile(lox, fmt.Sprint(c.name, " ", c.conns)) })
	}
	for round := range rounds + 1 {
		for i, of := range c.contenders {
			done, err := of.compete(round)
			if err != nil {
				check(fmt.Errorf("%s, %s: %w", c.name, of.name, err))
			}
			if round > 0 {
				turns[i] = append(turns[i], done)
			}
		}
	}
	check(profiled.Wait())
	found, figures := c.judge(turns)
	b.Contests = append(b.Contests, found)
	if !b.short { // which judges nothing by time
		b.Figures = append(b.Figures, figures...)
	}
}

// profile writes a CPU profile of the next seconds.
func (b *bench) profile(s *child, name string) error {
	return caught(func() {
		file := filepath.Join(b.profiles, strings.NewReplacer(" ", "-", ",", "", "%", "", ":", "").Replace(name)+".pprof")
		check(os.WriteFile(file, b.fetch("http://"+s.metrics+"/debug/pprof/profile?seconds=3", ""), 0o644))
	})
}

// compete takes one turn.
func (c contender) compete(round int) (done turn, err error) {
	err = caught(func() {
		if c.before != nil {
			c.before(round)
		}
		server, postgres := c.of.cpu()
		began := time.Now()
		done = c.turn(round)
		done.took = cmp.Or(done.took, time.Since(began))
		serverAfter, postgresAfter := c.of.cpu()
		done.server, done.postgres = serverAfter-server, postgresAfter-postgres
		if c.after != nil {
			c.after(round)
		}
	})
	return done, err
}

// judge computes the outcome of a contest from the turns of each contender.
func (c contest) judge(turns [][]turn) (found result, bars []figure) {
	found = result{Name: c.name, Connections: c.conns, Unit: c.unit}
	for i, of := range c.contenders {
		s, name, prefix := standing{of.name, map[string]float64{}}, c.name, ""
		for n, m := range measures {
			if s.Figures[m.name] = median(turns[i], m.of); i > 0 && n < compared {
				s.Figures[ratioOf+m.name] = pairedRatio(m, turns[0], turns[i])
			}
		}
		if i > 0 {
			name, prefix = c.name+", LOX / "+of.name, ratioOf
		}
		found.Standings = append(found.Standings, s)
		for _, bar := range of.bars {
			if bar.conns == 0 || bar.conns == c.conns {
				bars = append(bars, figureOf(name, c.conns, bar.measure, s.Figures[prefix+bar.name], bar.value))
			}
		}
	}
	return found, bars
}

// flushed has bytes of other contenders written to the disk before the turn of this one.
func flushed(before func(round int)) func(int) {
	return func(round int) {
		if before != nil {
			before(round)
		}
		syscall.Sync()
	}
}

// together has workers do something at the same time, each with another number, while more says
// so, and returns how long each took.
func together(workers int, more func(i int) bool, do func(worker, i int)) []time.Duration {
	var next, failed atomic.Int64
	var running sync.WaitGroup
	took, errs := make([][]time.Duration, workers), make([]error, workers)
	for w := range workers {
		running.Go(func() {
			for i := int(next.Add(1)) - 1; more(i) && failed.Load() == 0; i = int(next.Add(1)) - 1 {
				began := time.Now()
				if errs[w] = caught(func() { do(w, i) }); errs[w] != nil {
					failed.Add(1)
					return
				}
				took[w] = append(took[w], time.Since(began))
			}
		})
	}
	running.Wait()
	check(errs...)
	return slices.Concat(took...)
}

// upTo is for together: so many in all.
func upTo(n int) func(int) bool { return func(i int) bool { return i < n } }

// percentile returns the smallest value that p per cent of all values don't exceed (the
// nearest-rank method), and 0 of none.
func percentile[T cmp.Ordered](values []T, p float64) (found T) {
	if len(values) == 0 {
		return found
	}
	sorted := slices.Sorted(slices.Values(values))
	rank := int(math.Ceil(p / 100 * float64(len(sorted))))
	return sorted[min(max(rank, 1), len(sorted))-1]
}

// median is that of a figure over all turns.
func median(turns []turn, of func(turn) float64) float64 {
	var all []float64
	for _, t := range turns {
		all = append(all, of(t))
	}
	return percentile(all, 50)
}

// pairedRatio is the median over the rounds of the ratio of one contender to another; 0 if the
// other has no such figure.
func pairedRatio(m measure, of, to []turn) float64 {
	var all []float64
	for i := range of {
		if other := m.of(to[i]); other > 0 {
			all = append(all, m.of(of[i])/other)
		}
	}
	return percentile(all, 50)
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
