package lox

import (
	"context"
	"time"
)

// KeyStore keeps API keys. Every method that takes a tenant sees that tenant's
// keys alone.
type KeyStore interface {
	// PrincipalByKey finds the live key with that hash. CodeAuthentication:
	// there is none, or it was revoked. Expiry is left to the caller's clock.
	PrincipalByKey(ctx context.Context, hash KeyHash) (Principal, error)

	// KeyPrefixes calls each with the first 8 bytes of the hash of every key that is
	// not revoked, of all tenants, in any order and as they arrive. On an error, some
	// may be missing.
	KeyPrefixes(ctx context.Context, each func(KeyPrefix)) error

	// APIKeys returns a page of the tenant's keys that are not revoked, newest
	// first, and how many there are in all.
	APIKeys(ctx context.Context, tenant TenantID, limit, offset int) ([]APIKey, int64, error)

	// CreateAPIKey inserts a key. CodeInvalidState: the tenant has MaxAPIKeys.
	CreateAPIKey(ctx context.Context, k APIKey, by Actor) error

	// RevokeAPIKey ends a key of the principal's tenant for good. CodeNotFound: the
	// tenant has none with that id; CodePermissionDenied: it can do what the
	// principal can't; CodeInvalidState: it may do everything and no other such key
	// works for as long as it does, so that the tenant would lock itself out.
	RevokeAPIKey(ctx context.Context, p Principal, id KeyID, now time.Time, by Actor) error

	// RotateAPIKey has rotate make the successor of a key, and stores both, or
	// neither if rotate fails. Meanwhile the key can't change. CodeNotFound;
	// CodeInvalidState as of RevokeAPIKey, if the successor ends before it.
	RotateAPIKey(ctx context.Context, tenant TenantID, id KeyID, by Actor, rotate func(*APIKey) (APIKey, error)) error

	// NoteKeyUse records when keys were last used, unless they were later.
	NoteKeyUse(ctx context.Context, used map[KeyID]time.Time) error

	// WatchKeys tells the watch of every change to what PrincipalByKey answers,
	// made by any process, until ctx ends. It goes on after failures.
	WatchKeys(ctx context.Context, w KeyWatch)
}

// KeyWatch hears of changes to keys and to their tenants.
type KeyWatch interface {
	// KeyChanged says that what is known about a key is out of date.
	KeyChanged(hash KeyHash)
	// KeysWatched says that from now on every change is told. All that was known
	// before is out of date.
	KeysWatched()
	// KeysUnwatched says why changes may be missed from now on.
	KeysUnwatched(why error)
}

// ErrKeyNotFound is the answer to the id of a key that the tenant hasn't.
var ErrKeyNotFound = Errorf(CodeNotFound, "API key with given ID not found")

// MaxAPIKeys is how many keys a tenant may have that are neither revoked nor
// expired for a day. Without the day, keys that expire at once could be made
// without end.
const MaxAPIKeys = 1000

// ErrTooManyKeys is why there can't be another key.
var ErrTooManyKeys = Errorf(CodeInvalidState, "The tenant has %d API keys, as many as it may have: revoke some first", MaxAPIKeys)

// ErrLastKey is why the last key that may do everything stays, or the one of them
// that lasts the longest.
var ErrLastKey = Errorf(CodeInvalidState, "The API key must stay: no other key with full access lasts as long").
	With("id", "First create a key without scopes that lasts at least as long")
