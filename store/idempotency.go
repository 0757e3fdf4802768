package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/backlox/lox"
)

const (
	// The lock is held until the end of the transaction. Without it a second request would
	// wait for the commit of the first one, instead of getting an error at once.
	lockKeySQL = `select pg_try_advisory_xact_lock(hashtextextended($1::text || ' ' || $2, 0))`

	usedKeySQL = `select request, backup_id from idempotency_keys
where tenant_id = $1 and key = $2 and created_at > $3`

	// By ctid: with a join, PostgreSQL could read the whole table. A key that is used again
	// meanwhile gets another ctid and another age.
	forgetKeysSQL = `delete from idempotency_keys where ctid = any (array(
	select ctid from idempotency_keys where created_at <= $1
	order by created_at limit $2
	for update skip locked
))`
)

// CreateBackupOnce implements server.BackupStore.
func (s *Store) CreateBackupOnce(
	ctx context.Context, b lox.Backup, key lox.IdempotencyKey, by lox.Actor,
) (_ lox.Backup, replayed bool, err error) {
	if err := storable(b); err != nil {
		return b, false, err
	}
	for {
		before, replayed, err := s.ReplayBackup(ctx, b, key, by)
		if err != nil || replayed {
			return before, replayed, err
		}
		calls := []*createCall{{In: creation{backup: b, by: by, key: &key}}}
		if err := s.createMany(ctx, calls, noLockTimeout); err != nil {
			return b, false, err
		}
		if c := calls[0]; c.Err != nil || !c.Out.keyTaken {
			return b, false, c.Err
		}
		// Another request used the key between the two statements.
	}
}

// ReplayBackup implements server.BackupStore.
func (s *Store) ReplayBackup(
	ctx context.Context, b lox.Backup, key lox.IdempotencyKey, by lox.Actor,
) (_ lox.Backup, found bool, err error) {
	var before *lox.Backup
	err = transactOn(ctx, s.hot, "replay create", func(tx *sqlx.Tx) (err error) {
		before, err = s.createdBefore(ctx, tx, b, key, by)
		return err
	})
	if err != nil || before == nil {
		return b, false, err
	}
	return *before, true, nil
}

// createdBefore locks the key and returns the backup that was created with it, or nil.
func (s *Store) createdBefore(ctx context.Context, tx *sqlx.Tx, b lox.Backup, key lox.IdempotencyKey, by lox.Actor) (*lox.Backup, error) {
	var locked bool
	if err := tx.StmtxContext(ctx, s.lockKey).GetContext(ctx, &locked, b.Tenant, key.Key); err != nil {
		return nil, wrap(ctx, "lock idempotency key", err)
	}
	if !locked {
		return nil, errKeyInUse
	}
	var used struct {
		Request []byte       `db:"request"`
		Backup  lox.BackupID `db:"backup_id"`
	}
	err := tx.StmtxContext(ctx, s.usedKey).GetContext(ctx, &used, b.Tenant, key.Key, b.CreatedAt.Add(-lox.IdempotencyLife))
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, wrap(ctx, "read idempotency key", err)
	case string(used.Request) != string(key.Request[:]):
		return nil, lox.Errorf(lox.CodeIdempotencyMismatch, "This Idempotency-Key was used with another request body")
	}
	made, err := s.renewIn(ctx, tx, b.Tenant, used.Backup, renewal{b.CreatedAt, b.UploadExpiresAt, true}, by)
	if errors.Is(err, lox.ErrBackupNotFound) {
		return nil, keySpent(used.Backup)
	}
	return &made, err
}

// keySpent is the error of a key whose backup was deleted. The key creates no second backup,
// because the repeated request may have been sent before the deletion.
func keySpent(deleted lox.BackupID) error {
	spent := lox.Errorf(lox.CodeIdempotencyConflict,
		"The backup %s, which this Idempotency-Key created, was deleted: use a new key to create another backup", deleted)
	spent.Final = true
	return spent
}

var errKeyInUse = lox.Errorf(lox.CodeIdempotencyConflict, "A request with this Idempotency-Key is still in progress, retry after it")

// ForgetIdempotencyKeys implements lifecycle.Store.
func (s *Store) ForgetIdempotencyKeys(ctx context.Context, before time.Time, limit int) (int64, error) {
	return affected(ctx, "forget idempotency keys", s.forgetKeys, before, limit)
}
