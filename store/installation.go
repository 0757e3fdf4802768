package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/backlox/lox"
)

const (
	masterKeyProofSQL = `select master_key_proof from installation`

	// Changes nothing if another server or command was faster.
	keepMasterKeyProofSQL = `update installation set master_key_proof = $1 where master_key_proof is not distinct from $2::bytea`

	databaseVersionSQL = `select coalesce(max(version_id), 0) from goose_db_version where is_applied`

	someSecretsSQL = `select tenant_id, id, secret from webhooks order by tenant_id, id limit $1`

	// Locks the webhooks first, in the order of their primary key, as all statements do that
	// change due_at.
	retryUnsignedSQL = `with hook as (
	select tenant_id, id from webhooks
	where enabled and (tenant_id, id) in (
		select d.tenant_id, d.webhook_id from deliveries d join webhooks w on w.tenant_id = d.tenant_id and w.id = d.webhook_id and w.enabled
		where d.unsigned and d.status = 'pending' and d.lease_owner is null
		order by d.next_at limit $2
	)
	order by tenant_id, id
	for no key update
), again as (
	select d.id from deliveries d join hook on hook.tenant_id = d.tenant_id and hook.id = d.webhook_id
	where d.unsigned and d.status = 'pending' and d.lease_owner is null
	order by d.next_at limit $2
), due as (
	update webhooks w set due_at = least(w.due_at, $1)
	from hook where w.tenant_id = hook.tenant_id and w.id = hook.id and exists (select from again)
)
update deliveries d set unsigned = false, next_at = least(d.next_at, $1)
from again where d.id = again.id`
)

// DatabaseVersion returns the version of the latest migration in the database, which may be
// from a later release.
func (s *Store) DatabaseVersion(ctx context.Context) (version int64, err error) {
	err = s.databaseVersion.GetContext(ctx, &version)
	return version, wrap(ctx, "read version of the schema", err)
}

// MasterKeyProof returns the proof that KeepMasterKeyProof has stored, or nil.
func (s *Store) MasterKeyProof(ctx context.Context) (proof []byte, err error) {
	err = s.masterKeyProof.GetContext(ctx, &proof)
	return proof, wrap(ctx, "read proof of the master key", err)
}

// KeepMasterKeyProof replaces the stored proof former by proof. former is nil if none is stored.
// If the stored proof is another one, it changes nothing and returns false.
func (s *Store) KeepMasterKeyProof(ctx context.Context, proof, former []byte) (bool, error) {
	n, err := affected(ctx, "keep proof of the master key", s.keepMasterKeyProof, proof, former)
	return n == 1, err
}

// SomeSecrets returns the sealed secrets of up to limit webhooks.
func (s *Store) SomeSecrets(ctx context.Context, limit int) (hooks []lox.Webhook, err error) {
	err = s.someSecrets.SelectContext(ctx, &hooks, limit)
	return hooks, wrap(ctx, "read secrets of webhooks", err)
}

// RetryUnsigned makes deliveries due now whose last attempt failed because LOX could not sign
// it, and returns how many.
func (s *Store) RetryUnsigned(ctx context.Context, now time.Time) (total int64, err error) {
	err = repeat(func() (int64, error) {
		n, err := affected(ctx, "retry unsigned deliveries", s.retryUnsigned, now, batchSize)
		total += n
		return n, err
	})
	if total > 0 {
		s.deliveriesDue()
	}
	return total, err
}

// ErrTooOld is wrapped in the error of Open if the schema belongs to a later release that
// doesn't work with this program.
var ErrTooOld = errors.New("this lox is too old for the database")

// refuseTooOld returns ErrTooOld if this program is more than one release older than the
// schema. version is the schema's version, which is later than this program's.
func refuseTooOld(ctx context.Context, db *sql.DB, version int64) error {
	var known bool
	if err := db.QueryRowContext(ctx, `select to_regclass('installation') is not null`).Scan(&known); err != nil || !known {
		return err
	}
	var from int64
	err := db.QueryRowContext(ctx, `select compatible_from from installation`).Scan(&from)
	if err != nil || schemaVersion >= from {
		return err
	}
	return fmt.Errorf("%w: its schema has version %d, for lox of schema %d and later, and this one is of schema %d, more than one release behind: "+
		"run the lox of the version that serves, or of the release before it", ErrTooOld, version, from, schemaVersion)
}

// Major returns the major version of PostgreSQL.
func (s *Store) Major(ctx context.Context) (major int, err error) {
	err = s.db.GetContext(ctx, &major, `select current_setting('server_version_num')::int / 10000`)
	return major, wrap(ctx, "read version of PostgreSQL", err)
}
