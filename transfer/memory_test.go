package transfer

import (
	"context"
	"io"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The memory of client and server together doesn't depend on the size.
func TestMemory(t *testing.T) {
	f := onDisk(t)
	f.mustPush(random(mib)) // allocates what is allocated only once
	const size = 512 * mib
	source := openFile(t, nil)
	require.NoError(t, source.Truncate(size))
	for name, work := range map[string]func() error{
		"a file": func() error {
			b, err := f.push(source, nil)
			if err == nil {
				_, err = f.pull(b.ID, ToFile(filepath.Join(t.TempDir(), "file"), false), nil)
			}
			return err
		},
		"a stream": func() error {
			_, err := f.pushStream(io.NewSectionReader(source, 0, size), PushOptions{})
			return err
		},
	} {
		most := watchHeap(t, work)
		t.Logf("%s of %d MiB takes %d MiB", name, size/mib, most/mib)
		require.Less(t, most, uint64(32*mib), name)
	}
}

// watchHeap returns the maximum growth of the heap while a function runs. The parts of a stream
// aren't counted: newPartMemory has three of them.
func watchHeap(t *testing.T, work func() error) (most uint64) {
	t.Helper()
	alive := func() uint64 {
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return stats.HeapAlloc
	}
	before := alive()
	ctx, cancel := context.WithCancel(t.Context())
	var watching sync.WaitGroup
	watching.Go(func() {
		ticker := time.NewTicker(20 * time.Millisecond)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				most = max(most, alive())
			case <-ctx.Done():
				return
			}
		}
	})
	err := work()
	cancel()
	watching.Wait()
	require.NoError(t, err)
	return max(most, before) - before
}
