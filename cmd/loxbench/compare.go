package main

import (
	"cmp"
	"context"
	"errors"
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
	Bar    float64 `json:"bar,omitempty"`
	Passed bool    `json:"passed"`
	// OfBare is the median over the rounds of LOX's requests per second to those
	// of the ceiling.
	OfBare float64 `json:"of_bare,omitempty"`
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
	// are counted with one connection, and not of what is slow.
	Allocations float64 `json:"allocations,omitempty"`
}

// contender is a server asked for one side.
type contender struct {
	*process
	*side
}

// contenders are LOX with tenants of all sizes, and the ceiling with the
// largest.
func contenders(h *house, sides []*side, w workload) (all []contender) {
	if w.unsized {
		sides = sides[len(sides)-1:]
	}
	for _, side := range sides {
		all = append(all, contender{h.product, side})
	}
	if w.cuts == 0 {
		all = append(all, contender{h.bare, sides[len(sides)-1]})
	}
	return all
}

// compare measures a workload of all contenders in turns, after a warm-up. Noise
// that lasts longer than a round hits all of them; the median over the rounds
// leaves out the rounds in which it began or ended.
func compare(ctx context.Context, h *house, s scale, sides []*side, w workload, conns int) (comparison, error) {
	all := contenders(h, sides, w)
	rounds := make([][]slice, len(all))
	clients := make([]*client, len(all))
	for i, of := range all {
		var err error
		if clients[i], err = dial(ctx, target{of.addr, of.base, cmp.Or(w.status, http.StatusOK)}, conns); err != nil {
			return comparison{}, err
		}
		defer clients[i].close()
	}
	for round := range s.rounds + 1 {
		for i, of := range all {
			offset := round * sampledIDs / (s.rounds + 1) // each round gets others
			before := h.cpu(of.process)
			done, err := clients[i].drive(ctx, s.slice, func(n int) request { return w.request(of.side, offset+n) })
			if err != nil {
				return comparison{}, err
			}
			done.cpu = h.cpu(of.process).sub(before)
			if round > 0 { // the first is the warm-up
				rounds[i] = append(rounds[i], done)
			}
		}
	}
	if largest := len(all) - 1; s.profiles != "" && !w.slow {
		if all[largest].process == h.bare {
			largest--
		}
		file := filepath.Join(s.profiles, fmt.Sprintf("%s-%d.pprof", strings.ReplaceAll(w.name, " ", "-"), conns))
		if err := profile(ctx, file, h.product, func(ctx context.Context, d time.Duration) error {
			_, err := clients[largest].drive(ctx, d, func(n int) request { return w.request(all[largest].side, n) })
			return err
		}); err != nil {
			return comparison{}, err
		}
	}
	result := comparison{Workload: w.name, Connections: conns, Bar: w.bar}
	for i, of := range all {
		f := summarize(of.rows, rounds[i])
		if conns == 1 && !w.slow && of.side == all[len(all)-1].side {
			var err error
			if f.Allocations, err = allocations(ctx, clients[i], of, w); err != nil {
				return result, err
			}
		}
		if of.process == h.bare {
			result.Bare = &f
			result.OfBare = pairedRatio(rates(rounds[i-1]), rates(rounds[i]))
		} else {
			result.Sizes = append(result.Sizes, f)
		}
	}
	if largest := len(result.Sizes) - 1; largest > 0 {
		result.Ratio = pairedRatio(medians(rounds[largest]), medians(rounds[0]))
	}
	result.Passed = result.Bar == 0 || result.Ratio <= result.Bar
	return result, errors.Join(h.product.log.Truncate(0), h.bare.log.Truncate(0))
}

// Allocations are counted over so many requests, so many times.
const counted, countings = 600, 3

// allocations counts what one request allocates in a server: the least of
// several counts, since what the server does beside the requests counts too.
func allocations(ctx context.Context, c *client, of contender, w workload) (float64, error) {
	before, err := of.mallocs(ctx)
	if err != nil {
		return 0, err
	}
	count := func(requests int) (spent float64, err error) {
		if _, err := c.send(ctx, func(sent int) bool { return sent < requests }, func(n int) request { return w.request(of.side, n) }); err != nil {
			return 0, err
		}
		after, err := of.mallocs(ctx)
		spent, before = after-before, after
		return spent, err
	}
	least, reading := math.Inf(1), math.Inf(1) // the reading itself allocates, too
	for range countings {
		none, err := count(0)
		if err != nil {
			return 0, err
		}
		some, err := count(counted)
		if err != nil {
			return 0, err
		}
		least, reading = min(least, some), min(reading, none)
	}
	return (least - reading) / counted, nil
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
		P50:  ms(percentile(medians(rounds), 50)),
		P99:  ms(percentile(all, 99)),
		Rate: float64(len(all)) / elapsed.Seconds(), ServerCPU: each(cpu.server), PostgresCPU: each(cpu.postgres),
	}
}

func medians(rounds []slice) []float64 {
	var each []float64
	for _, round := range rounds {
		each = append(each, float64(percentile(round.latencies, 50)))
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
