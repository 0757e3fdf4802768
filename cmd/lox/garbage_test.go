package main

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestGCPercent(t *testing.T) {
	const least = 16 << 20
	for name, c := range map[string]struct {
		live, roots, want uint64
	}{
		"nothing collected yet":  {0, 0, 100},
		"a quarter":              {4 << 20, 0, 300},
		"a quarter, with stacks": {4 << 20, 2 << 20, 200},
		"half":                   {8 << 20, 0, 100},
		"more than half":         {9 << 20, 0, 100},
		"more than all":          {1 << 40, 0, 100},
	} {
		assert.Equal(t, c.want, gcPercent(c.live, c.roots, least), name)
	}
}

// Kept memory counts from the next collection on, and again after it is released.
func TestSpareGarbage(t *testing.T) {
	t.Setenv("GOGC", "")
	debug.SetGCPercent(defaultGCPercent)
	runtime.GC() // before the first one nothing is known
	least := 8 * read("/gc/heap/live:bytes")[0]
	spareGarbage(least)
	runtime.GC()
	collectUntil(t, func(percent uint64) bool { return percent > 300 })
	kept := make([]byte, 2*least)
	runtime.GC()
	collectUntil(t, func(percent uint64) bool { return percent == defaultGCPercent })
	runtime.KeepAlive(kept)
	runtime.GC()
	collectUntil(t, func(percent uint64) bool { return percent > 300 })
}

// collectUntil collects garbage until GOGC has a value: the cleanup that sets it runs some time
// after a collection.
func collectUntil(t *testing.T, wanted func(percent uint64) bool) {
	t.Helper()
	require.Eventually(t, func() bool {
		runtime.GC()
		return wanted(read("/gc/gogc:percent")[0])
	}, 10*time.Second, time.Millisecond)
}
