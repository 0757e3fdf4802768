// Package lifecycle is what happens to a backup without a request of its own:
// its upload is verified, expires when it never came whole, and its bytes are purged
// when nothing refers to them any more. Runner runs the jobs that this takes, and
// those of other packages. It works over the ports of package lox alone.
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
	// Lease is how long a verification may go without a sign of life before
	// another process takes it over. Default 30 s.
	Lease time.Duration
	// Poll is how often the outcome of another process's verification is looked
	// for. Default 250 ms.
	Poll time.Duration
	// Hashers is how many objects are read and hashed at once. Default 8.
	Hashers int64
	// Quick is the size in bytes up to which an object is hashed without
	// leasing it first, which saves a commit. A crash leaves such a backup
	// pending, for its client to complete again. Default 8 MiB; negative: none.
	Quick int64
	// Clock tells the time. Default time.Now.
	Clock func() time.Time
	// MayLease, if not nil, keeps all verifications that need a lease to other processes while
	// it returns false.
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
	// quickHashers is how many of them are hashed at once: each takes a buffer
	// and a connection.
	quickHashers = 16
)

// Verifier decides whether an upload is what was declared, and completes or
// fails its backup.
type Verifier struct {
	store lox.LifecycleStore
	blobs lox.BlobStore
	log   *slog.Logger
	cfg   Config
	owner string

	flights singleflight.Group
	hashers *semaphore.Weighted
	quick   *semaphore.Weighted

	// Verifications go on when the request that began them is gone, and end
	// with the process.
	ctx     context.Context //nolint:containedctx // the lifetime of background work, not of a call
	stop    context.CancelFunc
	running sync.WaitGroup
	// leasing ends before ctx does: with HandOver.
	leasing  context.Context //nolint:containedctx // as ctx
	handOver context.CancelFunc
	// closing keeps verifications from beginning while Close waits for their end.
	closing sync.Mutex
}

