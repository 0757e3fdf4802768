// Package lifecycle changes backups in the background: it verifies uploads, expires
// uploads that were never completed, and deletes objects that no backup refers to any
// more. Runner runs the jobs for this, and those of other packages. The package uses
// only the ports of package lox.
package lifecycle

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
	"golang.org/x/sync/singleflight"

	"github.com/backlox/lox"
)

// Config sets the pace of a Verifier. Zero values mean the defaults.
type Config struct {
	// Wait is how long Complete waits before it answers that a backup is still
	// being verified. Default 30 s.
	Wait time.Duration
	// Lease is how long a verification may go on without renewing its lease before
	// another process takes it over. Default 30 s.
	Lease time.Duration
	// Poll is how often the state of a backup is read while another process verifies
	// it. Default 250 ms.
	Poll time.Duration
	// Hashers is how many objects are read and hashed at once. Default 8.
	Hashers int64
	// Quick is the size in bytes up to which an object is hashed without a lease, which
	// saves a commit. After a crash such a backup is still pending, and its client must
	// complete it again. Default 8 MiB. Negative: every object needs a lease.
	Quick int64
	// Clock tells the time. Default time.Now.
	Clock func() time.Time
	// MayLease, if not nil, stops this process from taking leases while it returns false.
	MayLease func() bool
}

func (c Config) withDefaults() Config {
	setDefault(&c.Wait, 30*time.Second)
	setDefault(&c.Lease, 30*time.Second)
	setDefault(&c.Poll, 250*time.Millisecond)
	setDefault(&c.Hashers, 8)
	setDefault(&c.Quick, 8<<20)
	if c.Clock == nil {
		c.Clock = time.Now
	}
	return c
}

func setDefault[T comparable](value *T, otherwise T) {
	var zero T
	if *value == zero {
		*value = otherwise
	}
}

const (
	// quickTimeout bounds the hashing of an object that isn't leased.
	quickTimeout = 5 * time.Second
	// quickHashers is how many objects are hashed at once without a lease: each needs a
	// buffer and a connection.
	quickHashers = 16
)

// Verifier decides whether an upload is what was declared, and completes or
// fails its backup.
type Verifier struct {
	store Store
	blobs lox.BlobStore
	log   *slog.Logger
	cfg   Config
	owner string

	flights singleflight.Group
	hashers *semaphore.Weighted
	quick   *semaphore.Weighted

	// Verifications go on after the request that began them has ended, until the process
	// ends.
	ctx     context.Context //nolint:containedctx // the lifetime of background work, not of a call
	stop    context.CancelFunc
	running sync.WaitGroup
	// leasing ends with HandOver, before ctx does.
	leasing  context.Context //nolint:containedctx // as ctx
	handOver context.CancelFunc
	// closing prevents verifications from beginning while Close waits for their end.
	closing sync.Mutex
}

// NewVerifier returns a Verifier. The caller must close it.
func NewVerifier(store Store, blobs lox.BlobStore, log *slog.Logger, cfg Config) *Verifier {
	cfg = cfg.withDefaults()
	ctx, stop := context.WithCancel(context.Background())
	leasing, handOver := context.WithCancel(ctx)
	return &Verifier{
		store: store, blobs: blobs, log: log, cfg: cfg,
		owner:   rand.Text(),
		hashers: semaphore.NewWeighted(cfg.Hashers),
		quick:   semaphore.NewWeighted(quickHashers),
		ctx:     ctx, stop: stop, leasing: leasing, handOver: handOver,
	}
}

// logOf returns a logger whose lines name the backup and the request that began its
// verification.
func (v *Verifier) logOf(id lox.BackupID, by lox.Actor) *slog.Logger {
	log := v.log.With("backup", id)
	if by.RequestID != "" {
		log = log.With("request_id", by.RequestID)
	}
	return log
}

// HandOver interrupts the leased verifications and releases their leases, so that another process can
// continue them at once. Calls of Complete that wait for a leased verification, or need one from now on,
// return a verifying backup. Verifications without a lease take seconds at most, and go on.
func (v *Verifier) HandOver() { v.handOver() }

func (v *Verifier) handedOver() bool { return v.leasing.Err() != nil }

// Close interrupts all verifications that calls of Complete have begun, and releases their leases, so
// that another process can continue them at once. Later calls of Complete return CodeUnavailable.
func (v *Verifier) Close() {
	v.closing.Lock()
	v.stop()
	v.closing.Unlock()
	v.running.Wait()
}

// start counts one more call that Close must wait for, unless the Verifier is closed.
func (v *Verifier) start() bool {
	v.closing.Lock()
	defer v.closing.Unlock()
	if v.ctx.Err() != nil {
		return false
	}
	v.running.Add(1)
	return true
}

