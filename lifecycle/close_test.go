package lifecycle_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/lifecycle"
)

// completing is a store whose backups are all pending until they are completed.
type completing struct {
	lifecycle.Store
	backup lox.Backup
	// using is the number of running calls, and closed is set when no calls are allowed.
	using  atomic.Int64
	closed atomic.Bool
	late   atomic.Int64
}

func (c *completing) use() func() {
	c.using.Add(1)
	if c.closed.Load() {
		c.late.Add(1)
	}
	return func() { c.using.Add(-1) }
}

func (c *completing) Backup(_ context.Context, tenant lox.TenantID, id lox.BackupID) (lox.Backup, error) {
	defer c.use()()
	b := c.backup
	b.Tenant, b.ID = tenant, id
	return b, nil
}

func (c *completing) Complete(context.Context, lox.Backup, lox.Verified) (bool, error) {
	defer c.use()()
	return true, nil
}

// A Verifier is closed while calls arrive. Each call is completed or refused, and the store isn't
// used after Close has returned, because it is closed next.
func TestCloseWhileCompleting(t *testing.T) {
	t.Parallel()
	const rounds, calls = 1000, 50
	blobs := newMemory()
	blobs.reports = true
	body := "a backup"
	var done, refused atomic.Int64
	for range rounds {
		store := &completing{backup: lox.Backup{Status: lox.StatusPending, Size: int64(len(body))}}
		v := lifecycle.NewVerifier(store, blobs, discard, lifecycle.Config{})
		var running sync.WaitGroup
		begin := make(chan struct{})
		for range calls {
			b := lox.Backup{Tenant: lox.NewTenantID(), ID: lox.NewBackupID()}
			blobs.put(b, body)
			running.Go(func() {
				<-begin
				got, err := v.Complete(t.Context(), b.Tenant, b.ID, lox.Uploaded{}, lox.Operator("test"))
				if err != nil {
					assert.Equal(t, lox.CodeUnavailable, lox.CodeOf(err), "%v", err)
					refused.Add(1)
					return
				}
				assert.Equal(t, lox.StatusCompleted, got.Status)
				done.Add(1)
			})
		}
		close(begin)
		v.Close()
		store.closed.Store(true)
		require.Zero(t, store.using.Load(), "the store is used after Close")
		running.Wait()
		require.Zero(t, store.late.Load(), "the store is used after Close")
	}
	t.Logf("%d completed, %d refused", done.Load(), refused.Load())
	assert.NotZero(t, refused.Load())
}
