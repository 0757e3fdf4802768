package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store/storetest"
)

// Several pages of webhooks of two tenants are encrypted again, while one webhook's secret is
// rotated and another webhook is deleted.
func TestRekeyWebhooks(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s, db := storetest.Open(t, dsn), storetest.SQL(t, dsn)
	const each = 600 // a page is 1000
	var first lox.TenantID
	for i := range 2 {
		tenant, _ := storetest.Tenant(t, s, quota)
		if i == 0 {
			first = tenant.ID
		}
		_, err := db.ExecContext(t.Context(), `insert into webhooks (tenant_id, id, url, events, description, enabled, created_at, secret, previous_secret, previous_ends_at)
select $1, gen_random_uuid(), 'https://example.com', '{}', '', n % 2 = 0, now(), 'old', case when n % 3 = 0 then 'old'::bytea end, case when n % 3 = 0 then now() + interval '1 hour' end
from generate_series(1, $2) n`, tenant.ID, each)
		require.NoError(t, err)
	}
	found, _, err := s.Webhooks(t.Context(), first, 2, 0)
	require.NoError(t, err)
	rotated, deleted := found[0].ID, found[1].ID
	calls := 0
	reseal := func(sealed []byte, owner lox.WebhookID) ([]byte, bool, error) {
		if calls++; calls == 1 {
			_, err := s.UpdateWebhook(t.Context(), first, rotated, lox.EventWebhookUpdated, storetest.By, func(w *lox.Webhook) error {
				w.Secret, w.Previous, w.PreviousEndsAt = []byte("fresh"), []byte("old"), new(time.Now().Add(time.Hour))
				return nil
			})
			require.NoError(t, err)
			require.NoError(t, s.DeleteWebhook(t.Context(), first, deleted, time.Now(), storetest.By))
		}
		if string(sealed) != "old" {
			return sealed, false, nil
		}
		return []byte("new"), true, nil
	}
	none := func(_ lox.TenantID, id lox.WebhookID, err error) { t.Errorf("%s: %v", id, err) }
	total, changed, err := s.RekeyWebhooks(t.Context(), reseal, none, storetest.By)
	require.NoError(t, err)
	require.EqualValues(t, 2*each, total)
	require.EqualValues(t, 2*each-1, changed)
	var left int
	require.NoError(t, db.QueryRowContext(t.Context(), `select count(*) from webhooks where secret = 'old' or previous_secret = 'old'`).Scan(&left))
	require.Zero(t, left)
	w, err := s.Webhook(t.Context(), first, rotated)
	require.NoError(t, err)
	require.Equal(t, "fresh", string(w.Secret), "what was rotated meanwhile stays")
	require.Equal(t, "new", string(w.Previous))

	total, changed, err = s.RekeyWebhooks(t.Context(), reseal, none, storetest.By)
	require.NoError(t, err)
	require.EqualValues(t, 2*each-1, total)
	require.Zero(t, changed, "once more changes nothing")

	failed := 0
	_, changed, err = s.RekeyWebhooks(t.Context(), func(b []byte, _ lox.WebhookID) ([]byte, bool, error) {
		return b, false, errors.New("no key opens it")
	}, func(lox.TenantID, lox.WebhookID, error) { failed++ }, storetest.By)
	require.NoError(t, err)
	require.Zero(t, changed)
	require.Equal(t, 2*each-1, failed)
}

// A previous secret that no key decrypts prevents neither the present one from being encrypted
// again nor, once it has ended, the command from succeeding.
func TestRekeyWithLostSecrets(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s, db := storetest.Open(t, dsn), storetest.SQL(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	_, err := db.ExecContext(t.Context(), `insert into webhooks (tenant_id, id, url, events, description, enabled, created_at, secret, previous_secret, previous_ends_at)
select $1, gen_random_uuid(), 'https://example.com', '{}', description, true, now(), 'old', 'lost', ends
from (values ('ended', now() - interval '1 s'), ('valid', now() + interval '1 hour')) v (description, ends)`, tenant.ID)
	require.NoError(t, err)
	reseal := func(sealed []byte, _ lox.WebhookID) ([]byte, bool, error) {
		if string(sealed) == "lost" {
			return nil, false, errors.New("no key opens it")
		}
		return []byte("new"), string(sealed) == "old", nil
	}
	failures := 0
	_, _, err = s.RekeyWebhooks(t.Context(), reseal, func(lox.TenantID, lox.WebhookID, error) { failures++ }, storetest.By)
	require.NoError(t, err)
	require.Equal(t, 1, failures)
	hooks, _, err := s.Webhooks(t.Context(), tenant.ID, 10, 0)
	require.NoError(t, err)
	require.Len(t, hooks, 2)
	for _, w := range hooks {
		require.Equal(t, "new", string(w.Secret), w.Description)
		want := map[string]string{"ended": "", "valid": "lost"}[w.Description]
		require.Equal(t, want, string(w.Previous), w.Description)
	}
}
