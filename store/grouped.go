package store

import (
	"context"
	"errors"
	"runtime"
	"time"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/backlox/lox"
)

const (
	// mostTogether is how many calls one statement answers at most.
	mostTogether = 128
	// stuckAfter is how long calls wait for a statement before they go beside it: far
	// longer than one takes, far shorter than the time after which a connection that is
	// silent is given up.
	stuckAfter = 250 * time.Millisecond
)

// Grouped is a Store in which the hot methods of calls that come at the same moment share
// one statement and one commit: reads, creates, completes, and the record of downloads.
type Grouped struct {
	*Store
	lookups lox.Batcher[struct{}, backupRef, *lox.Backup]
	// Creates and completes of all tenants share a lane. When their locks aren't to be had for
	// a moment, they wait in a lane of the tenant's own, so that they hold up nobody else.
	creates       lox.Batcher[struct{}, creation, createOutcome]
	lateCreates   lox.Batcher[lox.TenantID, creation, createOutcome]
	completes     lox.Batcher[struct{}, completion, bool]
	lateCompletes lox.Batcher[lox.TenantID, completion, bool]
	downloads     lox.Batcher[struct{}, download, *lox.Backup]
	recorded      recentDownloads
}

var (
	_ lox.BackupStore    = (*Grouped)(nil)
	_ lox.LifecycleStore = (*Grouped)(nil)
)

// Group returns a Store that answers calls together. It is closed with s.
func Group(s *Store) *Grouped {
	g := &Grouped{Store: s}
	group(&g.lookups, lookupWidth(), func(ctx context.Context, _ struct{}, calls []*lookup) error { return s.lookUp(ctx, calls) })
	group(&g.creates, 1, func(ctx context.Context, _ struct{}, calls []*createCall) error {
		return tenantBusy(calls, s.createTogether(ctx, calls, waitABit))
	})
	group(&g.lateCreates, 1, func(ctx context.Context, _ lox.TenantID, calls []*createCall) error {
		return s.createTogether(ctx, calls, waitForLocks)
	})
	group(&g.completes, 1, func(ctx context.Context, _ struct{}, calls []*completeCall) error {
		return tenantBusy(calls, s.completeMany(ctx, calls, waitABit))
	})
	group(&g.lateCompletes, 1, func(ctx context.Context, _ lox.TenantID, calls []*completeCall) error {
		return s.completeMany(ctx, calls, waitForLocks)
	})
	group(&g.downloads, lookupWidth(), func(ctx context.Context, _ struct{}, calls []*downloadCall) error {
		return s.downloadTogether(ctx, calls)
	})
	return g
}

// errLocked is that a lock wasn't to be had for a moment.
var errLocked = errors.New("the tenant is locked")

func group[L comparable, In, Out any](b *lox.Batcher[L, In, Out], width int, run func(context.Context, L, []*lox.Call[In, Out]) error) {
	b.Width, b.Most, b.Patience, b.Run = width, mostTogether, stuckAfter, run
	b.Hopeless = func(err error) bool { return lox.CodeOf(err) == lox.CodeUnavailable }
}

// tenantBusy answers calls with errLocked that have waited for a lock for long enough.
func tenantBusy[In, Out any](calls []*lox.Call[In, Out], err error) error {
	if pq.As(err, pqerror.LockNotAvailable) == nil {
		return err
	}
	for _, c := range calls {
		c.Err = errLocked
	}
	return nil
}

// lookupWidth is how many statements are under way at most. More of them than
// processors don't do more per second, but less per statement.
func lookupWidth() int { return max(2, runtime.GOMAXPROCS(0)) }

// Backup implements lox.BackupStore.
func (g *Grouped) Backup(ctx context.Context, tenant lox.TenantID, id lox.BackupID) (lox.Backup, error) {
	b, err := g.lookups.Do(ctx, struct{}{}, backupRef{tenant, id})
	return found(ctx, b, err)
}

// DownloadBackup implements lox.BackupStore. Of what one actor asks for again from the same
// address within a minute nothing more is recorded.
func (g *Grouped) DownloadBackup(ctx context.Context, tenant lox.TenantID, id lox.BackupID, e lox.Event) (lox.Backup, error) {
	asked := recentDownload{backupRef{tenant, id}, e.Actor.ID, e.Actor.Address}
	if g.recorded.has(asked, e.At) {
		return g.Backup(ctx, tenant, id)
	}
	b, err := g.downloads.Do(ctx, struct{}{}, download{backupRef{tenant, id}, e})
	if b != nil && err == nil && b.Status == lox.StatusCompleted {
		g.recorded.add(asked, e.At)
	}
	return found(ctx, b, err)
}

// CreateBackup implements lox.BackupStore.
func (g *Grouped) CreateBackup(ctx context.Context, b lox.Backup, by lox.Actor) error {
	_, err := g.create(ctx, creation{backup: b, by: by})
	return err
}

// CreateBackupOnce implements lox.BackupStore. A key that was used before, or is in use, is
// looked at alone.
func (g *Grouped) CreateBackupOnce(
	ctx context.Context, b lox.Backup, key lox.IdempotencyKey, by lox.Actor,
) (_ lox.Backup, replayed bool, err error) {
	made, err := g.create(ctx, creation{backup: b, by: by, key: &key})
	if err == nil && made.keyTaken {
		return g.Store.CreateBackupOnce(ctx, b, key, by)
	}
	return b, false, err
}

func (g *Grouped) create(ctx context.Context, c creation) (createOutcome, error) {
	tenant := c.backup.Tenant
	if err := storable(c.backup); err != nil {
		return createOutcome{}, err
	}
	made, err := g.creates.Do(ctx, struct{}{}, c)
	if err == errLocked { //nolint:errorlint // it is never wrapped
		made, err = g.lateCreates.Do(ctx, tenant, c)
	}
	return made, wrap(ctx, "create backup", err)
}

// createTogether creates what was asked for at the same moment.
func (s *Store) createTogether(ctx context.Context, calls []*createCall, lockTimeout string) error {
	type tenantKey struct {
		tenant lox.TenantID
		key    string
	}
	keys := map[tenantKey]bool{}
	different := calls[:0:0]
	for _, c := range calls {
		if c.In.key != nil {
			k := tenantKey{c.In.backup.Tenant, c.In.key.Key}
			if keys[k] {
				c.Err = errKeyInUse
				continue
			}
			keys[k] = true
		}
		different = append(different, c)
	}
	return s.createMany(ctx, different, lockTimeout)
}

// Complete implements lox.LifecycleStore.
func (g *Grouped) Complete(ctx context.Context, b lox.Backup, v lox.Verified) (bool, error) {
	c := completion{b.Tenant, b.ID, v}
	ok, err := g.completes.Do(ctx, struct{}{}, c)
	if err == errLocked { //nolint:errorlint // it is never wrapped
		ok, err = g.lateCompletes.Do(ctx, b.Tenant, c)
	}
	return ok, wrap(ctx, "complete backup", err)
}
