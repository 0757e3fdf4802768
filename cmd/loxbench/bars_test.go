package main

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestABarIsMetOrNot(t *testing.T) {
	for _, c := range []struct {
		measure    measure
		found, bar float64
		passed     bool
	}{
		{rateOfBare, 0.85, 0.85, true},
		{rateOfBare, 0.849, 0.85, false},
		{rateOfBare, 0, 0.85, false},
		{growth, 1.1, 1.1, true},
		{growth, 1.101, 1.1, false},
		{serverCPU, 0, 60, false}, // is not known
	} {
		v := hold("list", c.measure, 16, c.found, c.bar)
		assert.Equal(t, c.passed, v.Passed, "%+v", c)
		var out bytes.Buffer
		(&report{Bars: []verdict{v}}).printBars(&out)
		assert.Equal(t, !c.passed, bytes.Contains(out.Bytes(), []byte("MISSED")))
	}
}

func TestAWorkloadIsJudgedByItsBars(t *testing.T) {
	c := comparison{
		Workload: "get one", Ratio: 1.2, OfBare: 0.9, TailOfBare: 1.05,
		Sizes: []figures{{P50: 9, ServerCPU: 99}, {P50: 11, ServerCPU: 61}},
	}
	w := workload{name: "get one", bars: []bar{{rateOfBare, 0.85, 16}, {rateOfBare, 1, 64}, {tailOfBare, 1.1, 64}, {serverCPU, 60, 64}, {median, 10, 1}, grows(1.1)}}
	judged := func(conns int) map[string]bool {
		c.Connections = conns
		found := map[string]bool{}
		for _, v := range w.judge(c) {
			assert.Equal(t, conns, v.Connections)
			found[v.Measure] = v.Passed
		}
		return found
	}
	assert.Equal(t, map[string]bool{median.name: false, growth.name: false}, judged(1))
	assert.Equal(t, map[string]bool{rateOfBare.name: true, growth.name: false}, judged(16))
	assert.Equal(t, map[string]bool{rateOfBare.name: false, tailOfBare.name: true, serverCPU.name: false, growth.name: false}, judged(64))
	assert.InDelta(t, 1.1, w.growthBar(), 0)
	assert.Zero(t, workload{}.growthBar())
}

func TestEveryBarOfAWorkloadHasAFigure(t *testing.T) {
	for _, w := range workloads(time.Now()) {
		for _, b := range w.bars {
			assert.Positive(t, b.value, w.name)
			assert.NotPanics(t, func() { b.of(comparison{Sizes: make([]figures, 1)}) }, w.name)
			assert.False(t, w.unmatched() && (b.measure == rateOfBare || b.measure == tailOfBare), "%s has no ceiling", w.name)
			assert.False(t, w.unsized && b.measure == growth, "%s is measured at one size", w.name)
		}
	}
}
