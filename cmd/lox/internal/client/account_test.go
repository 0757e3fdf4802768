package client

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

const (
	goldenStatus = `
Server  http://127.0.0.1:8080/api
Tenant  Example Ltd, pro plan
ID      ten_00000000000000000000000000

Used      [##########----------------------------------------] 20 %
          50.0 GiB of 250 GiB
Reserved  3 B by uploads that are not complete
Left      200 GiB
Full      2024-01-24 at the present rate, in 3 days
Newest    2024-01-20T10:00:00Z, 2 hours ago

Backups      count      size
  completed      1  50.0 GiB
  verifying      0       0 B
  pending        1       3 B
  failed         1      20 B

Limits       a minute    left    an hour     left
  API calls   100,000  99,997  1,000,000  999,997
  Uploads      20,000            200,000
  Downloads    40,000            400,000
`
	goldenEvents = `
TIME (UTC)           TYPE                    SUBJECT   ACTOR, ADDRESS
2024-01-20 12:00:00  backup.deleted          bkp…0000  key…0000 127.0.0.1
2024-01-20 12:00:00  api_key.created         key…0000  test
2024-01-20 12:00:00  tenant.created          ten…0000  test
2024-01-19 14:00:00  backup.failed           bkp…0000  test
2024-01-19 12:00:00  backup.created          bkp…0000  test
`
	goldenKeys = `
key_00000000000000000000000000  lox_0000…0000  old
    may: everything
    created 2024-01-20 12:00, never used
key_00000000000000000000000000  lox_0000…0000  nightly, on t…achine in the plant
    may: backups:read backups:write
    created 2024-01-20 12:00, never used
    expires 2024-12-31 00:00
key_00000000000000000000000000  lox_0000…0000  old
    may: everything
    created 2024-01-20 12:00, never used
    expired 2024-01-20 12:00, rotated to key_00000000000000000000000000
key_00000000000000000000000000  lox_0000…0000
    may: everything
    created 2024-01-20 12:00, last used 2024-01-20 11:00
`
	goldenNewKey = `
ID       key_00000000000000000000000000
Name     audit
May      backups:read events:read
Expires  2025-01-01T00:00:00Z
API key  lox_0000

The key is shown this once. Keep it secret.
`
	goldenRotated = `
ID       key_00000000000000000000000000
Name     audit
May      backups:read events:read
Expires  2025-01-01T00:00:00Z
Old key  key_00000000000000000000000000 works until 2024-01-21T12:00:00Z
API key  lox_0000

The key is shown this once. Keep it secret.
`
)

func TestStatusShowsUsageAndLimits(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	assert.Contains(t, h.must("status"), "Newest  none\n")
	h.keep(lox.NewBackup{Name: "large", Size: 50 << 30}, epoch.Add(-2*time.Hour), lox.StatusCompleted)
	h.keep(lox.NewBackup{Name: "failed", Size: 20}, epoch.Add(-day), lox.StatusFailed)
	h.keep(lox.NewBackup{Name: "pending", Size: 3}, epoch, lox.StatusPending)
	h.now.Add(3600) // a new window of the rate limits
	h.now.Add(-3600)
	text := h.must("status")
	assert.Regexp(t, "^"+strings.NewReplacer("99,997", "99,99[0-9]", "999,997", "999,99[0-9]").Replace(regexpQuote(goldenStatus))+"$", "\n"+masked(text))

	var got struct {
		URL    string `json:"url"`
		Tenant struct {
			Name string `json:"name"`
		} `json:"tenant"`
		Storage struct {
			Used       int64   `json:"used_bytes"`
			Percentage float64 `json:"used_percentage"`
		} `json:"storage"`
		Stats struct {
			ByStatus map[string]map[string]int64 `json:"by_status"`
		} `json:"stats"`
		Left map[string]int64 `json:"api_calls_left"`
	}
	require.NoError(t, json.Unmarshal([]byte(h.must("status", "--json")), &got))
	assert.Equal(t, h.url, got.URL)
	assert.Equal(t, "Example Ltd", got.Tenant.Name)
	assert.Equal(t, int64(50<<30), got.Storage.Used)
	assert.InDelta(t, 20.0, got.Storage.Percentage, 0)
	assert.Equal(t, map[string]int64{"count": 1, "bytes": 20}, got.Stats.ByStatus["failed"])
	assert.Positive(t, got.Left["minute"])
	assert.Positive(t, got.Left["hour"])
}

func TestQuotaBarIsRoundedDown(t *testing.T) {
	t.Parallel()
	for percentage, full := range map[float64]int{-1: 0, 0: 0, 1.9: 0, 2: 1, 50: 25, 99.9: 49, 100: 50, 130: 50} {
		assert.Equal(t, "["+strings.Repeat("#", full)+strings.Repeat("-", 50-full)+"]", bar(percentage), percentage)
	}
}

