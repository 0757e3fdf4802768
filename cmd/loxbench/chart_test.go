package main

import (
	"encoding/xml"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestChartHasAPanelForEachWorkloadOfSeveralSizes(t *testing.T) {
	sizes := []figures{{Backups: 1000, P50: 1}, {Backups: 10_000, P50: 2}, {Backups: 100_000, P50: 4}}
	r := &report{Results: []comparison{
		{Workload: "list <all>", Connections: 1, Sizes: sizes, Bare: &figures{Backups: 100_000, P50: 3}, Bar: 1.5},
		{Workload: "list <all>", Connections: 16, Sizes: sizes},
		{Workload: "create", Connections: 1, Sizes: sizes[2:]},
	}}
	drawn := r.chart()
	for decoder := xml.NewDecoder(strings.NewReader(drawn)); ; {
		if _, err := decoder.Token(); err != nil {
			require.ErrorIs(t, err, io.EOF)
			break
		}
	}
	assert.Equal(t, 1, strings.Count(drawn, "list &lt;all&gt;"))
	assert.Equal(t, len(sizes)+1, strings.Count(drawn, "<circle"))
	// Ten times as many are half of the way, and 4 ms are 1/1.25 of the height.
	assert.Contains(t, drawn, `points="48.0,134.8 164.0,109.6 280.0,59.2"`)
	assert.NotContains(t, drawn, "create")

	r.Results = r.Results[2:]
	assert.ErrorContains(t, r.writeChart(filepath.Join(t.TempDir(), "chart.svg")), "nothing was measured")
}
