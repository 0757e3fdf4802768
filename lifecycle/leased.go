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

// releaseTimeout bounds the release of a lease at shutdown.
const releaseTimeout = 2 * time.Second

// saveEvery is how often the state of a hash is saved. After a crash, hashing repeats the work
// since the last save.
const saveEvery = 4 * time.Second

// hashAttempts is how often an object is read at most if it changes during the read. After
// that, its lease expires.
const hashAttempts = 3

// verifyDeadline returns how long a verification may take. A store that reads more slowly than
// 1 MiB/s counts as hanging.
func verifyDeadline(size int64) time.Duration {
	return time.Hour + time.Duration(size>>20)*time.Second
}

// hasherWait is how long a verification still waits for a hasher (left). After each wait of
// the length next, it checks whether another process has verified the backup. The waits become
// longer.
type hasherWait struct{ next, left time.Duration }

// acquire takes a hasher if one becomes free in time.
func (q *hasherWait) acquire(ctx context.Context, hashers *semaphore.Weighted) bool {
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

// lease takes or renews a lease, and returns the saved state of the hash.
func (v *Verifier) lease(ctx context.Context, b lox.Backup, owner string, hashed lox.HashState, by lox.Actor) (lox.HashState, bool, error) {
	now := v.cfg.Clock()
	return v.store.Lease(ctx, b, lox.Lease{Owner: owner, Now: now, Until: now.Add(v.cfg.Lease), RequestID: by.RequestID, Hashed: hashed})
}

// verifyLeased waits for a hasher, takes a lease and verifies the backup. If another
// process holds the lease, it pauses for Config.Poll. done is false if the state of the
// backup must be read again.
func (v *Verifier) verifyLeased(ctx context.Context, b *lox.Backup, by lox.Actor, wait *hasherWait) (done bool, err error) {
	if !wait.acquire(ctx, v.hashers) {
		return false, nil
	}
	mine, done, err := v.tryLeased(ctx, b, by)
	if err == nil && !mine {
		err = v.pause(ctx)
	}
	return done, err
}

// tryLeased verifies a backup if it gets the lease: mine is false if another process holds it, or if
// MayLease returns false. The caller holds a hasher, and tryLeased releases it.
func (v *Verifier) tryLeased(ctx context.Context, b *lox.Backup, by lox.Actor) (mine, done bool, err error) {
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
	done, err = v.verifyUnder(ctx, b, v.owner, hashed, by)
	return true, done, err
}

// resume verifies a backup that the job has leased, in the name of the request that began the
// verification. If the upload has another checksum than declared, the backup fails and the job
// succeeds.
func (v *Verifier) resume(ctx context.Context, claimed lox.Verification, owner string) error {
	b, by := claimed.Backup, lox.System(string(lox.WorkVerify)).For(claimed.RequestID)
	v.logOf(b.ID, by).InfoContext(ctx, "verification resumed")
	done, err := v.verifyUnder(ctx, &b, owner, claimed.Hashed, by)
	if done {
		return nil
	}
	return err
}

// verifyUnder verifies a leased backup. If ctx is cancelled, it releases the lease. If the
// deadline of ctx has passed, it keeps the lease until that expires.
func (v *Verifier) verifyUnder(
	ctx context.Context, b *lox.Backup, owner string, from lox.HashState, by lox.Actor,
) (done bool, err error) {
	leased, hashed := *b, &progress{state: from} // a copy: hashing changes b
	done, err = v.hashUnder(ctx, b, owner, hashed, by)
	if !done && errors.Is(ctx.Err(), context.Canceled) {
		v.release(ctx, leased, owner, hashed.get(), by)
	}
	return done, err
}

// progress is the current state of a hash. Each renewal of the lease saves it.
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
) (done bool, err error) {
	var renewing sync.WaitGroup
	defer renewing.Wait()
	working, lost := context.WithCancel(ctx)
	defer lost()
	leased := *b
	renewing.Go(func() {
		defer lost()
		err := recovered(func() error {
			v.keepLease(working, leased, owner, hashed, by)
			return nil
		})
		if err != nil {
			v.logOf(leased.ID, by).ErrorContext(working, "the lease of a verification could not be renewed", "error", err)
		}
	})
	done, err = v.hash(working, b, hashed, by)
	if working.Err() != nil && ctx.Err() == nil {
		return false, nil // the backup was deleted, or another process has the lease
	}
	return done, err
}

// hash reads the object, and completes or fails the backup by its checksum.
func (v *Verifier) hash(ctx context.Context, b *lox.Backup, hashed *progress, by lox.Actor) (done bool, err error) {
	for range hashAttempts {
		o, err := v.inspectAssembled(ctx, *b)
		if lox.CodeOf(err) == lox.CodeUploadIncomplete {
			return false, v.lostObject(ctx, *b, err, by)
		}
		if err != nil {
			return false, err
		}
		if o.Checksum != nil { // the store has hashed the upload
			return v.completeOrFail(ctx, b, o, *o.Checksum, by)
		}
		sum, err := v.blobs.Hash(ctx, b.ObjectKey(), o, hashed.get(), hashed.set)
		if err == nil {
			return v.completeOrFail(ctx, b, o, sum, by)
		}
		if lox.CodeOf(err) != lox.CodeUploadIncomplete {
			return false, err
		}
		// The object was replaced while it was read: inspect it again.
	}
	return false, lox.Errorf(lox.CodeUnavailable, "The stored object can't be read to its end, try again later")
}

// lostObject handles an object that was complete when the client completed the backup, and
// is missing now. A misconfigured or unmounted store gives the same answer, and the object
// may be the owner's last copy. So before the deadline it returns CodeUnavailable, and the
// verification is retried after the lease has expired. After it, the backup fails.
func (v *Verifier) lostObject(ctx context.Context, b lox.Backup, missing error, by lox.Actor) error {
	if v.cfg.Clock().Before(b.Deadline()) {
		return lox.Errorf(lox.CodeUnavailable, "The uploaded file can't be found at the moment, try again later").Because(missing)
	}
	_, err := v.fail(ctx, b, lox.FailureObjectLost, by)
	return err
}

// keepLease renews a lease until ctx ends, another process takes the lease, or the backup
// is deleted.
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
			// The lease may still be valid: try again at the next tick.
			v.logOf(b.ID, by).WarnContext(ctx, "the lease of a verification could not be renewed", "error", err)
		}
	}
}

func (v *Verifier) release(ctx context.Context, b lox.Backup, owner string, hashed lox.HashState, by lox.Actor) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseTimeout)
	defer cancel()
	if err := v.store.Release(ctx, b, lox.Lease{Owner: owner, Now: v.cfg.Clock(), Hashed: hashed}); err != nil {
		v.logOf(b.ID, by).WarnContext(ctx, "the lease of a verification could not be released", "error", err)
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

// job returns the job "verify", which continues verifications whose lease has expired. It
// shares the hashers with the verifications that requests begin.
func (v *Verifier) job(interval time.Duration) Job {
	return Job{
		Name: string(lox.WorkVerify), Interval: interval, Concurrency: int(v.cfg.Hashers), slots: v.hashers,
		Claim: v.claim, Backlog: backlogOf(v.store, lox.WorkVerify),
	}
}

func (v *Verifier) claim(ctx context.Context, now time.Time, n int) ([]Item, error) {
	// Not v.owner: then a request's verification of the same backup would renew this lease
	// as its own.
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
