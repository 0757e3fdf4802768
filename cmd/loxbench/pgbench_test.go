package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFiguresOfPgbench(t *testing.T) {
	const printed = `pgbench (15.20 (Debian 15.20-0+deb12u1))
number of transactions actually processed: 71405
number of failed transactions: 0 (0.000%)
latency average = 0.448 ms
initial connection time = 13.508 ms
tps = 35724.180364 (without initial connection time)
`
	var a alone
	require.NoError(t, a.read(printed))
	assert.Equal(t, alone{Latency: 0.448, Rate: 35724.180364}, a)
	assert.ErrorContains(t, a.read("pgbench: error: no"), "pgbench: error: no")
}

func TestInlineTakesTheWholeNumber(t *testing.T) {
	values := make([]string, 11)
	values[0], values[9], values[10] = "a", "j", "k"
	assert.Equal(t, "k, a, j", inline("$11, $1, $10", values...))
}
