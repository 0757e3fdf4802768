package lox_test

import (
	"crypto/sha256"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/backlox/lox"
)

func TestAPIKey(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^lox_[0-9A-Za-z]{36}$`)
	seen := map[string]bool{}
	for range 1000 {
		key := lox.NewAPIKey()
		require.Regexp(t, form, key)
		require.False(t, seen[key])
		seen[key] = true
		hash, err := lox.HashAPIKey(key)
		require.NoError(t, err)
		assert.Equal(t, lox.KeyHash(sha256.Sum256([]byte(key))), hash)
	}
}

// Any one wrong character is detected, because CRC-32 detects every burst of up to 32 bits.
func TestMistypedKeyIsRefused(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		key := []byte(lox.NewAPIKey())
		at := rapid.IntRange(0, len(key)-1).Draw(t, "at")
		wrong := rapid.Byte().Filter(func(b byte) bool { return b != key[at] }).Draw(t, "wrong")
		key[at] = wrong
		_, err := lox.HashAPIKey(string(key))
		assert.Equal(t, lox.CodeAuthentication, lox.CodeOf(err))
	})
	for _, key := range []string{"", "lox_", "lox_x", lox.NewAPIKey()[:39], lox.NewAPIKey() + "0"} {
		_, err := lox.HashAPIKey(key)
		assert.Equal(t, lox.CodeAuthentication, lox.CodeOf(err), "%q", key)
	}
}

func TestStoredKey(t *testing.T) {
	t.Parallel()
	tenant, key := lox.NewTenantID(), lox.NewAPIKey()
	k, err := lox.StoredKey(tenant, key, noon.Add(time.Millisecond))
	require.NoError(t, err)
	assert.NotZero(t, k.ID)
	hash, err := lox.HashAPIKey(key)
	require.NoError(t, err)
	assert.Equal(t, lox.APIKey{ID: k.ID, Tenant: tenant, Hash: hash, Prefix: key[:8], Last4: key[36:], CreatedAt: noon}, k)

	k, err = lox.StoredKey(tenant, key[:39], noon)
	assert.Equal(t, lox.CodeAuthentication, lox.CodeOf(err))
	assert.Zero(t, k)
}

func TestIssue(t *testing.T) {
	t.Parallel()
	by := lox.Principal{Tenant: lox.NewTenantID(), Scopes: lox.Scopes{lox.ScopeBackupsRead, lox.ScopeKeysWrite}}
	expires := noon.Add(time.Hour)
	asked := lox.NewKey{
		Name: strings.Repeat("ä", 255), Scopes: lox.Scopes{lox.ScopeBackupsRead}, ExpiresAt: new(expires.Add(time.Second - 1)),
	}
	k, key, err := asked.Issue(by, noon.Add(time.Millisecond))
	require.NoError(t, err)
	hash, err := lox.HashAPIKey(key)
	require.NoError(t, err)
	assert.Equal(t, lox.APIKey{
		ID: k.ID, Tenant: by.Tenant, Name: asked.Name, Hash: hash, Prefix: key[:8], Last4: key[36:],
		Scopes: asked.Scopes, CreatedAt: noon, ExpiresAt: &expires,
	}, k)

	again, other, err := asked.Issue(by, noon)
	require.NoError(t, err)
	assert.NotEqual(t, k.ID, again.ID)
	assert.NotEqual(t, key, other)

	k, _, err = lox.NewKey{}.Issue(lox.Principal{Tenant: by.Tenant}, noon)
	require.NoError(t, err)
	assert.Empty(t, k.Name)
	assert.Empty(t, k.Scopes)
	assert.Nil(t, k.ExpiresAt)
}

func TestIssueRefuses(t *testing.T) {
	t.Parallel()
	everything := lox.Principal{}
	readOnly := lox.Principal{Scopes: lox.Scopes{lox.ScopeBackupsRead}}
	for name, c := range map[string]struct {
		asked lox.NewKey
		by    lox.Principal
		code  lox.Code
		want  string
	}{
		"long name":     {lox.NewKey{Name: strings.Repeat("n", 256)}, everything, lox.CodeValidation, "name: Must be 1 to 255 characters"},
		"control":       {lox.NewKey{Name: "a\x1b[2J"}, everything, lox.CodeValidation, "name: Must not contain control characters"},
		"unknown scope": {lox.NewKey{Scopes: lox.Scopes{lox.ScopeBackupsRead, "backups:all"}}, everything, lox.CodeValidation, "scopes: Must be scopes"},
		"empty scope":   {lox.NewKey{Scopes: lox.Scopes{""}}, everything, lox.CodeValidation, "scopes: Must be scopes"},
		"expired":       {lox.NewKey{ExpiresAt: new(noon.Add(-time.Second))}, everything, lox.CodeValidation, "expires_at: Must be an RFC 3339 timestamp in the future"},
		"expires now":   {lox.NewKey{ExpiresAt: new(noon)}, everything, lox.CodeValidation, "expires_at: Must be an RFC 3339 timestamp in the future"},
		// Whole seconds are stored.
		"expires within the second": {lox.NewKey{ExpiresAt: new(noon.Add(time.Second - 1))}, everything, lox.CodeValidation, "expires_at: Must be an RFC 3339 timestamp in the future"},
		"all at once": {
			lox.NewKey{Name: "\n", Scopes: lox.Scopes{"x"}, ExpiresAt: &time.Time{}}, everything, lox.CodeValidation,
			"expires_at: Must be an RFC 3339 timestamp in the future, such as 2030-01-15T10:30:00Z; name: Must not contain control characters; scopes: Must be scopes",
		},
		"another scope": {lox.NewKey{Scopes: lox.Scopes{lox.ScopeBackupsRead, lox.ScopeBackupsWrite}}, readOnly, lox.CodePermissionDenied, "cannot grant the scope backups:write"},
		"no scopes":     {lox.NewKey{}, readOnly, lox.CodePermissionDenied, "cannot grant full access"},
	} {
		k, key, err := c.asked.Issue(c.by, noon)
		assert.Equal(t, c.code, lox.CodeOf(err), name)
		assert.ErrorContains(t, err, c.want, name)
		assert.Zero(t, k, name)
		assert.Empty(t, key, name)
	}
}

func TestRotate(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for name, c := range map[string]struct {
		expires  *time.Time // expiry of the old key, before
		rotation lox.Rotation
		ends     time.Time  // expiry of the old key, after
		next     *time.Time // expiry of the new key
	}{
		"at once":                  {ends: noon},
		"a day":                    {rotation: lox.Rotation{Overlap: day}, ends: noon.Add(day)},
		"the longest":              {rotation: lox.Rotation{Overlap: 30 * day}, ends: noon.Add(30 * day)},
		"inherits its expiry":      {new(noon.Add(9 * day)), lox.Rotation{Overlap: day}, noon.Add(day), new(noon.Add(9 * day))},
		"never lengthened":         {new(noon.Add(day)), lox.Rotation{Overlap: 2 * day}, noon.Add(day), new(noon.Add(day))},
		"an expiry of its own":     {nil, lox.Rotation{ExpiresAt: new(noon.Add(day))}, noon, new(noon.Add(day))},
		"a later one than before":  {new(noon.Add(day)), lox.Rotation{Overlap: 2 * day, ExpiresAt: new(noon.Add(9 * day))}, noon.Add(day), new(noon.Add(9 * day))},
		"in its very last seconds": {new(noon.Add(time.Second)), lox.Rotation{Overlap: day}, noon.Add(time.Second), new(noon.Add(time.Second))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			by := lox.Principal{Tenant: lox.NewTenantID()}
			old, plain := issued(t, by)
			old.ExpiresAt = c.expires
			before := old
			next, key, err := old.Rotate(by, c.rotation, noon.Add(time.Millisecond))
			require.NoError(t, err)

			assert.NotEqual(t, plain, key)
			hash, err := lox.HashAPIKey(key)
			require.NoError(t, err)
			assert.Equal(t, lox.APIKey{
				ID: next.ID, Tenant: by.Tenant, Name: old.Name, Hash: hash, Prefix: key[:8], Last4: key[36:],
				Scopes: old.Scopes, CreatedAt: noon, ExpiresAt: c.next,
			}, next)
			assert.NotEqual(t, old.ID, next.ID)

			before.ExpiresAt, before.ReplacedBy = &c.ends, &next.ID
			assert.Equal(t, before, old)
		})
	}
}

func TestRotateRefuses(t *testing.T) {
	t.Parallel()
	successor := lox.NewKeyID()
	everything := lox.Principal{}
	for name, c := range map[string]struct {
		spoil    func(*lox.APIKey)
		by       lox.Principal
		rotation lox.Rotation
		code     lox.Code
		want     string
	}{
		"rotated": {
			func(k *lox.APIKey) { k.ReplacedBy = &successor }, everything, lox.Rotation{},
			lox.CodeInvalidState, "has been rotated before; id: Was rotated to " + successor.String(),
		},
		"expired":         {func(k *lox.APIKey) { k.ExpiresAt = new(noon) }, everything, lox.Rotation{}, lox.CodeInvalidState, "has expired"},
		"too long":        {nil, everything, lox.Rotation{Overlap: 30*24*time.Hour + 1}, lox.CodeValidation, "overlap_seconds: Must be an integer from 0 to 2592000"},
		"negative":        {nil, everything, lox.Rotation{Overlap: -1}, lox.CodeValidation, "overlap_seconds: Must be an integer from 0 to 2592000"},
		"expiry gone by":  {nil, everything, lox.Rotation{ExpiresAt: new(noon)}, lox.CodeValidation, "expires_at: Must be an RFC 3339 timestamp in the future"},
		"a broader key":   {nil, lox.Principal{Scopes: lox.Scopes{lox.ScopeKeysWrite}}, lox.Rotation{}, lox.CodePermissionDenied, "cannot grant the scope backups:write"},
		"the broadest":    {func(k *lox.APIKey) { k.Scopes = nil }, lox.Principal{Scopes: lox.Scopes{lox.ScopeKeysWrite}}, lox.Rotation{}, lox.CodePermissionDenied, "cannot grant full access"},
		"rotated, lapsed": {func(k *lox.APIKey) { k.ReplacedBy, k.ExpiresAt = &successor, new(noon) }, everything, lox.Rotation{}, lox.CodeInvalidState, "has been rotated before"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k, _ := issued(t, everything)
			if c.spoil != nil {
				c.spoil(&k)
			}
			before := k
			next, key, err := k.Rotate(c.by, c.rotation, noon)
			assert.Equal(t, c.code, lox.CodeOf(err))
			assert.ErrorContains(t, err, c.want)
			assert.Zero(t, next)
			assert.Empty(t, key)
			assert.Equal(t, before, k, "a refusal changes nothing")
		})
	}
}

func TestExpired(t *testing.T) {
	t.Parallel()
	k := lox.APIKey{ExpiresAt: new(noon)}
	assert.False(t, k.Expired(noon.Add(-1)))
	assert.True(t, k.Expired(noon))
	assert.False(t, (&lox.APIKey{}).Expired(noon))
}

// issued returns a key with a name and a scope.
func issued(t testing.TB, by lox.Principal) (lox.APIKey, string) {
	t.Helper()
	k, key, err := lox.NewKey{Name: "nightly", Scopes: lox.Scopes{lox.ScopeBackupsWrite}}.Issue(by, noon.Add(-time.Hour))
	require.NoError(t, err)
	return k, key
}

var noon = time.Date(2024, 1, 15, 12, 0, 0, 0, time.UTC)
