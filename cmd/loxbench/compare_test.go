package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestPercentileIsTheNearestRank(t *testing.T) {
	values := []int{50, 15, 40, 20, 35}
	for p, want := range map[float64]int{0: 15, 5: 15, 30: 20, 40: 20, 50: 35, 99: 50, 100: 50} {
		assert.Equal(t, want, percentile(values, p), "p%g", p)
	}
	assert.Equal(t, []int{50, 15, 40, 20, 35}, values, "the values stay as they are")
	assert.Equal(t, 7, percentile([]int{7}, 99))
	assert.Zero(t, percentile([]int{}, 50))
}

func TestPairedRatioComparesRoundByRound(t *testing.T) {
	// The machine became four times slower after two rounds. The medians of the
	// two sides, 8 and 8, would show no difference.
	small := []float64{2, 2, 8, 8, 8}
	large := []float64{2, 3, 12, 12, 8}
	assert.InDelta(t, 1.5, pairedRatio(large, small), 1e-9)
}

func TestSummarize(t *testing.T) {
	rounds := []slice{
		{latencies: []time.Duration{time.Millisecond, 2 * time.Millisecond, 3 * time.Millisecond}, elapsed: 250 * time.Millisecond, cpu: usage{server: 30 * time.Microsecond}},
		{latencies: []time.Duration{4 * time.Millisecond}, elapsed: 250 * time.Millisecond},
		{latencies: []time.Duration{9 * time.Millisecond}, elapsed: 500 * time.Millisecond, cpu: usage{20 * time.Microsecond, 100 * time.Microsecond}},
	}
	assert.Equal(t, figures{Backups: 1000, Requests: 5, P50: 4, P99: 9, Rate: 5, ServerCPU: 10, PostgresCPU: 20}, summarize(1000, rounds))
}