var errClosed = lox.Errorf(lox.CodeUnavailable, "The server is shutting down, try again")

// Complete verifies the upload of a backup and returns the backup: completed, or verifying
// if that takes longer than Config.Wait. Concurrent calls for one backup share one
// verification, in the name of the first caller's actor. CodeBackupNotFound;
// CodeUploadIncomplete and CodeUploadExpired: there is nothing to verify, and nothing
// changed; CodeValidation: the backup has another size or checksum than the client states;
// CodeChecksumMismatch and CodeInvalidState: the backup has failed.
func (v *Verifier) Complete(
	ctx context.Context, tenant lox.TenantID, id lox.BackupID, uploaded lox.Uploaded, by lox.Actor,
) (lox.Backup, error) {
	b, err := v.complete(ctx, tenant, id, uploaded, by)
	if err == nil {
		err = uploaded.Check(b) // another call may have begun the verification, and stated something else
	}
	return b, err
}

func (v *Verifier) complete(
	ctx context.Context, tenant lox.TenantID, id lox.BackupID, uploaded lox.Uploaded, by lox.Actor,
) (lox.Backup, error) {
	timer := time.NewTimer(v.cfg.Wait)
	defer timer.Stop()
	for joined := false; ; joined = true {
		select {
		case result := <-v.begin(tenant, id, uploaded, by):
			if result.Shared && !joined && dependsOnCall(result.Err) {
				continue // another call may have come before the upload was done, or have stated something else
			}
			b, _ := result.Val.(lox.Backup)
			return b, result.Err
		case <-timer.C:
			if !v.start() {
				return lox.Backup{}, errClosed
			}
			defer v.running.Done()
			return v.unfinished(ctx, tenant, id)
		case <-ctx.Done():
			return lox.Backup{}, ctx.Err()
		}
	}
}

// unfinished returns the answer after Config.Wait.
func (v *Verifier) unfinished(ctx context.Context, tenant lox.TenantID, id lox.BackupID) (lox.Backup, error) {
	b, err := v.store.Backup(ctx, tenant, id)
	switch {
	case err != nil:
		return b, err
	case b.Status == lox.StatusFailed: // it failed just now
		return b, failureError(b)
	case b.Status == lox.StatusPending: // the verification has not begun
		return b, lox.Errorf(lox.CodeUnavailable, "The upload can't be verified at the moment, try again later")
	default:
		return b, nil
	}
}

// dependsOnCall reports whether an error may be due to the parameters or the time of the call.
func dependsOnCall(err error) bool {
	code := lox.CodeOf(err)
	return code == lox.CodeUploadIncomplete || code == lox.CodeValidation
}

func (v *Verifier) begin(tenant lox.TenantID, id lox.BackupID, uploaded lox.Uploaded, by lox.Actor) <-chan singleflight.Result {
	return v.flights.DoChan(tenant.String()+id.String(), func() (any, error) {
		if !v.start() {
			return nil, errClosed
		}
		defer v.running.Done()
		var b lox.Backup
		err := recovered(func() (err error) {
			b, err = v.verify(v.ctx, tenant, id, uploaded, by)
			return err
		})
		if v.ctx.Err() != nil && err != nil {
			err = errClosed.Because(err)
		} else if code := lox.CodeOf(err); code == lox.CodeInternal || code == lox.CodeUnavailable {
			// All requests may have given up waiting for this error.
			v.logOf(id, by).ErrorContext(v.ctx, "verify backup", "error", err)
		}
		return b, err
	})
}

// verify verifies a backup until it is completed, failed or deleted. If no hasher becomes
// free within Config.Wait, the backup stays verifying without a lease, and the job "verify"
// continues.
func (v *Verifier) verify(
	ctx context.Context, tenant lox.TenantID, id lox.BackupID, uploaded lox.Uploaded, by lox.Actor,
) (lox.Backup, error) {
	wait := hasherWait{next: v.cfg.Poll, left: v.cfg.Wait}
	for {
		b, err := v.store.Backup(ctx, tenant, id)
		if err != nil {
			return b, err
		}
		done := false
		switch b.Status {
		case lox.StatusCompleted:
			return b, nil
		case lox.StatusFailed:
			return b, failureError(b)
		case lox.StatusPending:
			if err := uploaded.Check(b); err != nil {
				return b, err
			}
			b = b.With(uploaded)
			done, err = v.verifyPending(ctx, &b, by)
		case lox.StatusVerifying:
			if wait.left <= 0 || v.handedOver() {
				return b, nil
			}
			done, err = v.verifyLeased(v.leasing, &b, by, &wait)
			if !done && v.handedOver() && ctx.Err() == nil {
				continue // another process continues, whatever the error was
			}
		}
		if done || err != nil {
			return b, err
		}
	}
}

