package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store/storetest"
)

// TestRekeyWebhooks walks over more pages than one, of two tenants, while one
// webhook's secret is rotated and another webhook is deleted.
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
select $1, gen_random_uuid(), 'https://example.com', '{}', '', n % 2 = 0, now(), 'old', case when n % 3 = 0 then 'old'::bytea end, case when n % 3 = 0 then now() end
from generate_series(1, $2) n`, tenant.ID, each)
		require.NoError(t, err)
	}
	found, _, err := s.Webhooks(t.Context(), first, 2, 0)
	require.NoError(t, err)
	rotated, deleted := found[0].ID, found[1].ID
	calls := 0
	reseal := func(sealed []byte, owner lox.WebhookID) ([]byte, bool, error) {
		if calls++; calls == 1 {
			_, err := s.UpdateWebhook(t.Context(), first, rotated, func(w *lox.Webhook) error {
				w.Secret, w.Previous, w.PreviousEndsAt = []byte("fresh"), []byte("old"), new(time.Now())
				return nil
			})
			require.NoError(t, err)
			require.NoError(t, s.DeleteWebhook(t.Context(), first, deleted))
		}
		if string(sealed) != "old" {
			return sealed, false, nil
		}
		return []byte("new"), true, nil
	}
	none := func(_ lox.TenantID, id lox.WebhookID, err error) { t.Errorf("%s: %v", id, err) }
	total, changed, err := s.RekeyWebhooks(t.Context(), reseal, none)
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

	total, changed, err = s.RekeyWebhooks(t.Context(), reseal, none)
	require.NoError(t, err)
	require.EqualValues(t, 2*each-1, total)
	require.Zero(t, changed, "once more changes nothing")

	failed := 0
	_, changed, err = s.RekeyWebhooks(t.Context(), func(b []byte, _ lox.WebhookID) ([]byte, bool, error) {
		return b, false, errors.New("no key opens it")
	}, func(lox.TenantID, lox.WebhookID, error) { failed++ })
	require.NoError(t, err)
	require.Zero(t, changed)
	require.Equal(t, 2*each-1, failed)
}