func TestEventsAreListedAndFiltered(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	b := h.keep(lox.NewBackup{Name: "failed", Size: 20}, epoch.Add(-day), lox.StatusFailed)
	h.must("rm", "--yes", b.ID.String())
	text := h.must("events")
	golden(t, goldenEvents, text)
	all := ids(t, h.must("events", "--json", "--all"))
	require.Len(t, all, strings.Count(goldenEvents, "\n")-2)
	for _, c := range []struct {
		args []string
		want int
	}{
		{[]string{"--type", "backup.failed"}, 1},
		{[]string{"--subject", b.ID.String()}, 3},
		{[]string{"--actor", "test"}, 4},
		{[]string{"--since", "2024-01-20"}, 3},
		{[]string{"--until", "2024-01-19T13:00:00Z"}, 1},
		{[]string{"--limit", "1"}, 1},
	} {
		assert.Len(t, ids(t, h.must(append([]string{"events", "--json"}, c.args...)...)), c.want, "%q", c.args)
	}
	assert.Equal(t, result{err: "The record has no such events.\n"}, h.run("events", "--type", "webhook.created"))
}

func TestKeysAreCreatedRotatedAndRevoked(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	principal, err := h.store.PrincipalByKey(t.Context(), hashOf(t, h.key))
	require.NoError(t, err)
	require.NoError(t, h.store.NoteKeyUse(t.Context(), map[lox.KeyID]time.Time{principal.Key: epoch.Add(-time.Hour)}))
	old, _ := h.newKey(func(k *lox.APIKey) { k.Name = "old" })
	expires := time.Date(2024, 12, 31, 0, 0, 0, 0, time.UTC)
	next, _ := h.newKey(func(k *lox.APIKey) { k.Name, k.ExpiresAt = "nightly, on the only machine in the plant", &expires },
		lox.ScopeBackupsRead, lox.ScopeBackupsWrite)
	h.must("keys", "rotate", old.ID.String(), "--overlap", "0s", "--quiet")
	golden(t, goldenKeys, h.must("keys", "ls"))
	assert.Len(t, ids(t, h.must("keys", "ls", "--json")), 4)

	// A new key works, until it is rotated.
	made := h.must("keys", "create", "--name", "audit", "--scope", "backups:read,events:read", "--expires", "2024-12-31")
	golden(t, goldenNewKey, made)
	id, key := field(made, "ID"), field(made, "API key")
	h.env[keyVariable] = key
	h.must("ls")
	assert.Contains(t, h.fails(exitRefused, "keys", "ls"), "tenant:read")
	h.env[keyVariable] = h.key
	rotated := h.must("keys", "rotate", id)
	golden(t, goldenRotated, rotated)
	assert.Contains(t, h.fails(exitFailed, "keys", "rotate", id), "has been rotated before")
	quiet := strings.TrimSpace(h.must("keys", "rotate", field(rotated, "ID"), "--quiet", "--overlap", "0s"))
	h.with(field(rotated, "API key")).becomesRefused()
	h.env[keyVariable] = quiet
	h.must("ls")

	h.env[keyVariable] = h.key
	var created struct {
		ID  string `json:"id"`
		Key string `json:"key"`
	}
	require.NoError(t, json.Unmarshal([]byte(h.must("keys", "create", "--json")), &created))
	assert.Equal(t, "Revoked "+created.ID+"\n", h.must("keys", "revoke", "--yes", created.ID))
	h.with(created.Key).becomesRefused()
	h.env[keyVariable] = h.key
	assert.Contains(t, h.fails(exitNotFound, "keys", "revoke", "--yes", created.ID), "there is no API key "+created.ID)

	screen, terminal := openTerminal(t)
	h.in = terminal
	say(t, screen, "y\n")
	h.must("keys", "revoke", next.ID.String())
	assert.NotContains(t, h.must("keys", "ls"), next.ID.String()+"  ")
	assert.Contains(t, h.fails(exitNotFound, "keys", "revoke", next.ID.String()), "there is no API key "+next.ID.String())
}

func TestAllPagesOfKeysAreListed(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	const more = 150
	for range more {
		h.newKey(func(*lox.APIKey) {})
	}
	seen := map[string]bool{}
	for _, id := range ids(t, h.must("keys", "ls", "--json")) {
		seen[id] = true
	}
	assert.Len(t, seen, more+1)
}

func hashOf(t *testing.T, key string) lox.KeyHash {
	t.Helper()
	hash, err := lox.HashAPIKey(key)
	require.NoError(t, err)
	return hash
}

// field returns the text behind a label.
func field(text, label string) string {
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, label+" "); ok {
			return strings.TrimSpace(rest)
		}
	}
	return ""
}