// failureError returns the error of a request to complete a failed backup.
func failureError(b lox.Backup) error {
	switch b.Failure {
	case lox.FailureUploadTimeout:
		return errUploadExpired
	case lox.FailureChecksum:
		return lox.Errorf(lox.CodeChecksumMismatch, lox.FailureChecksum)
	default:
		return lox.Errorf(lox.CodeInvalidState, "The backup has failed: %s", b.Failure)
	}
}

var errUploadExpired = lox.Errorf(lox.CodeUploadExpired, "Upload URL has expired")

// verifyPending checks the upload of a pending backup. If the store has hashed the object
// itself, or if the object is small, it completes or fails the backup; otherwise the backup
// becomes verifying. done is false if the state of the backup must be read again.
func (v *Verifier) verifyPending(ctx context.Context, b *lox.Backup, by lox.Actor) (done bool, err error) {
	if b.PartSize > 0 {
		return false, v.beginParts(ctx, *b, by)
	}
	o, err := v.inspect(ctx, *b)
	if err != nil {
		if lox.CodeOf(err) == lox.CodeUploadIncomplete && v.cfg.Clock().After(b.UploadExpiresAt) {
			err = errUploadExpired
		}
		return false, err
	}
	if o.Checksum != nil {
		return v.completeOrFail(ctx, b, o, *o.Checksum, by)
	}
	if b.Size <= v.cfg.Quick {
		sum, err := v.hashQuickly(ctx, *b, o)
		if err == nil {
			return v.completeOrFail(ctx, b, o, sum, by)
		}
		if !errors.Is(err, context.DeadlineExceeded) {
			return false, err
		}
	}
	return false, v.beginVerifying(ctx, *b, by)
}

// beginVerifying makes a pending backup verifying. Its lease ends at once: only a holder of a hasher
// keeps a lease.
func (v *Verifier) beginVerifying(ctx context.Context, b lox.Backup, by lox.Actor) error {
	now := v.cfg.Clock()
	_, _, err := v.store.Lease(ctx, b, lox.Lease{Owner: v.owner, Now: now, Until: now, RequestID: by.RequestID})
	return err
}

func (v *Verifier) hashQuickly(ctx context.Context, b lox.Backup, o lox.Object) (lox.Checksum, error) {
	ctx, cancel := context.WithTimeout(ctx, min(quickTimeout, v.cfg.Wait/2))
	defer cancel()
	if err := v.quick.Acquire(ctx, 1); err != nil {
		return lox.Checksum{}, err
	}
	defer v.quick.Release(1)
	return v.blobs.Hash(ctx, b.ObjectKey(), o, lox.HashState{}, nil)
}

// inspect returns the stored object if it has the declared size.
func (v *Verifier) inspect(ctx context.Context, b lox.Backup) (lox.Object, error) {
	o, err := v.blobs.Stat(ctx, b.ObjectKey())
	if err == nil && o.Size != b.Size {
		err = lox.Errorf(lox.CodeUploadIncomplete, "The uploaded file has the wrong size").
			With("size_bytes", fmt.Sprintf("Declared %d, uploaded %d", b.Size, o.Size))
	}
	return o, err
}

// completeOrFail completes a backup if its stored bytes have the declared checksum, and fails
// it otherwise.
func (v *Verifier) completeOrFail(ctx context.Context, b *lox.Backup, o lox.Object, sum lox.Checksum, by lox.Actor) (done bool, err error) {
	now := lox.Seconds(v.cfg.Clock())
	if b.Declared != nil && *b.Declared != sum {
		ok, err := v.fail(ctx, *b, lox.FailureChecksum, by)
		if ok {
			err = lox.Errorf(lox.CodeChecksumMismatch, lox.FailureChecksum).
				With("checksum", fmt.Sprintf("Declared %s, stored %s", b.Declared, sum))
		}
		return ok, err
	}
	ok, err := v.store.Complete(ctx, *b, lox.Verified{
		Checksum: sum, ObjectVersion: o.Version, At: now, Event: b.Completed(sum, now, by),
	})
	if ok {
		b.Status, b.Checksum, b.ObjectVersion, b.CompletedAt = lox.StatusCompleted, &sum, o.Version, &now
	}
	return ok, err
}

func (v *Verifier) fail(ctx context.Context, b lox.Backup, why string, by lox.Actor) (bool, error) {
	now := lox.Seconds(v.cfg.Clock())
	return v.store.Fail(ctx, b, lox.Failure{Text: why, At: now, Event: b.Failed(why, now, by)})
}
