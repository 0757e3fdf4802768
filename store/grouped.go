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
	// maxCalls is how many calls one statement answers at most.
	maxCalls = 128
	// maxWait is how long calls wait for the running statement before another one starts: far
	// longer than a statement takes, far shorter than the timeout of a silent connection.
	maxWait = 250 * time.Millisecond
)

// Grouped is a Store that batches frequent calls: concurrent calls share one statement and
// one commit. It does so for reads of single backups, creates, completes, and the record of
// downloads. CreateBackup, Complete and DownloadBackup exist only here.
type Grouped struct {
	*Store
	lookups lox.Batcher[struct{}, backupRef, *lox.Backup]
	// Creates of all tenants share one group, and so do completes. If a batch can't get its
	// locks within shortLockTimeout, its calls run again in the groups of their tenants, so that
	// a locked tenant delays no other.
	creates       lox.Batcher[struct{}, creation, createOutcome]
	lateCreates   lox.Batcher[lox.TenantID, creation, createOutcome]
	completes     lox.Batcher[struct{}, completion, bool]
	lateCompletes lox.Batcher[lox.TenantID, completion, bool]
	downloads     lox.Batcher[struct{}, download, *lox.Backup]
	recorded      recentDownloads
}

// Group returns a Grouped over s. Closing s is enough.
func Group(s *Store) *Grouped {
	g := &Grouped{Store: s}
	group(&g.lookups, maxLookups(), func(ctx context.Context, _ struct{}, calls []*lookup) error { return s.lookUpBatch(ctx, calls) })
	group(&g.creates, 1, func(ctx context.Context, _ struct{}, calls []*createCall) error {
		return tenantBusy(calls, s.createBatch(ctx, calls, shortLockTimeout))
	})
	group(&g.lateCreates, 1, func(ctx context.Context, _ lox.TenantID, calls []*createCall) error {
		return s.createBatch(ctx, calls, noLockTimeout)
	})
	group(&g.completes, 1, func(ctx context.Context, _ struct{}, calls []*completeCall) error {
		return tenantBusy(calls, s.completeMany(ctx, calls, shortLockTimeout))
	})
	group(&g.lateCompletes, 1, func(ctx context.Context, _ lox.TenantID, calls []*completeCall) error {
		return s.completeMany(ctx, calls, noLockTimeout)
	})
	group(&g.downloads, maxLookups(), func(ctx context.Context, _ struct{}, calls []*downloadCall) error {
		return s.downloadBatch(ctx, calls)
	})
	return g
}

// errLocked means that a batch did not get its locks within shortLockTimeout.
var errLocked = errors.New("the tenant is locked")

func group[G comparable, In, Out any](b *lox.Batcher[G, In, Out], maxBatches int, run func(context.Context, G, []*lox.Call[In, Out]) error) {
	b.MaxBatches, b.MaxCalls, b.MaxWait, b.Run = maxBatches, maxCalls, maxWait, run
	b.NoRetry = func(err error) bool { return lox.CodeOf(err) == lox.CodeUnavailable }
}

// tenantBusy sets errLocked for all calls if err is a timeout of a lock. It returns any other
// error.
func tenantBusy[In, Out any](calls []*lox.Call[In, Out], err error) error {
	if pq.As(err, pqerror.LockNotAvailable) == nil {
		return err
	}
	for _, c := range calls {
		c.Err = errLocked
	}
	return nil
}

// maxLookups returns how many statements of look-ups run at once. More statements than
// processors would have smaller batches, and would not answer more calls per second.
func maxLookups() int { return max(2, runtime.GOMAXPROCS(0)) }

// Backup implements server.BackupStore.
func (g *Grouped) Backup(ctx context.Context, tenant lox.TenantID, id lox.BackupID) (lox.Backup, error) {
	b, err := g.lookups.Do(ctx, struct{}{}, backupRef{tenant, id})
	return found(ctx, b, err)
}

// DownloadBackup implements server.BackupStore. It records a repeated download of the same actor
// from the same address within a minute only once.
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

// CreateBackup implements server.BackupStore.
func (g *Grouped) CreateBackup(ctx context.Context, b lox.Backup, by lox.Actor) error {
	_, err := g.create(ctx, creation{backup: b, by: by})
	return err
}

// CreateBackupOnce implements server.BackupStore. If the key was used before, or is in use, the
// call is repeated without batching.
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

// createBatch creates the backups of one batch. If several calls have the same idempotency
// key, only the first is run.
func (s *Store) createBatch(ctx context.Context, calls []*createCall, lockTimeout string) error {
	type tenantKey struct {
		tenant lox.TenantID
		key    string
	}
	keys := map[tenantKey]bool{}
	unique := calls[:0:0]
	for _, c := range calls {
		if c.In.key != nil {
			k := tenantKey{c.In.backup.Tenant, c.In.key.Key}
			if keys[k] {
				c.Err = errKeyInUse
				continue
			}
			keys[k] = true
		}
		unique = append(unique, c)
	}
	return s.createMany(ctx, unique, lockTimeout)
}

// Complete implements lifecycle.Store.
func (g *Grouped) Complete(ctx context.Context, b lox.Backup, v lox.Verified) (bool, error) {
	c := completion{b.Tenant, b.ID, v}
	ok, err := g.completes.Do(ctx, struct{}{}, c)
	if err == errLocked { //nolint:errorlint // it is never wrapped
		ok, err = g.lateCompletes.Do(ctx, b.Tenant, c)
	}
	return ok, wrap(ctx, "complete backup", err)
}
