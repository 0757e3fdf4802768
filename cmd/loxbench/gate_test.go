package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func measured(allocations float64, trips int) *report {
	return &report{
		Sizes:   []int{1000},
		Results: []comparison{{Workload: "list", Connections: 1, Sizes: []figures{{Allocations: allocations}}}},
		Plans:   []inspection{{Workload: "list", Trips: trips, Passed: true}},
	}
}

func TestOnlyMoreThanIsKeptFails(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kept.json")
	require.NoError(t, measured(1000, 1).writeKept(file))
	kept, err := os.ReadFile(file)
	require.NoError(t, err)
	for _, c := range []struct {
		allocations float64
		trips       int
		passed      bool
	}{{1000, 1, true}, {1050, 1, true}, {1051, 1, false}, {500, 1, true}, {1000, 2, false}, {1000, 0, true}} {
		r := measured(c.allocations, c.trips)
		require.NoError(t, r.compareKept(kept))
		r.judge()
		assert.Equal(t, c.passed, r.Passed, "%+v", c)
		var out bytes.Buffer
		r.printKept(&out)
		assert.Equal(t, !c.passed, bytes.Contains(out.Bytes(), []byte("MORE")))
	}
	r := measured(1, 0)
	require.NoError(t, r.compareKept([]byte(`{"another": {}}`)))
	r.judge()
	assert.False(t, r.Passed, "nothing is kept of it")
}

func TestAFewAllocationsAreNoRegression(t *testing.T) {
	for kept, most := range map[float64]float64{0: 3, 20: 23, 60: 63, 61: 64.05, 1000: 1050} {
		assert.InDelta(t, most, frugality{Allocations: kept}.atMost(), 1e-9, "%g", kept)
	}
}

func TestSomethingIsKeptOfEveryWorkload(t *testing.T) {
	r := &report{}
	for _, w := range workloads(r.Started) {
		r.Results = append(r.Results, comparison{Workload: w.name, Connections: 1, Sizes: make([]figures, 1)})
	}
	require.NoError(t, r.compareKept(keptJSON))
	for _, k := range r.Kept {
		assert.True(t, k.Passed, k.Workload)
	}
}
