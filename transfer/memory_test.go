package transfer

import (
	"context"
	"io"
	"net/http"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The memory of client and server together doesn't depend on the size, and a large file needs few requests:
// URLs of parts are requested together, because the API counts requests.
func TestMemoryAndRequests(t *testing.T) {
	f := onDisk(t)
	f.mustPush(random(mib)) // allocates what is allocated only once
	var forParts atomic.Int64
	f.toAPI = func(r *http.Request, direct http.RoundTripper) (*http.Response, error) {
		if strings.HasSuffix(r.URL.Path, "/parts") {
			forParts.Add(1)
		}
		return direct.RoundTrip(r)
	}
	const size = 512 * mib
	source := openFile(t, nil)
	require.NoError(t, source.Truncate(size))
	var pushed Backup
	for _, test := range []struct {
		name     string
		work     func() error
		requests int64
	}{
		{"push a file", func() (err error) {
			pushed, err = f.push(source, nil)
			return err
		}, 5}, // 4, 8, 16, 32 and 4 parts
		{"pull a file", func() error {
			_, err := f.pull(pushed.ID, ToFile(filepath.Join(t.TempDir(), "file"), false), nil)
			return err
		}, 0},
		{"push a stream", func() error {
			_, err := f.pushStream(io.NewSectionReader(source, 0, size), PushOptions{})
			return err
		}, 6}, // at most: 1, 1, 2, 4, 8 and more parts
	} {
		forParts.Store(0)
		most := watchHeap(t, test.work)
		t.Logf("%s of %d MiB takes %d MiB, and %d requests for URLs of parts", test.name, size/mib, most/mib, forParts.Load())
		require.Less(t, most, uint64(32*mib), test.name)
		require.LessOrEqual(t, forParts.Load(), test.requests, test.name)
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
		ticker := time.NewTicker(100 * time.Millisecond)
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
