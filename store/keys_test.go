package store_test

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/storetest"
)

func principal(t *testing.T, s *store.Grouped, key string) (lox.Principal, error) {
	t.Helper()
	hash, err := lox.HashAPIKey(key)
	require.NoError(t, err)
	return s.PrincipalByKey(t.Context(), hash)
}

// addKey gives a tenant a key that edit has changed.
func addKey(t *testing.T, s *store.Grouped, tenant lox.TenantID, edit func(*lox.APIKey)) (lox.APIKey, string) {
	t.Helper()
	k, key := storetest.NewKey(t, tenant, noon)
	edit(&k)
	require.NoError(t, s.CreateAPIKey(t.Context(), k, storetest.By))
	return k, key
}

// only returns the only key of a new tenant.
func only(t *testing.T, s *store.Grouped, tenant lox.TenantID) lox.APIKey {
	t.Helper()
	keys, total, err := s.APIKeys(t.Context(), tenant, 10, 0)
	require.NoError(t, err)
	require.Len(t, keys, 1)
	require.EqualValues(t, 1, total)
	return keys[0]
}

func expires(at time.Time) func(*lox.APIKey) { return func(k *lox.APIKey) { k.ExpiresAt = &at } }

func scoped(scopes ...lox.Scope) func(*lox.APIKey) { return func(k *lox.APIKey) { k.Scopes = scopes } }

func full(*lox.APIKey) {}

func TestPrincipalByKey(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tenant, key := storetest.TenantOn(t, s, lox.PlanPro, lox.ScopeBackupsRead, lox.ScopeBackupsWrite)
	p, err := principal(t, s, key)
	require.NoError(t, err)
	assert.Equal(t, lox.Principal{
		Tenant: tenant.ID, Key: p.Key, Plan: lox.PlanPro, Scopes: lox.Scopes{lox.ScopeBackupsRead, lox.ScopeBackupsWrite},
	}, p)
	assert.Equal(t, only(t, s, tenant.ID).ID, p.Key)

	_, err = s.UpdateTenant(t.Context(), tenant.ID, time.Now(), storetest.By, func(t *lox.Tenant) error {
		t.Plan, t.SuspendedAt = lox.PlanSolo, &noon
		return nil
	})
	require.NoError(t, err)
	p, err = principal(t, s, key)
	require.NoError(t, err)
	assert.True(t, p.Suspended)
	assert.Equal(t, lox.PlanSolo, p.Plan)

	// The caller checks expiry, the store checks revocation.
	soon, expiring := addKey(t, s, tenant.ID, expires(noon.Add(time.Second)))
	p, err = principal(t, s, expiring)
	require.NoError(t, err)
	assert.True(t, p.ExpiresAt.Equal(noon.Add(time.Second)))
	require.NoError(t, s.RevokeAPIKey(t.Context(), lox.Principal{Tenant: tenant.ID}, soon.ID, noon.Add(time.Hour), storetest.By))
	_, err = principal(t, s, expiring)
	code(t, lox.CodeAuthentication, err)
	_, err = principal(t, s, lox.NewAPIKey())
	code(t, lox.CodeAuthentication, err)
}

