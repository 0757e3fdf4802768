package lifecycle_test

import (
	"context"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/lifecycle"
)

// busy is a store that always has more work of every kind.
type busy struct {
	completing
	working chan struct{} // an item is being worked on
	once    sync.Once
}

func (b *busy) item() func() {
	b.once.Do(func() { close(b.working) })
	return b.use()
}

func (b *busy) backups(n int) []lox.Backup {
	defer b.use()()
	found := make([]lox.Backup, n)
	for i := range found {
		found[i] = lox.Backup{ID: lox.NewBackupID(), Status: lox.StatusVerifying, Size: int64(len(body))}
	}
	return found
}

func (b *busy) ClaimVerifications(_ context.Context, _ lox.Lease, limit int) (claimed []lox.Verification, err error) {
	for _, due := range b.backups(limit) {
		claimed = append(claimed, lox.Verification{Backup: due})
	}
	return claimed, nil
}

func (b *busy) OverdueUploads(_ context.Context, _ time.Time, _ []lox.BackupID, limit int) ([]lox.Backup, error) {
	return b.backups(limit), nil
}

func (b *busy) ClaimPurges(_ context.Context, _, _ time.Time, limit int) ([]lox.Purge, error) {
	defer b.use()()
	return make([]lox.Purge, limit), nil
}

func (b *busy) Lease(context.Context, lox.Backup, lox.Lease) (lox.HashState, bool, error) {
	defer b.item()()
	return lox.HashState{}, true, nil
}

func (b *busy) Release(context.Context, lox.Backup, lox.Lease) error {
	defer b.item()()
	return nil
}

func (b *busy) Fail(context.Context, lox.Backup, lox.Failure) (bool, error) {
	defer b.item()()
	return true, nil
}

func (b *busy) FinishPurges(context.Context, []lox.FinishedPurge, time.Time) error {
	defer b.item()()
	return nil
}

func (b *busy) PurgesDue(context.Context, time.Time) (lox.Backlog, error) {
	defer b.use()()
	return lox.Backlog{}, nil
}

func (b *busy) ForgetWebhooks(context.Context, int) (bool, error) {
	defer b.item()()
	return true, nil
}

func (b *busy) ForgetIdempotencyKeys(_ context.Context, _ time.Time, limit int) (int64, error) {
	defer b.item()()
	return int64(limit), nil
}

func (b *busy) Backlog(context.Context, lox.Work, time.Time) (lox.Backlog, error) {
	defer b.use()()
	return lox.Backlog{}, nil
}

// endless is an object store whose Hash runs until its context ends.
type endless struct{ *memory }

func (endless) Stat(context.Context, string) (lox.Object, error) {
	return lox.Object{Size: int64(len(body))}, nil
}

func (endless) Hash(ctx context.Context, _ string, _ lox.Object, _ lox.HashState, _ func(lox.HashState)) (lox.Checksum, error) {
	<-ctx.Done()
	return lox.Checksum{}, ctx.Err()
}

// A Runner is stopped while all of its jobs have work. After that nothing runs that it has started,
// and the store isn't used, because it is closed next. The test counts goroutines, so no other test
// may run at the same time.
func TestStopWhileItemsRun(t *testing.T) { //nolint:paralleltest // see above
	const rounds = 1000
	before := runtime.NumGoroutine()
	for range rounds {
		store := &busy{working: make(chan struct{})}
		blobs := endless{newMemory()}
		v := lifecycle.NewVerifier(store, blobs, discard, lifecycle.Config{Lease: 3 * time.Millisecond})
		r := lifecycle.NewRunner(lifecycle.RunnerConfig{Log: discard}, lifecycle.Jobs(store, blobs, v, time.Millisecond, nil)...)
		ctx, cancel := context.WithCancel(t.Context())
		stopped := make(chan struct{})
		go func() {
			r.Run(ctx)
			store.closed.Store(true)
			close(stopped)
		}()
		<-store.working
		cancel()
		<-stopped
		require.Zero(t, store.using.Load(), "the store is used after the stop")
		v.Close()
		// The goroutine that has closed stopped may need a moment to end.
		for begun := time.Now(); runtime.NumGoroutine() > before; runtime.Gosched() {
			require.Less(t, time.Since(begun), time.Second, "%d goroutines before, %d after", before, runtime.NumGoroutine())
		}
		require.Zero(t, store.late.Load(), "the store is used after the stop")
	}
}
