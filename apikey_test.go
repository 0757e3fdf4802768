package lox_test

import (
	"crypto/sha256"
	"regexp"
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
		assert.Equal(t, key[36:], lox.KeyLast4(key))
	}
}

// Any one wrong character is found, as CRC-32 finds every burst of up to 32
// bits.
func TestAMistypedKeyIsRefused(t *testing.T) {
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

func TestScopes(t *testing.T) {
	t.Parallel()
	all := lox.Principal{}
	assert.True(t, all.Can(lox.ScopeBackupsDelete), "a key without scopes has them all")
	appendOnly := lox.Principal{Scopes: []lox.Scope{lox.ScopeBackupsWrite}}
	assert.True(t, appendOnly.Can(lox.ScopeBackupsWrite))
	assert.False(t, appendOnly.Can(lox.ScopeBackupsDelete))
}

func TestPlans(t *testing.T) {
	t.Parallel()
	const gib = 1 << 30
	for name, quota := range map[string]int64{"free": 5 * gib, "Solo": 50 * gib, "PRO": 250 * gib, "business": 1 << 40, "enterprise": 10 << 40} {
		plan, err := lox.ParsePlan(name)
		require.NoError(t, err)
		tenant, err := lox.NewTenant("t", plan, nil, time.Now())
		require.NoError(t, err)
		assert.Equal(t, quota, tenant.Quota(), name)
	}
	_, err := lox.ParsePlan("gold")
	assert.ErrorContains(t, err, `plan "gold": want one of [free solo pro business enterprise]`)
}

func TestNewTenantRefuses(t *testing.T) {
	t.Parallel()
	minus := int64(-1)
	for _, c := range []struct {
		name  string
		quota *int64
	}{{name: ""}, {name: string(make([]rune, 256))}, {name: "a\nb"}, {name: "a\xff"}, {name: "ok", quota: &minus}} {
		_, err := lox.NewTenant(c.name, lox.PlanFree, c.quota, time.Now())
		assert.Equal(t, lox.CodeValidation, lox.CodeOf(err), "%+v", c)
	}
}