// NewVerifier returns a Verifier. Close it in the end.
func NewVerifier(store lox.LifecycleStore, blobs lox.BlobStore, log *slog.Logger, cfg Config) *Verifier {
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

// logOf returns the log of a verification: its lines name the backup, and the request that
// began it.
func (v *Verifier) logOf(id lox.BackupID, by lox.Actor) *slog.Logger {
	log := v.log.With("backup", id)
	if by.RequestID != "" {
		log = log.With("request_id", by.RequestID)
	}
	return log
}

// HandOver breaks off the verifications that are leased, for another process or the next start to take up at
// once. Calls of Complete that wait for one, or need one from now on, return a verifying backup. What needs no lease takes
// seconds at most, and goes on.
func (v *Verifier) HandOver() { v.handOver() }

func (v *Verifier) handedOver() bool { return v.leasing.Err() != nil }

// Close breaks off what calls of Complete have begun to verify, for another process
// or the next start to take up at once. Calls of Complete that come during it or later get
// CodeUnavailable.
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

// Complete verifies the upload of a backup and returns the backup: completed,
// or verifying when that takes longer than Config.Wait. However many calls come
// for one backup, it is verified once, for the actor of the first. CodeBackupNotFound; CodeUploadIncomplete
// and CodeUploadExpired: there is nothing to verify, and nothing changed; CodeValidation: the backup isn't
// what the client says of it; CodeChecksumMismatch and CodeInvalidState: the backup has failed.
func (v *Verifier) Complete(
	ctx context.Context, tenant lox.TenantID, id lox.BackupID, uploaded lox.Uploaded, by lox.Actor,
) (lox.Backup, error) {
	b, err := v.complete(ctx, tenant, id, uploaded, by)
	if err == nil {
		err = uploaded.Check(b) // another call may have begun the verification, and said something else
	}
	return b, err
}

func (v *Verifier) complete(
	ctx context.Context, tenant lox.TenantID, id lox.BackupID, uploaded lox.Uploaded, by lox.Actor,
) (lox.Backup, error) {
	patience := time.NewTimer(v.cfg.Wait)
	defer patience.Stop()
	for joined := false; ; joined = true {
		select {
		case result := <-v.begin(tenant, id, uploaded, by):
			if result.Shared && !joined && ofTheCall(result.Err) {
				continue // another call may have looked before this one's upload was done, or have said something else
			}
			b, _ := result.Val.(lox.Backup)
			return b, result.Err
		case <-patience.C:
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

// unfinished is the answer when patience has run out.
func (v *Verifier) unfinished(ctx context.Context, tenant lox.TenantID, id lox.BackupID) (lox.Backup, error) {
	b, err := v.store.Backup(ctx, tenant, id)
	switch {
	case err != nil:
		return b, err
	case b.Status == lox.StatusFailed: // this very moment
		return b, refusal(b)
	case b.Status == lox.StatusPending: // not even a lease was to be had
		return b, lox.Errorf(lox.CodeUnavailable, "The upload can't be verified at the moment, try again later")
	default:
		return b, nil
	}
}

// ofTheCall reports whether an error may be due to what the call said, or when.
func ofTheCall(err error) bool {
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
		err := contained(func() (err error) {
			b, err = v.verify(v.ctx, tenant, id, uploaded, by)
			return err
		})
		if v.ctx.Err() != nil && err != nil {
			err = errClosed.Because(err)
		} else if code := lox.CodeOf(err); code == lox.CodeInternal || code == lox.CodeUnavailable {
			// Perhaps no request waits any more to be told.
			v.logOf(id, by).ErrorContext(v.ctx, "verify backup", "error", err)
		}
		return b, err
	})
}

// verify moves a backup along until it is completed, failed or gone. If no hasher is
// free for as long as a request waits, the backup stays verifying, without a lease:
// the job takes it up.
func (v *Verifier) verify(
	ctx context.Context, tenant lox.TenantID, id lox.BackupID, uploaded lox.Uploaded, by lox.Actor,
) (lox.Backup, error) {
	turn := queue{next: v.cfg.Poll, left: v.cfg.Wait}
	for {
		b, err := v.store.Backup(ctx, tenant, id)
		if err != nil {
			return b, err
		}
		settled := false
		switch b.Status {
		case lox.StatusCompleted:
			return b, nil
		case lox.StatusFailed:
			return b, refusal(b)
		case lox.StatusPending:
			if err := uploaded.Check(b); err != nil {
				return b, err
			}
			b = b.With(uploaded)
			settled, err = v.verifyPending(ctx, &b, by)
		case lox.StatusVerifying:
			if turn.left <= 0 || v.handedOver() {
				return b, nil
			}
			settled, err = v.verifyLeased(v.leasing, &b, by, &turn)
			if !settled && v.handedOver() && ctx.Err() == nil {
				continue // it is for others, whatever the error was
			}
		}
		if settled || err != nil {
			return b, err
		}
	}
}

// refusal is what the owner of a failed backup is told on completing it.
func refusal(b lox.Backup) error {
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

// verifyPending looks at the upload of a pending backup. What the store itself
// has hashed, or can be hashed at once, is settled here; else the backup
// becomes verifying. settled is false when its state has changed meanwhile.
func (v *Verifier) verifyPending(ctx context.Context, b *lox.Backup, by lox.Actor) (settled bool, err error) {
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
		return v.settle(ctx, b, o, *o.Checksum, by)
	}
	if b.Size <= v.cfg.Quick {
		sum, err := v.hashQuickly(ctx, *b, o)
		if err == nil {
			return v.settle(ctx, b, o, sum, by)
		}
		if !errors.Is(err, context.DeadlineExceeded) {
			return false, err
		}
	}
	return false, v.beginVerifying(ctx, *b, by)
}

// beginVerifying makes a pending backup verifying. The lease ends at once: it takes a hasher to hold one.
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

// inspect returns the stored object if it is of the declared size.
func (v *Verifier) inspect(ctx context.Context, b lox.Backup) (lox.Object, error) {
	o, err := v.blobs.Stat(ctx, b.ObjectKey())
	if err == nil && o.Size != b.Size {
		err = lox.Errorf(lox.CodeUploadIncomplete, "The uploaded file has the wrong size").
			With("size_bytes", fmt.Sprintf("Declared %d, uploaded %d", b.Size, o.Size))
	}
	return o, err
}

// settle completes or fails a backup by the checksum of its stored bytes.
func (v *Verifier) settle(ctx context.Context, b *lox.Backup, o lox.Object, sum lox.Checksum, by lox.Actor) (settled bool, err error) {
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