func TestAPIKeysAreListed(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tenant, key := storetest.Tenant(t, s, quota)
	other, _ := storetest.Tenant(t, s, quota)
	first := only(t, s, tenant.ID)
	assert.Equal(t, key[:8], first.Prefix)
	assert.Equal(t, key[len(key)-4:], first.Last4)
	assert.Nil(t, first.LastUsedAt)

	at := noon.Add(time.Hour)
	revoked, _ := addKey(t, s, tenant.ID, full)
	made, _ := addKey(t, s, tenant.ID, func(k *lox.APIKey) {
		k.Name, k.Scopes, k.ExpiresAt, k.CreatedAt = "nightly", lox.Scopes{lox.ScopeBackupsWrite}, &at, first.CreatedAt
	})
	require.NoError(t, s.RevokeAPIKey(t.Context(), lox.Principal{Tenant: tenant.ID}, revoked.ID, noon, storetest.By))

	keys, total, err := s.APIKeys(t.Context(), tenant.ID, 10, 0)
	require.NoError(t, err)
	assert.EqualValues(t, 2, total)
	require.Len(t, keys, 2)
	got := keys[0]
	got.CreatedAt, *got.ExpiresAt, got.Hash = got.CreatedAt.UTC(), got.ExpiresAt.UTC(), made.Hash // lists don't have the hash
	assert.Equal(t, made, got, "the newest first")
	assert.Equal(t, first.ID, keys[1].ID)

	for offset, want := range [][]lox.KeyID{{made.ID}, {first.ID}, nil, nil} {
		page, total, err := s.APIKeys(t.Context(), tenant.ID, 1, offset)
		require.NoError(t, err)
		assert.EqualValues(t, 2, total, "at offset %d", offset)
		var ids []lox.KeyID
		for _, k := range page {
			ids = append(ids, k.ID)
		}
		assert.Equal(t, want, ids, "at offset %d", offset)
	}
	only(t, s, other.ID)
	none, total, err := s.APIKeys(t.Context(), lox.NewTenantID(), 1, 5)
	require.NoError(t, err)
	assert.Empty(t, none)
	assert.Zero(t, total)
}

// database/sql runs a statement again if the connection is lost after its commit.
func TestRepeatedCreateStatementCreatesOneKey(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tenant, _ := storetest.Tenant(t, s, quota)
	k, _ := addKey(t, s, tenant.ID, full)
	require.NoError(t, s.CreateAPIKey(t.Context(), k, storetest.By))
	_, total, err := s.APIKeys(t.Context(), tenant.ID, 1, 0)
	require.NoError(t, err)
	assert.EqualValues(t, 2, total)

	again, _ := storetest.NewKey(t, tenant.ID, noon)
	again.Hash = k.Hash
	code(t, lox.CodeInternal, s.CreateAPIKey(t.Context(), again, storetest.By))
	orphan, _ := storetest.NewKey(t, lox.NewTenantID(), noon)
	code(t, lox.CodeAuthentication, s.CreateAPIKey(t.Context(), orphan, storetest.By))
}

func TestLastFullAccessKeyStays(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	in := func(hours int) func(*lox.APIKey) { return expires(noon.Add(time.Duration(hours) * time.Hour)) }
	for what, test := range map[string]struct {
		revoked func(*lox.APIKey)
		others  []func(*lox.APIKey)
		want    lox.Code
	}{
		"alone":                           {full, nil, lox.CodeInvalidState},
		"beside one with scopes":          {full, []func(*lox.APIKey){scoped(lox.ScopeBackupsRead)}, lox.CodeInvalidState},
		"beside one like it":              {full, []func(*lox.APIKey){full}, ""},
		"beside one that expires":         {full, []func(*lox.APIKey){in(100)}, lox.CodeInvalidState},
		"expiring, beside one that stays": {in(2), []func(*lox.APIKey){full}, ""},
		"expiring, beside one as long":    {in(2), []func(*lox.APIKey){in(1), in(2)}, ""},
		"expiring, beside a shorter one":  {in(2), []func(*lox.APIKey){in(1)}, lox.CodeInvalidState},
		"expiring, beside an expired one": {in(2), []func(*lox.APIKey){in(-1)}, lox.CodeInvalidState},
		"expired":                         {in(-1), nil, ""},
		"expired just now":                {in(0), nil, ""},
		"with scopes":                     {scoped(lox.ScopeBackupsRead), nil, ""},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			// Only keys of the test: the tenant's first key has a scope, and a full key of another
			// tenant must not count.
			tenant, _ := storetest.Tenant(t, s, quota, lox.ScopeStorageRead)
			storetest.Tenant(t, s, quota)
			k, key := addKey(t, s, tenant.ID, test.revoked)
			for _, edit := range test.others {
				addKey(t, s, tenant.ID, edit)
			}
			err := s.RevokeAPIKey(t.Context(), lox.Principal{Tenant: tenant.ID}, k.ID, noon, storetest.By)
			_, gone := principal(t, s, key)
			if test.want == "" {
				require.NoError(t, err)
				code(t, lox.CodeAuthentication, gone)
				code(t, lox.CodeNotFound, s.RevokeAPIKey(t.Context(), lox.Principal{Tenant: tenant.ID}, k.ID, noon, storetest.By))
				return
			}
			require.ErrorIs(t, err, lox.ErrLastKey)
			assert.NoError(t, gone)
		})
	}
}

