package lox

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
