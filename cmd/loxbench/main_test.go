package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPercentileIsTheNearestRank(t *testing.T) {
	values := []int{50, 15, 40, 20, 35}
	for p, want := range map[float64]int{0: 15, 5: 15, 30: 20, 40: 20, 50: 35, 99: 50, 100: 50} {
		assert.Equal(t, want, percentile(values, p), "p%g", p)
	}
	assert.Equal(t, []int{50, 15, 40, 20, 35}, values, "the values stay as they are")
	assert.Zero(t, percentile([]int{}, 50))
}

// turnsOf are rounds of a second each.
func turnsOf(rates ...float64) (turns []turn) {
	for _, r := range rates {
		latency := time.Duration(1e9 / r)
		turns = append(turns, turn{units: r, took: time.Second, latencies: []time.Duration{latency}, server: 100 * time.Microsecond})
	}
	return turns
}

func TestAContestIsJudgedRoundByRound(t *testing.T) {
	// The machine became four times faster after two rounds. The medians of the two, 8 and 8, would show no difference.
	c := contest{name: "list", conns: 16, unit: "/s", contenders: []contender{
		{name: "LOX", bars: []bar{{serverCPU, 10, 16}, {p50, 100, 1}}},
		{name: "bare", bars: []bar{{rate, 1.5, 16}, {rate, 1.6, 0}, {p50, 0.7, 16}, {p50, 0.6, 16}, {rate, 9, 64}}},
	}}
	found, bars := c.judge([][]turn{turnsOf(2, 3, 12, 12, 8), turnsOf(2, 2, 8, 8, 8)})
	var passed []bool
	for _, f := range bars {
		passed = append(passed, f.Passed)
	}
	// CPU: 100 µs for 8 requests. Those at other connections are not held.
	assert.Equal(t, []bool{false, true, false, true, false}, passed)
	assert.InDelta(t, 12.5, found.Standings[0].Figures["server µs"], 1e-9)
	assert.InDelta(t, 1.5, found.Standings[1].Figures["LOX / rate"], 1e-9)
	assert.Equal(t, "list, LOX / bare", bars[1].Name)

	b := &bench{report: newReport()}
	b.Figures = bars
	b.finish(true)
	assert.False(t, b.Passed)
	b.Figures = bars[1:2]
	b.finish(true)
	assert.True(t, b.Passed)
}

func TestABarIsReachedOrNot(t *testing.T) {
	for _, c := range []struct {
		measure    measure
		found, bar float64
		passed     bool
	}{
		{rate, 0.85, 0.85, true}, {rate, 0.849, 0.85, false}, {rate, 0, 0.85, false},
		{p50, 1.1, 1.1, true}, {p50, 1.101, 1.1, false}, {serverCPU, 0, 60, false}, {p50, 9, 0, true},
	} {
		f := figureOf("list", 16, c.measure, c.found, c.bar)
		assert.Equal(t, c.passed, f.Passed, "%+v", c)
		var out bytes.Buffer
		(&report{Figures: []figure{f}}).print(&out)
		assert.Equal(t, !c.passed, strings.Contains(out.String(), "MISSED"))
	}
}

func TestOnlyMoreThanIsKeptFails(t *testing.T) {
	kept := map[string]float64{"list": 1000, "get": 20}
	for found, passed := range map[float64]bool{500: true, 1050: true, 1051: false, 0: false} {
		assert.Equal(t, passed, held("list", found, kept).Passed, "%g", found)
	}
	assert.True(t, held("get", 23, kept).Passed)
	assert.False(t, held("get", 24, kept).Passed)
	assert.False(t, held("another", 1, kept).Passed, "nothing is kept of it")
	require.NoError(t, json.Unmarshal(keptJSON, &kept))
	for _, w := range workloads {
		assert.Contains(t, kept, w.name)
	}
}

func TestWhatIsMeasured(t *testing.T) {
	for _, c := range []struct {
		options options
		first   string
		number  int
	}{
		{options{}, "allocations", len(sections)}, {options{short: true}, "allocations", 1}, {options{short: true, only: "start"}, "start-up", 1},
		{options{only: "get one"}, "allocations", 3}, {options{peers: true, only: "GiB"}, "1 GiB", 1},
	} {
		wanted := c.options.wanted()
		require.Len(t, wanted, c.number)
		assert.Equal(t, c.first, wanted[0].name)
	}
}

func TestTogetherEndsWithTheFirstFailure(t *testing.T) {
	seen := make([]int, 100)
	assert.Len(t, together(4, upTo(100), func(_, i int) { seen[i]++ }), 100)
	assert.Equal(t, slices.Repeat([]int{1}, 100), seen)
	err := caught(func() {
		together(1, upTo(100), func(_, i int) {
			if seen[i]++; i == 7 {
				check(errors.New("full"))
			}
		})
	})
	require.ErrorContains(t, err, "full")
	assert.Equal(t, 1, seen[8])
}

func TestPathsOfLists(t *testing.T) {
	path := named("list of a status between two times").request(&tenant{}, 0).path
	assert.Regexp(t, `^/api/v1/backups\?created_after=[0-9-]+T07%3A00%3A00Z&created_before=[0-9-]+T19%3A00%3A00Z&status=completed$`, path)
	assert.Equal(t, "/api/v1/backups", named("list").request(&tenant{}, 0).path)
	assert.Equal(t, "/api/v1/backups?offset=900", named("list by offset, 90 % down").request(&tenant{backups: 1000}, 0).path)
}

func TestAnswersAreAlike(t *testing.T) {
	a := []byte(`{"id":"bkp_1","download_url":"http://a","size_bytes":1}`)
	assert.True(t, alike(a, []byte(`{"id":"bkp_2","download_url":"http://b","size_bytes":1}`)))
	assert.False(t, alike(a, []byte(`{"id":"bkp_1","download_url":"http://a","size_bytes":2}`)))
}

func TestInlineTakesTheWholeNumber(t *testing.T) {
	values := slices.Repeat([]string{""}, 11)
	values[0], values[9], values[10] = "a", "j", "k"
	assert.Equal(t, "k, a, j", inline("$11, $1, $10", values...))
	assert.InDelta(t, 35724.18, readFigure("latency average = 0.448 ms\ntps = 35724.18 (without", `\btps = ([0-9.]+)`), 1e-9)
	assert.ErrorContains(t, caught(func() { readFigure("pgbench: error: no", "tps") }), "pgbench: error: no")
}
