package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/backlox/lox"
)

const (
	keyColumns = `id, tenant_id, name, prefix, last4, scopes, created_at, last_used_at, expires_at, replaced_by`

	principalSQL = `select k.id, k.tenant_id, k.scopes, k.expires_at, t.plan, t.suspended_at is not null as suspended
from api_keys k join tenants t on t.id = k.tenant_id
where k.hash = $1 and k.revoked_at is null`

	// Clocks of servers differ: a key is left out a day after its expiry, when it has expired
	// by every clock.
	keyPrefixesSQL = `select substr(hash, 1, 8) from api_keys
where revoked_at is null and (expires_at is null or expires_at > now() - interval '1 day')`

	keysSQL = `select (select count(*) from api_keys where tenant_id = $1 and revoked_at is null) as total, ` + keyColumns + `
from api_keys
where tenant_id = $1 and revoked_at is null
order by created_at desc, id desc
limit $2 offset $3`

	otherKeySQL = `select exists (select from api_keys
	where tenant_id = $1 and id <> $2 and scopes = '{}' and revoked_at is null
		and (expires_at is null or expires_at >= $3))`

	getKeySQL = `select ` + keyColumns + ` from api_keys where tenant_id = $1 and id = $2 and revoked_at is null`

	replaceKeySQL = `update api_keys set expires_at = $3, replaced_by = $4 where tenant_id = $1 and id = $2`

	// Locks the rows one by one in the order of the ids, so that two servers that note the
	// same keys don't deadlock.
	noteKeyUseSQL = `update api_keys k set last_used_at = greatest(k.last_used_at, locked.at)
from (
	select found.id, used.at from unnest($1::uuid[], $2::timestamptz[]) as used (id, at),
		lateral (select id from api_keys where id = used.id for no key update) found
) locked
where k.id = locked.id`
)

const (
	// Locks the tenant: a change of the tenant sends notifications for all its keys, so it
	// must see this one.
	createKeySQL = `with live as (
	select count(*) as keys from api_keys
	where tenant_id = $1 and revoked_at is null and (expires_at is null or expires_at > $8::timestamptz - interval '1 day')
), tenant as (
	select id as tenant_id from tenants, live where id = $1 and live.keys < $10 for share of tenants
)
insert into api_keys (tenant_id, id, hash, name, prefix, last4, scopes, created_at, expires_at)
select tenant_id, $2, $3, $4, $5, $6, $7, $8, $9 from tenant`

	// Revokes a valid key with full access only if another such key lasts as long. Returns
	// whether it has revoked the key.
	revokeKeySQL = `with key as (
	select id, expires_at, scopes = '{}' and (expires_at is null or expires_at > $3) as needed
	from api_keys where tenant_id = $1 and id = $2 and revoked_at is null
), revoked as (
	update api_keys k set revoked_at = $3
	from key
	where k.tenant_id = $1 and k.id = key.id and (not key.needed or exists (
		select from api_keys other
		where other.tenant_id = $1 and other.id <> key.id and other.scopes = '{}' and other.revoked_at is null
			and (other.expires_at is null or other.expires_at >= key.expires_at)))
	returning k.tenant_id
)
select exists (select from revoked) from key`
)

// PrincipalByKey implements server.KeyStore.
func (s *Store) PrincipalByKey(ctx context.Context, hash lox.KeyHash) (lox.Principal, error) {
	var p lox.Principal
	err := s.principal.GetContext(ctx, &p, hash[:])
	if errors.Is(err, sql.ErrNoRows) {
		return lox.Principal{}, lox.ErrInvalidAPIKey
	}
	return p, wrap(ctx, "find API key", err)
}

// KeyPrefixes implements server.KeyStore. It reads the rows one by one and keeps none in
// memory.
func (s *Store) KeyPrefixes(ctx context.Context, each func(lox.KeyPrefix)) error {
	rows, err := s.keyPrefixes.QueryContext(ctx)
	if err != nil {
		return wrap(ctx, "list API keys of all tenants", err)
	}
	defer func() { _ = rows.Close() }()
	var prefix sql.RawBytes
	for rows.Next() {
		if err := rows.Scan(&prefix); err != nil {
			return wrap(ctx, "list API keys of all tenants", err)
		}
		each(lox.KeyPrefix(prefix))
	}
	return wrap(ctx, "list API keys of all tenants", rows.Err())
}

// APIKeys implements server.KeyStore.
func (s *Store) APIKeys(ctx context.Context, tenant lox.TenantID, limit, offset int) ([]lox.APIKey, int64, error) {
	var rows []struct {
		Total int64 `db:"total"`
		lox.APIKey
	}
	if err := s.keys.SelectContext(ctx, &rows, tenant, limit, offset); err != nil { //nolint:musttag // the hash is not read
		return nil, 0, wrap(ctx, "list API keys", err)
	}
	if len(rows) == 0 && offset > 0 {
		// A page after the last one has no row with the total.
		_, total, err := s.APIKeys(ctx, tenant, 1, 0)
		return nil, total, err
	}
	keys, total := make([]lox.APIKey, 0, len(rows)), int64(0)
	for _, row := range rows {
		keys, total = append(keys, row.APIKey), row.Total
	}
	return keys, total, nil
}

