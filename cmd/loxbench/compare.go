package main

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// comparison is what one workload costs on tenants of all sizes, and on the
// largest of them below the ceiling.
type comparison struct {
	Workload    string    `json:"workload"`
	Connections int       `json:"connections"`
	Sizes       []figures `json:"sizes"` // of LOX, ascending
	Bare        *figures  `json:"bare,omitempty"`
	// Ratio of the largest side to the smallest: the median over the rounds of
	// the ratio of their median latencies. 0 if there is one size.
	Ratio float64 `json:"ratio,omitempty"`
	// Bar is the most that Ratio may be; 0 is none.
	Bar float64 `json:"bar,omitempty"`
	// OfBare is the median over the rounds of LOX's requests per second to those
	// of the ceiling, TailOfBare that of their 99th percentiles.
	OfBare     float64 `json:"of_bare,omitempty"`
	TailOfBare float64 `json:"p99_of_bare,omitempty"`
}

// figures are those of one server asked for one side, over all rounds.
type figures struct {
	Backups  int     `json:"backups"`
	Requests int     `json:"requests"`
	P50      float64 `json:"p50_ms"` // median over the rounds of each round's
	P99      float64 `json:"p99_ms"` // of all requests
	Rate     float64 `json:"requests_per_second"`
	// Microseconds of the processors that a request took; 0 is unknown.
	ServerCPU   float64 `json:"server_cpu_us"`
	PostgresCPU float64 `json:"postgresql_cpu_us"`
	// Allocations are the objects that a request allocates in the server. They
	// are counted with one connection.
	Allocations float64 `json:"allocations,omitempty"`
}

// contender is a server asked for one side.
type contender struct {
	*process
	*side

	work workload
}

func (c contender) request(i int) request { return c.work.request(c.side, i) }

// dial connects to the server of a contender.
func (c contender) dial(ctx context.Context, conns int) (*client, error) {
	return dial(ctx, target{c.addr, c.base, cmp.Or(c.work.status, http.StatusOK)}, conns)
}

// contenders are LOX with tenants of all sizes, and the ceiling with the
// largest.
func contenders(h *testbed, sides []*side, w workload) (all []contender) {
	if w.unsized {
		sides = sides[len(sides)-1:]
	}
	for _, side := range sides {
		all = append(all, contender{h.lox, side, w})
	}
	if !w.unmatched() {
		all = append(all, contender{h.bare, sides[len(sides)-1], w})
	}
	return all
}

// turns measures contenders one after another, round by round, after a warm-up.
// Noise that lasts longer than a round hits all of them; a median over the
// rounds leaves out those in which it began or ended.
func turns(ctx context.Context, h *testbed, s scale, all []contender, conns int) (rounds [][]slice, err error) {
	rounds = make([][]slice, len(all))
	clients := make([]*client, len(all))
	for i, of := range all {
		if clients[i], err = of.dial(ctx, conns); err != nil {
			return nil, err
		}
		defer clients[i].close()
	}
	for round := range s.rounds + 1 {
		for i, of := range all {
			offset := round * sampledIDs / (s.rounds + 1) // each round gets others
			before := h.cpu(of.process)
			done, err := clients[i].drive(ctx, s.slice, func(n int) request { return of.request(offset + n) })
			if err != nil {
				return nil, err
			}
			done.cpu = h.cpu(of.process).sub(before)
			if round > 0 { // the first is the warm-up
				rounds[i] = append(rounds[i], done)
			}
		}
	}
	for _, of := range all {
		if err := of.log.Truncate(0); err != nil {
			return nil, err
		}
	}
	return rounds, nil
}

// compare measures a workload of all contenders in turns.
func compare(ctx context.Context, h *testbed, s scale, sides []*side, w workload, conns int) (comparison, error) {
	all := contenders(h, sides, w)
	result := comparison{Workload: w.name, Connections: conns, Bar: w.growthBar()}
	rounds, err := turns(ctx, h, s, all, conns)
	if err != nil {
		return result, err
	}
	for i, of := range all {
		f := summarize(of.rows, rounds[i])
		if conns == 1 && of.side == all[len(all)-1].side && (of.process == h.lox || !s.gate) {
			if f.Allocations, err = allocations(ctx, of); err != nil {
				return result, err
			}
		}
		if of.process == h.bare {
			result.Bare = &f
			result.OfBare = pairedRatio(rates(rounds[i-1]), rates(rounds[i]))
			result.TailOfBare = pairedRatio(percentiles(rounds[i-1], 99), percentiles(rounds[i], 99))
		} else {
			result.Sizes = append(result.Sizes, f)
		}
	}
	largest := len(result.Sizes) - 1
	if largest > 0 {
		result.Ratio = pairedRatio(percentiles(rounds[largest], 50), percentiles(rounds[0], 50))
	}
	if s.profiles != "" {
		file := fmt.Sprintf("%s-%d.pprof", strings.ReplaceAll(w.name, " ", "-"), conns)
		err = profile(ctx, filepath.Join(s.profiles, file), all[largest], conns)
	}
	return result, err
}

func summarize(backups int, rounds []slice) figures {
	var all []time.Duration
	var elapsed time.Duration
	var cpu usage
	for _, round := range rounds {
		all = append(all, round.latencies...)
		elapsed += round.elapsed
		cpu.server, cpu.postgres = cpu.server+round.cpu.server, cpu.postgres+round.cpu.postgres
	}
	each := func(d time.Duration) float64 { return float64(d.Microseconds()) / float64(len(all)) }
	return figures{
		Backups: backups, Requests: len(all),
		P50:  ms(percentile(percentiles(rounds, 50), 50)),
		P99:  ms(percentile(all, 99)),
		Rate: float64(len(all)) / elapsed.Seconds(), ServerCPU: each(cpu.server), PostgresCPU: each(cpu.postgres),
	}
}

// percentiles are those of each round.
func percentiles(rounds []slice, p float64) []float64 {
	var each []float64
	for _, round := range rounds {
		each = append(each, float64(percentile(round.latencies, p)))
	}
	return each
}

func rates(rounds []slice) []float64 {
	var each []float64
	for _, round := range rounds {
		each = append(each, float64(len(round.latencies))/round.elapsed.Seconds())
	}
	return each
}

// percentile returns the smallest value that p per cent of all values don't
// exceed (the nearest-rank method), and 0 of none.
func percentile[T cmp.Ordered](values []T, p float64) T {
	if len(values) == 0 {
		var zero T
		return zero
	}
	sorted := slices.Sorted(slices.Values(values))
	rank := int(math.Ceil(p / 100 * float64(len(sorted))))
	return sorted[min(max(rank, 1), len(sorted))-1]
}

// pairedRatio returns the median of a[i]/b[i].
func pairedRatio(a, b []float64) float64 {
	ratios := make([]float64, 0, len(a))
	for i := range a {
		ratios = append(ratios, a[i]/b[i])
	}
	return percentile(ratios, 50)
}

func ms[T time.Duration | float64](d T) float64 {
	return float64(time.Duration(d).Microseconds()) / 1000
}
