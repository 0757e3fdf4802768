package lox_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/backlox/lox"
)

var allScopes = lox.Scopes{
	lox.ScopeBackupsRead, lox.ScopeBackupsWrite, lox.ScopeBackupsDelete, lox.ScopeStorageRead,
	lox.ScopeTenantRead, lox.ScopeTenantWrite, lox.ScopeKeysWrite, lox.ScopeWebhooksWrite,
}

func anyScopes(t *rapid.T, name string) lox.Scopes {
	return rapid.SliceOfDistinct(rapid.SampledFrom(allScopes), rapid.ID).Draw(t, name)
}

func TestScopes(t *testing.T) {
	t.Parallel()
	all := lox.Principal{}
	assert.True(t, all.Can(lox.ScopeBackupsDelete), "a key without scopes has them all")
	appendOnly := lox.Principal{Scopes: lox.Scopes{lox.ScopeBackupsWrite}}
	assert.True(t, appendOnly.Can(lox.ScopeBackupsWrite))
	assert.False(t, appendOnly.Can(lox.ScopeBackupsDelete))
}

// A key can't grant or revoke a key with more rights than its own.
func TestCanGrant(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		by := lox.Principal{Scopes: anyScopes(t, "by")}
		granted := lox.Principal{Scopes: anyScopes(t, "granted")}
		broader := len(granted.Scopes) == 0 && len(by.Scopes) > 0 // it would also get later scopes
		for _, s := range allScopes {
			broader = broader || granted.Can(s) && !by.Can(s)
		}
		want := lox.Code("")
		if broader {
			want = lox.CodePermissionDenied
		}
		assert.Equal(t, want, lox.CodeOf(by.CanGrant(granted.Scopes, nil)))
		assert.Equal(t, want, lox.CodeOf(by.CanRevoke(lox.APIKey{Scopes: granted.Scopes})), "nor be revoked")
	})
}

func TestScopesInDatabase(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		scopes := anyScopes(t, "scopes")
		value, err := scopes.Value()
		require.NoError(t, err)
		back := lox.Scopes{"of the row before"}
		require.NoError(t, back.Scan([]byte(value.(string))))
		assert.ElementsMatch(t, scopes, back)
	})
	value, err := lox.Scopes{lox.ScopeBackupsRead, lox.ScopeKeysWrite}.Value()
	require.NoError(t, err)
	assert.Equal(t, "{backups:read,keys:write}", value)
	value, err = lox.Scopes(nil).Value()
	require.NoError(t, err)
	assert.Equal(t, "{}", value, "and not null")

	var s lox.Scopes
	for _, src := range []any{nil, "{}", []byte("{")} {
		assert.Error(t, s.Scan(src))
	}
}
