package main

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"
)

// comparison is what one workload costs on both sides.
type comparison struct {
	Workload    string  `json:"workload"`
	Connections int     `json:"connections"`
	Small       figures `json:"small"`
	Large       figures `json:"large"`
	// Ratio of the large side to the small one: the median over the rounds of
	// the ratio of their median latencies.
	Ratio float64 `json:"ratio"`
	// Bar is the most that Ratio may be; 0 is none.
	Bar    float64 `json:"bar,omitempty"`
	Passed bool    `json:"passed"`
}

// figures are those of one side, over all rounds.
type figures struct {
	Backups  int     `json:"backups"`
	Requests int     `json:"requests"`
	P50      float64 `json:"p50_ms"` // median over the rounds of each round's
	P99      float64 `json:"p99_ms"` // of all requests
	Rate     float64 `json:"requests_per_second"`
}

// compare measures a workload on both sides in turns, after a warm-up. Noise
// that lasts longer than a round hits both; the median over the rounds leaves
// out the rounds in which it began or ended.
func compare(ctx context.Context, h *house, s scale, sides []*side, w workload, conns int) (comparison, error) {
	c := newClient(conns)
	defer c.close()
	rounds := make([][]slice, len(sides))
	for round := range s.rounds + 1 {
		for i, side := range sides {
			offset := round * sampledIDs / (s.rounds + 1) // each round gets others
			done, err := c.drive(ctx, s.slice, side.key, func(n int) string { return h.url + w.path(side, offset+n) })
			if err != nil {
				return comparison{}, err
			}
			if round > 0 { // the first is the warm-up
				rounds[i] = append(rounds[i], done)
			}
		}
	}
	small, large := summarize(sides[0].rows, rounds[0]), summarize(sides[1].rows, rounds[1])
	result := comparison{
		Workload: w.name, Connections: conns, Small: small, Large: large,
		Ratio: pairedRatio(medians(rounds[1]), medians(rounds[0])), Bar: w.bar,
	}
	result.Passed = result.Bar == 0 || result.Ratio <= result.Bar
	return result, nil
}

func summarize(backups int, rounds []slice) figures {
	var all []time.Duration
	var elapsed time.Duration
	for _, round := range rounds {
		all = append(all, round.latencies...)
		elapsed += round.elapsed
	}
	return figures{
		Backups: backups, Requests: len(all),
		P50:  ms(percentile(medians(rounds), 50)),
		P99:  ms(percentile(all, 99)),
		Rate: float64(len(all)) / elapsed.Seconds(),
	}
}

func medians(rounds []slice) []time.Duration {
	var each []time.Duration
	for _, round := range rounds {
		each = append(each, percentile(round.latencies, 50))
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
func pairedRatio(a, b []time.Duration) float64 {
	ratios := make([]float64, 0, len(a))
	for i := range a {
		ratios = append(ratios, float64(a[i])/float64(b[i]))
	}
	return percentile(ratios, 50)
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
