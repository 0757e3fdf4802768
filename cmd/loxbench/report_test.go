package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -999: "-999", -1000: "-1,000"} {
		assert.Equal(t, want, count(n))
	}
}

func TestOneMissedBarFailsTheReport(t *testing.T) {
	list := []comparison{{Workload: "list", Sizes: make([]figures, 1)}}
	ok, slow := hold("list", growth, 1, 1.2, 1.5), hold("list", growth, 1, 1.7, 1.5)
	fine, bad := inspection{Workload: "list", Passed: true}, inspection{Workload: "list", Faults: []string{"Sort"}}
	for _, c := range []struct {
		report
		passed bool
		shows  string
	}{
		{report{Bars: []verdict{ok}, Plans: []inspection{fine}}, true, "All bars are met"},
		{report{Bars: []verdict{ok, slow}, Plans: []inspection{fine}}, false, "MISSED"},
		{report{Results: list, Bars: []verdict{ok}, Plans: []inspection{fine, bad}}, false, "BAD: Sort"},
		{report{Results: list}, true, "no auto_explain"},
		{report{Deliveries: &deliveries{P50: 3, Drains: []drain{{Dispatchers: 3}}, Passed: true}}, true, "a queue, dispatchers: 3"},
		{report{Deliveries: &deliveries{Drains: []drain{{Twice: 1}}}}, false, "MISSED"},
	} {
		r := c.report
		r.Started, r.Sizes = time.Now(), []int{1000, 1_000_000}
		r.judge()
		assert.Equal(t, c.passed, r.Passed, c.shows)
		var out bytes.Buffer
		r.print(&out)
		assert.Contains(t, out.String(), c.shows)
	}
}

func TestLongLinesAreBroken(t *testing.T) {
	text := strings.TrimSpace(strings.Repeat("Index Scan backups_newest 21, ", 20))
	broken := indented(text)
	assert.Equal(t, strings.Fields(text), strings.Fields(broken))
	for line := range strings.Lines(broken) {
		assert.LessOrEqual(t, len(strings.TrimRight(line, "\n")), columns)
		assert.True(t, strings.HasPrefix(line, "  Index") || strings.HasPrefix(line, "  Scan") || strings.HasPrefix(line, "  backups") || strings.HasPrefix(line, "  21,"), line)
	}
	assert.Equal(t, "\n", indented(""))
}

func TestJSONHoldsTheReport(t *testing.T) {
	want := report{Sizes: []int{1000, 1_000_000}, Results: []comparison{{Workload: "list", Ratio: 1.25}}, Plans: []inspection{}, Passed: true}
	file := filepath.Join(t.TempDir(), "bench.json")
	require.NoError(t, want.writeJSON(file))
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	var got report
	require.NoError(t, json.Unmarshal(b, &got))
	assert.Equal(t, want, got)
}
