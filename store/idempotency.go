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
	// Held to the end of the transaction. Without it a second request would
	// wait for the first one's commit instead of being told to come back.
	lockKeySQL = `select pg_try_advisory_xact_lock(hashtextextended($1::text || ' ' || $2, 0))`

	usedKeySQL = `select request, backup_id from idempotency_keys
where tenant_id = $1 and key = $2 and created_at > $3`

	renewUploadSQL = `update backups set upload_expires_at = $3, deadline = $4
where tenant_id = $1 and id = $2 and status = 'pending'
returning ` + backupColumns

	forgetKeysSQL = `delete from idempotency_keys where created_at <= $1`
)

// CreateBackupOnce implements lox.BackupStore.
func (s *Store) CreateBackupOnce(ctx context.Context, b lox.Backup, key lox.IdempotencyKey) (_ lox.Backup, replayed bool, err error) {
	var before *lox.Backup
	err = s.transact(ctx, "create backup once", func(tx *sqlx.Tx) (err error) {
		before, err = s.createdBefore(ctx, tx, b, key)
		if err == nil && before == nil {
			err = s.createUnderKey(ctx, tx, b, key)
		}
		return err
	})
	switch {
	case err != nil:
		return b, false, err
	case before != nil:
		return *before, true, nil
	default:
		s.grew()
		return b, false, nil
	}
}

// ReplayBackup implements lox.BackupStore.
func (s *Store) ReplayBackup(ctx context.Context, b lox.Backup, key lox.IdempotencyKey) (_ lox.Backup, found bool, err error) {
	var before *lox.Backup
	err = s.transact(ctx, "replay create", func(tx *sqlx.Tx) (err error) {
		before, err = s.createdBefore(ctx, tx, b, key)
		return err
	})
	if err != nil || before == nil {
		return b, false, err
	}
	return *before, true, nil
}

// createdBefore locks the key and returns the backup that it made, or nil.
func (s *Store) createdBefore(ctx context.Context, tx *sqlx.Tx, b lox.Backup, key lox.IdempotencyKey) (*lox.Backup, error) {
	var locked bool
	if err := tx.StmtxContext(ctx, s.lockKey).GetContext(ctx, &locked, b.Tenant, key.Key); err != nil {
		return nil, wrap(ctx, "lock idempotency key", err)
	}
	if !locked {
		return nil, lox.Errorf(lox.CodeIdempotencyConflict, "A request with this Idempotency-Key is still in progress, retry after it")
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
	var made lox.Backup
	err = tx.StmtxContext(ctx, s.renewUpload).GetContext(ctx, &made, b.Tenant, used.Backup, b.UploadExpiresAt, b.Deadline())
	if errors.Is(err, sql.ErrNoRows) { // no longer pending
		err = tx.StmtxContext(ctx, s.getBackup).GetContext(ctx, &made, b.Tenant, used.Backup)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return nil, keySpent(used.Backup)
	}
	return &made, wrap(ctx, "replay create", err)
}

// keySpent is why a key makes no second backup although its first one is gone: what
// repeats the create may have been sent before the deletion.
func keySpent(deleted lox.BackupID) error {
	spent := lox.Errorf(lox.CodeIdempotencyConflict,
		"The backup %s, which this Idempotency-Key created, was deleted: use a new key to create another backup", deleted)
	spent.Final = true
	return spent
}

func (s *Store) createUnderKey(ctx context.Context, tx *sqlx.Tx, b lox.Backup, key lox.IdempotencyKey) error {
	args := append(createToldArgs(b), key.Key, key.Request[:])
	n, err := affected(ctx, "create backup once", tx.StmtxContext(ctx, s.createBackupOnce), args...)
	if err == nil && n == 0 {
		err = noRoom(ctx, tx.StmtxContext(ctx, s.usage), b)
	}
	return err
}

// ForgetIdempotencyKeys implements lox.LifecycleStore.
func (s *Store) ForgetIdempotencyKeys(ctx context.Context, before time.Time) error {
	_, err := affected(ctx, "forget idempotency keys", s.forgetKeys, before)
	return err
}
