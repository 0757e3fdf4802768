package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

const (
	// startGCPercent is how much garbage may come up at the start, in percent of
	// what is in use: it isn't worth collecting. With less of that a start takes
	// 70 ms of processor time instead of 100, and 4 MiB more at its height.
	startGCPercent = 400
	// defaultGCPercent is Go's own.
	defaultGCPercent = 100
	// leastHeap is how many bytes of heap aren't worth collecting garbage from.
	// By default it would be collected whenever it is as much as what is in use,
	// which is so little here that the collector took a tenth of all work.
	leastHeap = 16 << 20
)

// spareGarbage has garbage collected as Go does by default, but no earlier than
// when the heap has grown to least bytes. Who sets GOGC has it as set.
func spareGarbage(least uint64) {
	if os.Getenv("GOGC") != "" {
		return
	}
	var collected func()
	collected = func() {
		now := read("/gc/gogc:percent", "/gc/heap/live:bytes", "/gc/scan/stack:bytes", "/gc/scan/globals:bytes")
		if percent := gcPercent(now[1], now[2]+now[3], least); percent != now[0] {
			debug.SetGCPercent(int(percent)) // stops the world for a moment
		}
		// It is garbage at once, so that its cleanup runs after the next collection.
		runtime.AddCleanup(new(*int), func(struct{}) { collected() }, struct{}{})
	}
	collected()
}

// gcPercent is the GOGC by which a heap with so many bytes in use grows to least,
// or to more if that is what it does by default. The collector lets it grow by so
// many percent of all that it goes through: of the roots, too.
func gcPercent(live, roots, least uint64) uint64 {
	const step = 10 // so that it doesn't change with every collection
	if live == 0 || live >= least {
		return defaultGCPercent
	}
	return max(defaultGCPercent, (least-live)*100/(live+roots)/step*step)
}

// read reads metrics of the runtime.
func read(names ...string) []uint64 {
	samples, values := make([]metrics.Sample, len(names)), make([]uint64, len(names))
	for i, name := range names {
		samples[i].Name = name
	}
	metrics.Read(samples)
	for i := range samples {
		values[i] = samples[i].Value.Uint64()
	}
	return values
}
