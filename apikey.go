package lox

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"hash/crc32"
	"math/big"
	"slices"
	"time"
)

// Scope is one permission that an API key can carry.
type Scope string

// The scopes. ScopeBackupsWrite creates and completes only: a key with nothing
// else is append-only.
const (
	ScopeBackupsRead   Scope = "backups:read"
	ScopeBackupsWrite  Scope = "backups:write"
	ScopeBackupsDelete Scope = "backups:delete"
	ScopeStorageRead   Scope = "storage:read"
	ScopeTenantRead    Scope = "tenant:read"
	ScopeTenantWrite   Scope = "tenant:write"
	ScopeKeysWrite     Scope = "keys:write"
	ScopeWebhooksWrite Scope = "webhooks:write"
)

// Principal is who makes a request: a key, its tenant, and what the key may
// do. Scopes is nil for a key that may do everything.
type Principal struct {
	Tenant    TenantID
	Key       KeyID
	Plan      Plan
	Scopes    []Scope
	ExpiresAt *time.Time
}

// Can reports whether the principal holds the scope.
func (p Principal) Can(s Scope) bool { return len(p.Scopes) == 0 || slices.Contains(p.Scopes, s) }

// KeyHash is the SHA-256 of an API key, all of it that is ever stored. Keys
// carry 178 random bits, so a slow hash would protect nothing more.
type KeyHash [sha256.Size]byte

// APIKey describes a stored key.
type APIKey struct {
	ID        KeyID
	Tenant    TenantID
	Hash      KeyHash
	Last4     string
	Scopes    []Scope
	CreatedAt time.Time
	ExpiresAt *time.Time
}

// KeyStore finds who a key belongs to.
type KeyStore interface {
	// PrincipalByKey finds the live key with that hash. CodeAuthentication:
	// there is none, or it was revoked. Expiry is left to the caller's clock.
	PrincipalByKey(ctx context.Context, hash KeyHash) (Principal, error)
}

// An API key is "lox_", 30 random base62 digits and 6 check digits: the CRC-32
// (IEEE) of what stands before them. A mistyped key is so refused without a
// question to the database.
const (
	keyPrefix   = "lox_"
	keyRandom   = 30
	keyCheck    = 6
	keyLen      = len(keyPrefix) + keyRandom + keyCheck
	base62Chars = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// NewAPIKey returns a fresh plaintext key. It is shown once and never stored.
func NewAPIKey() string {
	key := []byte(keyPrefix)
	for range keyRandom {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(base62Chars))))
		if err != nil {
			panic(err) // crypto/rand never fails on a supported system
		}
		key = append(key, base62Chars[n.Int64()])
	}
	return string(appendCheck(key))
}

// HashAPIKey checks the form of a key and returns its hash.
// CodeAuthentication: it can't be a key of ours.
func HashAPIKey(key string) (KeyHash, error) {
	if len(key) != keyLen || string(appendCheck([]byte(key[:keyLen-keyCheck]))) != key {
		return KeyHash{}, ErrInvalidAPIKey
	}
	return sha256.Sum256([]byte(key)), nil
}

// KeyLast4 returns the last four characters of a key, by which a person tells
// one from another in a list.
func KeyLast4(key string) string { return key[keyLen-4:] }

func appendCheck(key []byte) []byte {
	sum := crc32.ChecksumIEEE(key)
	var check [keyCheck]byte
	for i := keyCheck - 1; i >= 0; i-- {
		check[i] = base62Chars[sum%62]
		sum /= 62
	}
	return append(key, check[:]...)
}