// CreateAPIKey implements server.KeyStore. The tenant's lock ensures that concurrent creations
// count each other's keys.
func (s *Store) CreateAPIKey(ctx context.Context, k lox.APIKey, by lox.Actor) error {
	err := s.withKeys(ctx, "create API key", k.Tenant, func(tx *sqlx.Tx) error {
		return s.insertKey(ctx, tx, k, by)
	})
	if errors.Is(err, lox.ErrKeyNotFound) {
		return errTenantDeleted
	}
	if ranTwice(err, "api_keys_pkey") {
		return nil
	}
	return err
}

func (s *Store) insertKey(ctx context.Context, tx *sqlx.Tx, k lox.APIKey, by lox.Actor) error {
	n, err := affected(ctx, "create API key", tx.StmtxContext(ctx, s.createKey),
		k.Tenant, k.ID, k.Hash[:], k.Name, k.Prefix, k.Last4, k.Scopes, k.CreatedAt, k.ExpiresAt, lox.MaxAPIKeys)
	if err != nil {
		return err
	}
	if n == 0 {
		return lox.ErrTooManyKeys
	}
	return s.record(ctx, tx, k.Created(by))
}

// RevokeAPIKey implements server.KeyStore. The tenant's lock prevents that another key is
// revoked meanwhile.
func (s *Store) RevokeAPIKey(ctx context.Context, p lox.Principal, id lox.KeyID, now time.Time, by lox.Actor) error {
	tenant := p.Tenant
	return s.withKeys(ctx, "revoke API key", tenant, func(tx *sqlx.Tx) error {
		k, err := s.readKey(ctx, tx, tenant, id)
		if err != nil {
			return err
		}
		if err := p.CanRevoke(k); err != nil {
			return err
		}
		var revoked bool
		err = tx.StmtxContext(ctx, s.revokeKey).GetContext(ctx, &revoked, tenant, id, now)
		if err != nil {
			return wrap(ctx, "revoke API key", err)
		}
		if !revoked {
			return lox.ErrLastKey
		}
		return s.record(ctx, tx, k.Revoked(now, by))
	})
}

// RotateAPIKey implements server.KeyStore.
func (s *Store) RotateAPIKey(
	ctx context.Context, tenant lox.TenantID, id lox.KeyID, by lox.Actor, rotate func(*lox.APIKey) (lox.APIKey, error),
) error {
	return s.withKeys(ctx, "rotate API key", tenant, func(tx *sqlx.Tx) error {
		k, err := s.readKey(ctx, tx, tenant, id)
		if err != nil {
			return err
		}
		before := k
		next, err := rotate(&k)
		if err != nil {
			return err
		}
		next.Tenant = tenant
		if err := s.checkLastKey(ctx, tx, before, next); err != nil {
			return err
		}
		if err := s.insertKey(ctx, tx, next, by); err != nil {
			return err
		}
		_, err = affected(ctx, "replace API key", tx.StmtxContext(ctx, s.replaceKey), tenant, id, k.ExpiresAt, k.ReplacedBy)
		if err != nil {
			return err
		}
		return s.record(ctx, tx, k.Rotated(next.CreatedAt, by))
	})
}

func (s *Store) readKey(ctx context.Context, tx *sqlx.Tx, tenant lox.TenantID, id lox.KeyID) (k lox.APIKey, err error) {
	err = tx.StmtxContext(ctx, s.getKey).GetContext(ctx, &k, tenant, id) //nolint:musttag // the hash is not read
	if errors.Is(err, sql.ErrNoRows) {
		return k, lox.ErrKeyNotFound
	}
	return k, wrap(ctx, "read API key", err)
}

// checkLastKey returns ErrLastKey for a rotation by which the tenant would lock itself
// out: the successor of a key with full access expires before it, and no other such key
// lasts as long.
func (s *Store) checkLastKey(ctx context.Context, tx *sqlx.Tx, k, next lox.APIKey) error {
	if len(k.Scopes) > 0 || next.ExpiresAt == nil || k.ExpiresAt != nil && !next.ExpiresAt.Before(*k.ExpiresAt) {
		return nil
	}
	var exists bool
	err := tx.StmtxContext(ctx, s.otherKey).GetContext(ctx, &exists, k.Tenant, k.ID, k.ExpiresAt)
	if err == nil && !exists {
		return lox.ErrLastKey
	}
	return wrap(ctx, "look for another API key", err)
}

// withKeys calls work in a transaction that has locked the tenant and its keys.
func (s *Store) withKeys(ctx context.Context, what string, tenant lox.TenantID, work func(*sqlx.Tx) error) error {
	err := s.transact(ctx, what, func(tx *sqlx.Tx) error {
		_, err := s.lock(ctx, tx, tenant)
		if errors.Is(err, lox.ErrTenantNotFound) {
			return lox.ErrKeyNotFound
		}
		if err != nil {
			return err
		}
		return work(tx)
	})
	s.recorded()
	return err
}

// noteBatch is how many keys one transaction updates. A revocation may have to wait for its
// locks.
const noteBatch = 500

// NoteKeyUse implements server.KeyStore.
func (s *Store) NoteKeyUse(ctx context.Context, used map[lox.KeyID]time.Time) error {
	ids := slices.SortedFunc(maps.Keys(used), func(a, b lox.KeyID) int { return bytes.Compare(a[:], b[:]) })
	for some := range slices.Chunk(ids, noteBatch) {
		times := make([]string, len(some))
		for i, id := range some {
			times[i] = used[id].UTC().Format(time.RFC3339Nano)
		}
		if _, err := affected(ctx, "note use of API keys", s.noteKeyUse, pq.Array(some), pq.Array(times)); err != nil {
			return err
		}
	}
	return nil
}
