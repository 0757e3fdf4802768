package lifecycle

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/backlox/lox"
)

// releaseTimeout bounds the giving back of a lease at shutdown.
const releaseTimeout = 2 * time.Second

// saveEvery is how often it is saved how far a hash has got: so much of it a crash repeats.
const saveEvery = 4 * time.Second

// hashAttempts bounds how often an object that changes under the reader is
// read again before its lease is left to run out.
const hashAttempts = 3

// verifyDeadline is how long a verification may take: an object that is read more slowly
// than 1 MiB/s has a store that hangs.
func verifyDeadline(size int64) time.Duration {
	return time.Hour + time.Duration(size>>20)*time.Second
}

// queue is how long a verification still waits for a hasher. In between it looks
// whether another process has settled the backup, ever less often.
type queue struct{ next, left time.Duration }

// acquire takes a hasher if one becomes free in time.
func (q *queue) acquire(ctx context.Context, hashers *semaphore.Weighted) bool {
	wait := min(q.next, q.left)
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	if hashers.Acquire(ctx, 1) == nil {
		return true
	}
	q.left -= wait
	q.next *= 2
	return false
}

// lease takes or renews a lease, and returns how far the hash has got.
func (v *Verifier) lease(ctx context.Context, b lox.Backup, owner string, hashed lox.HashState, by lox.Actor) (lox.HashState, bool, error) {
	now := v.cfg.Clock()
	return v.store.Lease(ctx, b, lox.Lease{Owner: owner, Now: now, Until: now.Add(v.cfg.Lease), RequestID: by.RequestID, Hashed: hashed})
}

// verifyLeased verifies a backup under a lease, which it takes when it has a hasher;
// when another process holds the lease, it waits a moment. settled is false when the
// state has to be looked at again.
func (v *Verifier) verifyLeased(ctx context.Context, b *lox.Backup, by lox.Actor, turn *queue) (settled bool, err error) {
	if !turn.acquire(ctx, v.hashers) {
		return false, nil
	}
	mine, settled, err := v.tryLeased(ctx, b, by)
	if err == nil && !mine {
		err = v.pause(ctx)
	}
	return settled, err
}

// tryLeased verifies a backup unless another process holds its lease, or has to. It gives back the
// hasher that it is called with.
func (v *Verifier) tryLeased(ctx context.Context, b *lox.Backup, by lox.Actor) (mine, settled bool, err error) {
	defer v.hashers.Release(1)
	if v.cfg.MayLease != nil && !v.cfg.MayLease() {
		return false, false, nil
	}
	ctx, cancel := context.WithTimeout(ctx, verifyDeadline(b.Size))
	defer cancel()
	hashed, mine, err := v.lease(ctx, *b, v.owner, lox.HashState{}, by)
	if err != nil || !mine {
		return mine, false, err
	}
	settled, err = v.verifyUnder(ctx, b, v.owner, hashed, by)
	return true, settled, err
}

// resume verifies a backup that the job has leased, for the request that began it. That its
// upload isn't what was declared is no failure of the job.
func (v *Verifier) resume(ctx context.Context, claimed lox.Verification, owner string) error {
	b, by := claimed.Backup, lox.System(string(lox.WorkVerify)).For(claimed.RequestID)
	v.logOf(b.ID, by).InfoContext(ctx, "resume verification")
	settled, err := v.verifyUnder(ctx, &b, owner, claimed.Hashed, by)
	if settled {
		return nil
	}
	return err
}

// verifyUnder verifies a backup under a lease. When ctx is cancelled, it gives the
// lease back; when the deadline of ctx has passed, the lease is left to run out.
func (v *Verifier) verifyUnder(
	ctx context.Context, b *lox.Backup, owner string, from lox.HashState, by lox.Actor,
) (settled bool, err error) {
	leased, hashed := *b, &progress{state: from} // which hashing changes
	settled, err = v.hashUnder(ctx, b, owner, hashed, by)
	if !settled && errors.Is(ctx.Err(), context.Canceled) {
		v.release(ctx, leased, owner, hashed.get(), by)
	}
	return settled, err
}

// progress is how far a hash has got, which is saved with the lease.
type progress struct {
	mu    sync.Mutex
	state lox.HashState
}

func (p *progress) set(state lox.HashState) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state = state
}

func (p *progress) get() lox.HashState {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state
}

