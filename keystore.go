package lox

import (
	"context"
	"time"
)

// KeyStore keeps API keys. Every method that takes a tenant reads only that tenant's
// keys.
type KeyStore interface {
	// PrincipalByKey finds the key with a hash. CodeAuthentication: there is no such key,
	// or it was revoked. The caller must check the expiry by its own clock.
	PrincipalByKey(ctx context.Context, hash KeyHash) (Principal, error)

	// KeyPrefixes calls each with the first 8 bytes of the hash of every key that is
	// not revoked, of all tenants, in any order, while it reads them. After an error,
	// some may be missing.
	KeyPrefixes(ctx context.Context, each func(KeyPrefix)) error

	// APIKeys returns a page of the tenant's keys that are not revoked, newest
	// first, and how many there are in all.
	APIKeys(ctx context.Context, tenant TenantID, limit, offset int) ([]APIKey, int64, error)

	// CreateAPIKey inserts a key. CodeInvalidState: the tenant has MaxAPIKeys.
	CreateAPIKey(ctx context.Context, k APIKey, by Actor) error

	// RevokeAPIKey revokes a key of the principal's tenant. CodeNotFound: the tenant
	// has no key with that id; CodePermissionDenied: the key has permissions that the
	// principal lacks; CodeInvalidState: the key has full access and no other key with
	// full access lasts as long, so the tenant would lock itself out.
	RevokeAPIKey(ctx context.Context, p Principal, id KeyID, now time.Time, by Actor) error

	// RotateAPIKey calls rotate to make the successor of a key, and stores both keys, or
	// neither if rotate fails. The key is locked meanwhile. CodeNotFound;
	// CodeInvalidState as for RevokeAPIKey, if the successor expires before the key.
	RotateAPIKey(ctx context.Context, tenant TenantID, id KeyID, by Actor, rotate func(*APIKey) (APIKey, error)) error

	// NoteKeyUse records when keys were last used. It never replaces a later time.
	NoteKeyUse(ctx context.Context, used map[KeyID]time.Time) error

	// WatchKeys calls w for every change, by any process, to a result of PrincipalByKey,
	// until ctx ends. After a failure it connects again.
	WatchKeys(ctx context.Context, w KeyWatch)
}

// KeyWatch receives changes to keys and to their tenants.
type KeyWatch interface {
	// KeyChanged is called when a key or its tenant has changed: cached data about the
	// key is out of date.
	KeyChanged(hash KeyHash)
	// KeysWatched is called when the watch begins: from now on KeyChanged is called for
	// every change. All data that was cached before may be out of date.
	KeysWatched()
	// KeysUnwatched is called when the watch is interrupted: from now on changes may be missed.
	KeysUnwatched(why error)
}

// ErrKeyNotFound means that the tenant has no key with the id.
var ErrKeyNotFound = Errorf(CodeNotFound, "API key with given ID not found")

// MaxAPIKeys is how many keys a tenant may have. Revoked keys don't count, and expired
// keys count for one day more: otherwise a client could make any number of keys that
// expire at once.
const MaxAPIKeys = 1000

// ErrTooManyKeys means that the tenant has MaxAPIKeys keys.
var ErrTooManyKeys = Errorf(CodeInvalidState, "The tenant has %d API keys, as many as it may have: revoke some first", MaxAPIKeys)

// ErrLastKey means that the key must not be revoked, because no other key with full access
// lasts as long.
var ErrLastKey = Errorf(CodeInvalidState, "The API key must stay: no other key with full access lasts as long").
	With("id", "First create a key without scopes that lasts at least as long")
