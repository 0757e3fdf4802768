package disk

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Many uploads together never get more space than there is above the reserve.
func TestUploadsNeverUseTheReserve(t *testing.T) {
	t.Parallel()
	const disk, reserve, size = 10_000_000, 2_000_000, 1_000_000
	var used atomic.Int64
	l := newLedger(reserve, func() (int64, error) { return disk - used.Load(), nil })
	var wg sync.WaitGroup
	var mu sync.Mutex
	admitted := map[string]*entry{}
	for i := range 100 {
		wg.Go(func() {
			key := string(rune('a' + i))
			e, err := l.begin(t.Context(), key, 0)
			assert.NoError(t, err)
			if err := l.reserve(e, size); err != nil {
				assert.ErrorIs(t, err, errNoSpace)
				l.end(key, 0, e)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			admitted[key] = e
		})
	}
	wg.Wait()
	require.Len(t, admitted, 8)
	for key, e := range admitted {
		wg.Go(func() {
			defer l.end(key, 0, e)
			for range 10 {
				used.Add(size / 10)
				l.wrote(e, size/10)
				assert.ErrorIs(t, l.hasSpace(1), errNoSpace)
			}
		})
	}
	wg.Wait()
	assert.Equal(t, int64(disk-reserve), used.Load())
	assert.Zero(t, l.promised)

	// Space that an upload doesn't use is available to others.
	used.Add(-size)
	e, err := l.begin(t.Context(), "a", 0)
	require.NoError(t, err)
	require.NoError(t, l.reserve(e, size))
	require.ErrorIs(t, l.hasSpace(1), errNoSpace)
	l.end("a", 0, e)
	require.NoError(t, l.hasSpace(1))
}

// An upload during a deletion gets errDeleted, not errBusy.
func TestUploadDuringADeletionIsRefused(t *testing.T) {
	t.Parallel()
	l := newLedger(-1, nil)
	release, err := l.stop(t.Context(), "a", errDeleted)
	require.NoError(t, err)
	_, err = l.begin(t.Context(), "a", 0)
	require.ErrorIs(t, err, errDeleted)
	release()
	e, err := l.begin(t.Context(), "a", 0)
	require.NoError(t, err)
	_, err = l.begin(t.Context(), "a", 0)
	require.ErrorIs(t, err, errBusy)
	l.cancel("a", errDeleted)
	_, err = l.begin(t.Context(), "a", 0)
	require.ErrorIs(t, err, errDeleted)
	l.end("a", 0, e)
}
