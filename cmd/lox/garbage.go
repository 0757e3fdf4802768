package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

const (
	// startGCPercent is GOGC during the start: garbage up to this percentage of the heap in use isn't worth
	// collecting. With fewer collections a start takes 70 ms of processor time instead of 100, and 4 MiB
	// more memory at its peak.
	startGCPercent = 400
	// defaultGCPercent is Go's default of GOGC.
	defaultGCPercent = 100
	// leastHeap is the heap size, in bytes, below which a collection isn't worth it. By default Go collects
	// whenever there is as much garbage as heap in use. Here that is so little that the collector took a
	// tenth of all work.
	leastHeap = 16 << 20
)

// spareGarbage keeps Go's default of garbage collection, but lets no collection begin before the heap has
// grown to least bytes. It does nothing if GOGC is set.
func spareGarbage(least uint64) {
	if os.Getenv("GOGC") != "" {
		return
	}
	var collected func()
	collected = func() {
		now := read("/gc/gogc:percent", "/gc/heap/live:bytes", "/gc/scan/stack:bytes", "/gc/scan/globals:bytes")
		if percent := gcPercent(now[1], now[2]+now[3], least); percent != now[0] {
			debug.SetGCPercent(int(percent)) // SetGCPercent stops the world for a moment
		}
		// The new pointer is garbage at once, so its cleanup runs after the next collection.
		runtime.AddCleanup(new(*int), func(struct{}) { collected() }, struct{}{})
	}
	collected()
}

// gcPercent returns the GOGC with which a heap with live bytes in use grows to least, or further if it does
// by default. The collector lets the heap grow by this percentage of all that it scans, which includes the
// roots.
func gcPercent(live, roots, least uint64) uint64 {
	const step = 10 // rounds the result, so that it doesn't change with every collection
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
