package lox

import (
	"crypto/rand"
	"crypto/sha256"
	"hash/crc32"
	"math/big"
	"time"
)

// KeyHash is the SHA-256 of an API key, all of it that is ever stored. Keys
// carry 178 random bits, so a slow hash would protect nothing more.
type KeyHash [sha256.Size]byte

// KeyPrefix is the beginning of a KeyHash: enough to tell keys that exist from
// those that don't, and of no use to find a key.
type KeyPrefix [8]byte

// APIKey describes a stored key.
type APIKey struct {
	ID     KeyID    `db:"id"`
	Tenant TenantID `db:"tenant_id"`
	// Name is what its owner calls it, perhaps nothing.
	Name string `db:"name"`
	Hash KeyHash
	// Prefix and Last4 are what a person tells one key from another by: its
	// first eight characters and its last four.
	Prefix    string    `db:"prefix"`
	Last4     string    `db:"last4"`
	Scopes    Scopes    `db:"scopes"`
	CreatedAt time.Time `db:"created_at"`
	// LastUsedAt lags by up to a minute.
	LastUsedAt *time.Time `db:"last_used_at"`
	ExpiresAt  *time.Time `db:"expires_at"`
	// ReplacedBy is the key that this one was rotated to.
	ReplacedBy *KeyID `db:"replaced_by"`
}

// StoredKey returns what is kept of a plaintext key: everything but itself.
// CodeAuthentication: it can't be a key of ours.
func StoredKey(tenant TenantID, key string, now time.Time) (APIKey, error) {
	hash, err := HashAPIKey(key)
	if err != nil {
		return APIKey{}, err
	}
	return APIKey{
		ID: NewKeyID(), Tenant: tenant, Hash: hash,
		Prefix: key[:keyShown], Last4: key[keyLen-4:], CreatedAt: Seconds(now),
	}, nil
}

// NewKey is what a client asks for when it creates a key.
type NewKey struct {
	Name      string
	Scopes    Scopes
	ExpiresAt *time.Time
}

// Issue makes the key that n asks for on behalf of a principal, and returns its
// plaintext beside it. CodeValidation: it would expire in the past, or the name
// or a scope is no such thing; CodePermissionDenied: it could do what the
// principal can't.
func (n NewKey) Issue(by Principal, now time.Time) (APIKey, string, error) {
	if err := n.check(now); err != nil {
		return APIKey{}, "", err
	}
	return n.issue(by, now)
}

func (n NewKey) issue(by Principal, now time.Time) (APIKey, string, error) {
	if err := by.CanGrant(n.Scopes, n.ExpiresAt); err != nil {
		return APIKey{}, "", err
	}
	key := NewAPIKey()
	k, err := StoredKey(by.Tenant, key, now)
	k.Name, k.Scopes = n.Name, n.Scopes
	if n.ExpiresAt != nil {
		at := Seconds(*n.ExpiresAt)
		k.ExpiresAt = &at
	}
	return k, key, err
}

func (n NewKey) check(now time.Time) error {
	problems := map[string]string{}
	if n.Name != "" {
		if problem := nameProblem(n.Name); problem != "" {
			problems["name"] = problem
		}
	}
	for _, s := range n.Scopes {
		if !s.known() {
			problems["scopes"] = "Must be scopes of the API document"
		}
	}
	// Later years have no form in RFC 3339.
	if n.ExpiresAt != nil && (!Seconds(*n.ExpiresAt).After(now) || n.ExpiresAt.UTC().Year() > 9999) {
		problems["expires_at"] = "Must be an RFC 3339 timestamp in the future, such as 2030-01-15T10:30:00Z"
	}
	return invalidBody(problems)
}

// MaxKeyOverlap is the longest that a rotated key may go on to work.
const MaxKeyOverlap = 30 * 24 * time.Hour

// Rotation is how a key is to be replaced.
type Rotation struct {
	// Overlap is for how long the old key goes on to work, 0 to MaxKeyOverlap.
	Overlap time.Duration
	// ExpiresAt is the new key's; nil leaves it what the old one's was.
	ExpiresAt *time.Time
}

// Rotate makes the successor of a key with its name and scopes, returns it with
// its plaintext, and has k itself expire at the end of the overlap, or when it
// would have anyway. CodeInvalidState: k has expired or has a successor already;
// otherwise as Issue.
func (k *APIKey) Rotate(by Principal, r Rotation, now time.Time) (APIKey, string, error) {
	if k.ReplacedBy != nil {
		return APIKey{}, "", Errorf(CodeInvalidState, "The API key has been rotated before").
			With("id", "Was rotated to "+k.ReplacedBy.String())
	}
	if k.Expired(now) {
		return APIKey{}, "", Errorf(CodeInvalidState, "The API key has expired").With("id", "Has expired, create another key")
	}
	if r.Overlap < 0 || r.Overlap > MaxKeyOverlap {
		return APIKey{}, "", Invalid("Invalid request body", "overlap_seconds", "Must be an integer from 0 to 2592000 (30 days)")
	}
	expires := k.ExpiresAt
	if r.ExpiresAt != nil {
		expires = r.ExpiresAt
	}
	// The name stays, even one that would not be accepted today.
	if err := (NewKey{Scopes: k.Scopes, ExpiresAt: expires}).check(now); err != nil {
		return APIKey{}, "", err
	}
	next, key, err := NewKey{Name: k.Name, Scopes: k.Scopes, ExpiresAt: expires}.issue(by, now)
	if err != nil {
		return APIKey{}, "", err
	}
	ends := Seconds(now.Add(r.Overlap))
	if k.ExpiresAt == nil || ends.Before(*k.ExpiresAt) {
		k.ExpiresAt = &ends
	}
	k.ReplacedBy = &next.ID
	return next, key, nil
}

// Expired reports whether a key has ceased to work by itself.
func (k *APIKey) Expired(now time.Time) bool { return k.ExpiresAt != nil && !now.Before(*k.ExpiresAt) }

// An API key is "lox_", 30 random base62 digits and 6 check digits: the CRC-32
// (IEEE) of what stands before them. A mistyped key is so refused without a
// question to the database.
const (
	keyPrefix   = "lox_"
	keyRandom   = 30
	keyCheck    = 6
	keyLen      = len(keyPrefix) + keyRandom + keyCheck
	keyShown    = len(keyPrefix) + 4
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

func appendCheck(key []byte) []byte {
	sum := crc32.ChecksumIEEE(key)
	var check [keyCheck]byte
	for i := keyCheck - 1; i >= 0; i-- {
		check[i] = base62Chars[sum%62]
		sum /= 62
	}
	return append(key, check[:]...)
}