func TestKeysOfOthersAreNotFound(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tenant, key := storetest.Tenant(t, s, quota)
	other, _ := storetest.Tenant(t, s, quota)
	k := only(t, s, tenant.ID)
	rotate := func(*lox.APIKey) (lox.APIKey, error) {
		t.Error("has nothing to rotate")
		return lox.APIKey{}, nil
	}
	for _, by := range []lox.TenantID{other.ID, lox.NewTenantID()} {
		require.ErrorIs(t, s.RevokeAPIKey(t.Context(), lox.Principal{Tenant: by}, k.ID, noon, storetest.By), lox.ErrKeyNotFound)
		require.ErrorIs(t, s.RotateAPIKey(t.Context(), by, k.ID, storetest.By, rotate), lox.ErrKeyNotFound)
	}
	require.ErrorIs(t, s.RevokeAPIKey(t.Context(), lox.Principal{Tenant: tenant.ID}, lox.NewKeyID(), noon, storetest.By), lox.ErrKeyNotFound)
	require.ErrorIs(t, s.RotateAPIKey(t.Context(), tenant.ID, lox.NewKeyID(), storetest.By, rotate), lox.ErrKeyNotFound)
	_, err := principal(t, s, key)
	assert.NoError(t, err)
}

// 20 requests revoke a tenant's two keys again and again: one key stays.
func TestConcurrentRevocationsLeaveOneKey(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	for range 20 {
		tenant, _ := storetest.Tenant(t, s, quota)
		keys := []lox.KeyID{only(t, s, tenant.ID).ID}
		k, _ := addKey(t, s, tenant.ID, full)
		keys = append(keys, k.ID)
		var revoked atomic.Int64
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				switch err := s.RevokeAPIKey(context.Background(), lox.Principal{Tenant: tenant.ID}, keys[i%2], noon, storetest.By); lox.CodeOf(err) {
				case "":
					revoked.Add(1)
				case lox.CodeNotFound, lox.CodeInvalidState:
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		assert.EqualValues(t, 1, revoked.Load())
		only(t, s, tenant.ID)
	}
}

func TestRotation(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tenant, key := storetest.Tenant(t, s, quota)
	by, err := principal(t, s, key)
	require.NoError(t, err)
	old, now := only(t, s, tenant.ID), time.Now()
	var plaintext string
	rotate := func(k *lox.APIKey) (next lox.APIKey, err error) {
		next, plaintext, err = k.Rotate(by, lox.Rotation{Overlap: time.Hour}, now)
		return next, err
	}
	failing := lox.Errorf(lox.CodePermissionDenied, "no")
	require.ErrorIs(t, s.RotateAPIKey(t.Context(), tenant.ID, old.ID, storetest.By, func(k *lox.APIKey) (lox.APIKey, error) {
		next, _ := rotate(k)
		return next, failing
	}), failing)
	assert.Nil(t, only(t, s, tenant.ID).ReplacedBy, "neither or both")

	require.NoError(t, s.RotateAPIKey(t.Context(), tenant.ID, old.ID, storetest.By, rotate))
	p, err := principal(t, s, plaintext)
	require.NoError(t, err)
	keys, total, err := s.APIKeys(t.Context(), tenant.ID, 10, 0)
	require.NoError(t, err)
	require.EqualValues(t, 2, total)
	slices.SortFunc(keys, func(a, b lox.APIKey) int { return a.CreatedAt.Compare(b.CreatedAt) })
	byID := map[lox.KeyID]lox.APIKey{keys[0].ID: keys[0], keys[1].ID: keys[1]}
	assert.Equal(t, p.Key, *byID[old.ID].ReplacedBy)
	assert.True(t, lox.Seconds(now.Add(time.Hour)).Equal(*byID[old.ID].ExpiresAt))
	assert.Nil(t, byID[p.Key].ExpiresAt)
	p, err = principal(t, s, key)
	require.NoError(t, err)
	assert.NotNil(t, p.ExpiresAt)

	code(t, lox.CodeInvalidState, s.RotateAPIKey(t.Context(), tenant.ID, old.ID, storetest.By, rotate))
	require.NoError(t, s.RevokeAPIKey(t.Context(), lox.Principal{Tenant: tenant.ID}, old.ID, now, storetest.By))
	code(t, lox.CodeNotFound, s.RotateAPIKey(t.Context(), tenant.ID, old.ID, storetest.By, rotate))
}

func TestOneOfConcurrentRotationsWins(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tenant, key := storetest.Tenant(t, s, quota)
	by, err := principal(t, s, key)
	require.NoError(t, err)
	var won atomic.Int64
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			err := s.RotateAPIKey(context.Background(), tenant.ID, by.Key, storetest.By, func(k *lox.APIKey) (lox.APIKey, error) {
				next, _, err := k.Rotate(by, lox.Rotation{Overlap: time.Hour}, time.Now())
				return next, err
			})
			switch lox.CodeOf(err) {
			case "":
				won.Add(1)
			case lox.CodeInvalidState:
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	assert.EqualValues(t, 1, won.Load())
	_, total, err := s.APIKeys(t.Context(), tenant.ID, 1, 0)
	require.NoError(t, err)
	assert.EqualValues(t, 2, total)
}

// Servers record the use of the same keys at the same time, in any order: the latest time stays.
func TestKeyUseIsRecorded(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tenant, _ := storetest.Tenant(t, s, quota)
	const keys, servers, rounds = 40, 10, 20
	ids := []lox.KeyID{only(t, s, tenant.ID).ID}
	for len(ids) < keys {
		k, _ := addKey(t, s, tenant.ID, full)
		ids = append(ids, k.ID)
	}
	require.NoError(t, s.NoteKeyUse(t.Context(), nil))
	var all sync.WaitGroup
	for server := range servers {
		all.Go(func() {
			for round := range rounds {
				used := map[lox.KeyID]time.Time{lox.NewKeyID(): noon} // and a deleted one
				for i, id := range ids {
					used[id] = noon.Add(time.Duration((round*7+server*3+i)%(rounds*servers)) * time.Millisecond)
				}
				if err := s.NoteKeyUse(context.Background(), used); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	latest := map[lox.KeyID]int{}
	for server := range servers {
		for round := range rounds {
			for i, id := range ids {
				latest[id] = max(latest[id], (round*7+server*3+i)%(rounds*servers))
			}
		}
	}
	found, _, err := s.APIKeys(t.Context(), tenant.ID, keys, 0)
	require.NoError(t, err)
	require.Len(t, found, keys)
	for _, k := range found {
		want := noon.Add(time.Duration(latest[k.ID]) * time.Millisecond)
		assert.True(t, k.LastUsedAt.Equal(want), "%s, want %s", k.LastUsedAt, want)
	}
}

// uuidOf writes an id as the database does.
func uuidOf[K lox.Kind](id lox.ID[K]) string { return uuid.UUID(id).String() }

// The prefixes are those of all keys of all tenants that are not revoked.
func TestKeyPrefixes(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	var want []lox.KeyPrefix
	for range 3 {
		tenant, key := storetest.Tenant(t, s, quota)
		hash := hashOf(t, key)
		want = append(want, lox.KeyPrefix(hash[:8]))
		now := time.Now()
		k, _ := addKey(t, s, tenant.ID, expires(now.Add(-23*time.Hour)))
		want = append(want, lox.KeyPrefix(k.Hash[:8]))
		addKey(t, s, tenant.ID, expires(now.Add(-25*time.Hour)))
		revoked, _ := addKey(t, s, tenant.ID, full)
		require.NoError(t, s.RevokeAPIKey(t.Context(), lox.Principal{Tenant: tenant.ID}, revoked.ID, noon, storetest.By))
	}
	var got []lox.KeyPrefix
	require.NoError(t, s.KeyPrefixes(t.Context(), func(p lox.KeyPrefix) { got = append(got, p) }))
	assert.ElementsMatch(t, want, got)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, s.KeyPrefixes(ended, func(lox.KeyPrefix) {}), context.Canceled)
}