// hashUnder hashes a backup while its lease is renewed.
func (v *Verifier) hashUnder(
	ctx context.Context, b *lox.Backup, owner string, hashed *progress, by lox.Actor,
) (settled bool, err error) {
	var renewing sync.WaitGroup
	defer renewing.Wait()
	working, lost := context.WithCancel(ctx)
	defer lost()
	leased := *b
	renewing.Go(func() {
		defer lost()
		err := contained(func() error {
			v.keepLease(working, leased, owner, hashed, by)
			return nil
		})
		if err != nil {
			v.logOf(leased.ID, by).ErrorContext(working, "renew verification lease", "error", err)
		}
	})
	settled, err = v.hash(working, b, hashed, by)
	if working.Err() != nil && ctx.Err() == nil {
		return false, nil // deleted, or someone else's by now
	}
	return settled, err
}

// hash reads the object and settles the backup by what it finds.
func (v *Verifier) hash(ctx context.Context, b *lox.Backup, hashed *progress, by lox.Actor) (settled bool, err error) {
	for range hashAttempts {
		o, err := v.inspectAssembled(ctx, *b)
		if lox.CodeOf(err) == lox.CodeUploadIncomplete {
			return false, v.lostObject(ctx, *b, err, by)
		}
		if err != nil {
			return false, err
		}
		if o.Checksum != nil { // the store has hashed it while it arrived
			return v.settle(ctx, b, o, *o.Checksum, by)
		}
		sum, err := v.blobs.Hash(ctx, b.ObjectKey(), o, hashed.get(), hashed.set)
		if err == nil {
			return v.settle(ctx, b, o, sum, by)
		}
		if lox.CodeOf(err) != lox.CodeUploadIncomplete {
			return false, err
		}
		// Replaced while it was read: look again.
	}
	return false, lox.Errorf(lox.CodeUnavailable, "The stored object can't be read to its end, try again later")
}

// lostObject deals with an object that was there, and whole, when its client
// completed the backup. A store that is set up wrongly or not yet mounted says
// the same, and the bytes may be their owner's last copy: until the deadline it
// counts as a failure of the store, and the lease is left to run out.
func (v *Verifier) lostObject(ctx context.Context, b lox.Backup, missing error, by lox.Actor) error {
	if v.cfg.Clock().Before(b.Deadline()) {
		return lox.Errorf(lox.CodeUnavailable, "The uploaded file can't be found at the moment, try again later").Because(missing)
	}
	_, err := v.fail(ctx, b, lox.FailureObjectLost, by)
	return err
}

// keepLease renews a lease until ctx ends, or the lease is someone else's, or the
// backup is deleted.
func (v *Verifier) keepLease(ctx context.Context, b lox.Backup, owner string, hashed *progress, by lox.Actor) {
	tick := time.NewTicker(min(v.cfg.Lease/3, saveEvery))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		_, mine, err := v.lease(ctx, b, owner, hashed.get(), by)
		switch {
		case ctx.Err() != nil || err == nil && !mine:
			return
		case err != nil:
			// The lease may still hold: the next tick tells.
			v.logOf(b.ID, by).WarnContext(ctx, "renew verification lease", "error", err)
		}
	}
}

func (v *Verifier) release(ctx context.Context, b lox.Backup, owner string, hashed lox.HashState, by lox.Actor) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseTimeout)
	defer cancel()
	if err := v.store.Release(ctx, b, lox.Lease{Owner: owner, Now: v.cfg.Clock(), Hashed: hashed}); err != nil {
		v.logOf(b.ID, by).WarnContext(ctx, "release verification lease", "error", err)
	}
}

func (v *Verifier) pause(ctx context.Context) error {
	select {
	case <-time.After(v.cfg.Poll):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// job takes up verifications that nobody works on. It shares the hashers with those
// that requests begin.
func (v *Verifier) job(interval time.Duration) Job {
	return Job{
		Name: string(lox.WorkVerify), Interval: interval, Concurrency: int(v.cfg.Hashers), slots: v.hashers,
		Claim: v.claim, Backlog: backlogOf(v.store, lox.WorkVerify),
	}
}

func (v *Verifier) claim(ctx context.Context, now time.Time, n int) ([]Item, error) {
	// Not the Verifier's own: a request's verification of the same backup would take
	// the lease for its.
	owner := rand.Text()
	claimed, err := v.store.ClaimVerifications(ctx, lox.Lease{Owner: owner, Now: now, Until: now.Add(v.cfg.Lease)}, n)
	items := make([]Item, len(claimed))
	for i, b := range claimed {
		items[i] = Item{
			About: slog.Any("backup", b.ID), RequestID: b.RequestID, Deadline: verifyDeadline(b.Size),
			Do: func(ctx context.Context) error { return v.resume(ctx, b, owner) },
		}
	}
	return items, err
}
