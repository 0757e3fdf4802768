package lifecycle

import (
	"context"
	"time"

	"github.com/backlox/lox"
)

// releaseTimeout bounds the giving back of a lease at shutdown.
const releaseTimeout = 2 * time.Second

// hashAttempts bounds how often an object that changes under the reader is
// read again before its lease is left to run out.
const hashAttempts = 3

func (v *Verifier) lease(b lox.Backup) (bool, error) {
	now := v.cfg.Clock()
	return v.store.Lease(v.ctx, b, lox.Lease{Owner: v.owner, Now: now, Until: now.Add(v.cfg.Lease)})
}

// verifyLeased hashes the upload of a verifying backup under a lease that is
// renewed for as long as that takes, or, when another process holds the lease,
// waits a moment. settled is false when the state has to be looked at again.
func (v *Verifier) verifyLeased(b *lox.Backup) (settled bool, err error) {
	mine, err := v.lease(*b)
	if err != nil {
		return false, err
	}
	if !mine {
		return false, v.pause()
	}
	ctx, lost := context.WithCancel(v.ctx)
	defer lost()
	leased := *b // which hash changes
	v.running.Go(func() { v.keepLease(ctx, lost, leased) })
	settled, err = v.hash(ctx, b)
	if v.ctx.Err() != nil {
		v.release(*b)
	} else if ctx.Err() != nil {
		return false, nil // deleted, or someone else's by now
	}
	return settled, err
}

// hash reads the object and settles the backup by what it finds.
func (v *Verifier) hash(ctx context.Context, b *lox.Backup) (settled bool, err error) {
	if err := v.hashers.Acquire(ctx, 1); err != nil {
		return false, err
	}
	defer v.hashers.Release(1)
	for range hashAttempts {
		o, err := v.inspect(*b)
		if lox.CodeOf(err) == lox.CodeUploadIncomplete {
			return false, v.lostObject(*b, err)
		}
		if err != nil {
			return false, err
		}
		sum, err := v.blobs.Hash(ctx, b.ObjectKey(), o)
		if err == nil {
			return v.settle(b, o, sum)
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
func (v *Verifier) lostObject(b lox.Backup, missing error) error {
	if v.cfg.Clock().Before(b.Deadline()) {
		return lox.Errorf(lox.CodeUnavailable, "The uploaded file can't be found at the moment, try again later").Because(missing)
	}
	_, err := v.fail(b, lox.FailureObjectLost)
	return err
}

// keepLease renews a lease until ctx ends, and calls lost when it is someone
// else's or the backup is gone.
func (v *Verifier) keepLease(ctx context.Context, lost context.CancelFunc, b lox.Backup) {
	tick := time.NewTicker(v.cfg.Lease / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		mine, err := v.lease(b)
		if err != nil {
			// The lease may still hold: the next tick tells.
			v.log.WarnContext(ctx, "renew verification lease", "backup", b.ID, "error", err)
		} else if !mine {
			lost()
			return
		}
	}
}

func (v *Verifier) release(b lox.Backup) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(v.ctx), releaseTimeout)
	defer cancel()
	if err := v.store.Release(ctx, b, v.owner); err != nil {
		v.log.WarnContext(ctx, "release verification lease", "backup", b.ID, "error", err)
	}
}

func (v *Verifier) pause() error {
	select {
	case <-time.After(v.cfg.Poll):
		return nil
	case <-v.ctx.Done():
		return v.ctx.Err()
	}
}
