package lox

import (
	"crypto/rand"
	"crypto/sha256"
	"hash/crc32"
	"math/big"
	"time"
)

// KeyHash is the SHA-256 of an API key. The key itself is never stored. Keys
// carry 178 random bits, so a slow hash would add no protection.
type KeyHash [sha256.Size]byte

// KeyPrefix is the beginning of a KeyHash: enough to tell existing keys from
// others, and not enough to recover a key.
type KeyPrefix [8]byte

// APIKey describes a stored key.
type APIKey struct {
	ID     KeyID    `db:"id"`
	Tenant TenantID `db:"tenant_id"`
	// Name is the name that its owner gave it. It may be empty.
	Name string `db:"name"`
	Hash KeyHash
	// Prefix and Last4 are the first eight and the last four characters of the
	// key, so that people can tell keys apart.
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

// StoredKey returns the record to store for a plaintext key, without the key itself.
// CodeAuthentication: the text does not have the form of a LOX key.
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

// NewKey is a client's request for a key.
type NewKey struct {
	Name      string
	Scopes    Scopes
	ExpiresAt *time.Time
}

// Issue makes the requested key on behalf of a principal. It returns the record to
// store and the plaintext. CodeValidation: the expiry is in the past, or the name
// or a scope is invalid; CodePermissionDenied: the key would have more
// permissions than the principal.
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
	// RFC 3339 cannot express later years.
	if n.ExpiresAt != nil && (!Seconds(*n.ExpiresAt).After(now) || n.ExpiresAt.UTC().Year() > 9999) {
		problems["expires_at"] = "Must be an RFC 3339 timestamp in the future, such as 2030-01-15T10:30:00Z"
	}
	return invalidBody(problems)
}

// MaxKeyOverlap is the longest time that a rotated key may stay valid.
const MaxKeyOverlap = 30 * 24 * time.Hour

// Rotation says how to replace a key.
type Rotation struct {
	// Overlap is how long the old key stays valid, 0 to MaxKeyOverlap.
	Overlap time.Duration
	// ExpiresAt is the expiry of the new key. Nil means the expiry of the old key.
	ExpiresAt *time.Time
}

// Rotate makes the successor of k, with the same name and scopes, and returns its
// record and its plaintext. It sets the expiry of k to the end of the overlap, unless
// k expires earlier. CodeInvalidState: k has expired or already has a successor.
// Other errors are those of Issue.
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
	// The name is kept without a check: an older release may have accepted it under other rules.
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

// Expired reports whether the key's expiry has passed.
func (k *APIKey) Expired(now time.Time) bool { return k.ExpiresAt != nil && !now.Before(*k.ExpiresAt) }

// An API key is "lox_", 30 random base62 digits and 6 check digits: the CRC-32
// (IEEE) of the characters before them. So a mistyped key is refused without a
// query to the database.
const (
	keyPrefix   = "lox_"
	keyRandom   = 30
	keyCheck    = 6
	keyLen      = len(keyPrefix) + keyRandom + keyCheck
	keyShown    = len(keyPrefix) + 4
	base62Chars = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// NewAPIKey returns a new plaintext key. It is shown once and never stored.
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
// CodeAuthentication: the text does not have the form of a LOX key.
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
