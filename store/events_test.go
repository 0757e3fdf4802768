package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/storetest"
)

// webhookEvent is an event as a webhook gets it.
type webhookEvent struct {
	Event lox.EventType  `json:"event"`
	At    time.Time      `json:"timestamp"`
	Data  map[string]any `json:"data"`
}

// inbox claims all due deliveries of a tenant, and checks what must hold for each.
func inbox(t *testing.T, s *store.Grouped, now time.Time) (all []webhookEvent) {
	t.Helper()
	for _, d := range claim(t, s, now, 1000, 1000) {
		var e webhookEvent
		require.NoError(t, json.Unmarshal(d.Payload, &e), "%s", d.Payload)
		assert.Equal(t, d.Type, e.Event)
		assert.True(t, d.CreatedAt.Equal(e.At) && d.NextAt.Equal(e.At), "due at once")
		assert.Equal(t, d.ID.String()[:13], "dlv_"+d.Event.String()[4:13], "of the same moment")
		assert.NotEqual(t, d.ID.String()[4:], d.Event.String()[4:])
		all = append(all, e)
		finish(t, s, d, lox.DeliverySucceeded)
	}
	return all
}

var everything = []lox.EventType{
	lox.EventBackupCompleted, lox.EventBackupFailed,
	lox.EventBackupCreated, lox.EventBackupDeleted, lox.EventQuotaWarning,
	lox.EventAPIKeyCreated, lox.EventAPIKeyRevoked, lox.EventWebhookDisabled,
}

// Each change is sent to the webhooks that subscribed to it, as documented.
func TestEventsOfChanges(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, key := storetest.Tenant(t, s, quota)
	other, _ := storetest.Tenant(t, s, quota)
	by, err := principal(t, s, key)
	require.NoError(t, err)
	addWebhook(t, s, tenant.ID, everything...)
	addWebhook(t, s, other.ID, everything...)
	disabled := addWebhook(t, s, tenant.ID, everything...)
	_, err = s.UpdateWebhook(t.Context(), tenant.ID, disabled.ID, lox.EventWebhookUpdated, storetest.By, setEnabled(false))
	require.NoError(t, err)
	get := func(want ...lox.EventType) []webhookEvent {
		t.Helper()
		got := inbox(t, s, noon.Add(time.Hour))
		require.Len(t, got, len(want))
		for i, e := range got {
			assert.Equal(t, want[i], e.Event)
		}
		return got
	}
	b := pending(tenant.ID, 100, noon)
	b.Name = "of \"Zoë\" \\ <&>\u2028"
	create(t, s, b)
	data := map[string]any{"id": b.ID.String(), "name": b.Name, "status": "pending", "size_bytes": 100.0}
	assert.Equal(t, data, get(lox.EventBackupCreated)[0].Data)
	once := lox.IdempotencyKey{Key: "k"}
	for range 2 {
		_, _, err = s.CreateBackupOnce(t.Context(), pending(tenant.ID, 1, noon), once, storetest.By)
		require.NoError(t, err)
	}
	failing := lox.BackupID{}
	require.NoError(t, failing.UnmarshalText([]byte(get(lox.EventBackupCreated)[0].Data["id"].(string))))
	f, err := s.Backup(t.Context(), tenant.ID, failing)
	require.NoError(t, err)
	for range 2 {
		_, err = s.Fail(t.Context(), f, lox.Failure{Text: "no", At: noon, Event: f.Failed("no", noon, storetest.By)})
		require.NoError(t, err)
	}
	assert.Equal(t, "no", get(lox.EventBackupFailed)[0].Data["error"])
	for range 2 {
		_, err = s.Complete(t.Context(), b, lox.Verified{At: noon, Event: b.Completed(lox.Checksum{}, noon, storetest.By)})
		require.NoError(t, err)
	}
	get(lox.EventBackupCompleted)
	at := noon.Add(1500 * time.Millisecond)
	require.NoError(t, s.DeleteBackup(t.Context(), tenant.ID, b.ID, at, storetest.By))
	code(t, lox.CodeBackupNotFound, s.DeleteBackup(t.Context(), tenant.ID, b.ID, at, storetest.By))
	got := get(lox.EventBackupDeleted)[0]
	data["status"] = "deleted"
	assert.Equal(t, data, got.Data)
	assert.Equal(t, noon.Add(time.Second), got.At)

	k, _ := addKey(t, s, tenant.ID, scoped(lox.ScopeBackupsRead))
	got = get(lox.EventAPIKeyCreated)[0]
	assert.Equal(t, map[string]any{"id": k.ID.String(), "prefix": k.Prefix, "last4": k.Last4, "scopes": []any{"backups:read"}}, got.Data)
	require.NoError(t, s.CreateAPIKey(t.Context(), k, storetest.By), "run twice")
	require.NoError(t, s.RevokeAPIKey(t.Context(), lox.Principal{Tenant: tenant.ID}, k.ID, noon, storetest.By))
	assert.Equal(t, got.Data, get(lox.EventAPIKeyRevoked)[0].Data)
	code(t, lox.CodeInvalidState, s.RevokeAPIKey(t.Context(), lox.Principal{Tenant: tenant.ID}, by.Key, noon, storetest.By))
	require.NoError(t, s.RotateAPIKey(t.Context(), tenant.ID, by.Key, storetest.By, func(k *lox.APIKey) (next lox.APIKey, err error) {
		next, _, err = k.Rotate(by, lox.Rotation{Overlap: time.Hour}, noon)
		return next, err
	}))
	assert.NotEqual(t, by.Key.String(), get(lox.EventAPIKeyCreated)[0].Data["id"])
	code(t, lox.CodeQuotaExceeded, s.CreateBackup(t.Context(), pending(tenant.ID, quota+1, noon), storetest.By))
	get()
	storetest.CheckCounters(t, dsn)
}

// An event to which no webhook subscribed is recorded and not delivered.
func TestUnsubscribedEventsAreOnlyRecorded(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, 100)
	w := addWebhook(t, s, tenant.ID, lox.EventBackupFailed)
	b := create(t, s, pending(tenant.ID, 100, noon))
	complete(t, s, b, noon)
	require.NoError(t, s.DeleteBackup(t.Context(), tenant.ID, b.ID, noon, storetest.By))
	k, _ := addKey(t, s, tenant.ID, full)
	require.NoError(t, s.RevokeAPIKey(t.Context(), lox.Principal{Tenant: tenant.ID}, k.ID, noon, storetest.By))
	db := storetest.SQL(t, dsn)
	var types string
	require.NoError(t, db.QueryRowContext(t.Context(), "select string_agg(type, ' ' order by id) from events").Scan(&types))
	assert.Equal(t, "tenant.created api_key.created webhook.created backup.created backup.completed storage.quota_warning "+
		"backup.deleted api_key.created api_key.revoked", types)
	assert.Zero(t, count(t, db, "deliveries"))
	assert.Zero(t, count(t, db, "webhooks where id = $1 and due_at is not null", w.ID))
}

// A change that is rolled back has no event, and a change without its event is rolled back.
func TestEventsAreRolledBackWithChange(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	db := storetest.SQL(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	addWebhook(t, s, tenant.ID, everything...)
	b := create(t, s, pending(tenant.ID, 100, noon))
	inbox(t, s, noon)
	old, _ := addKey(t, s, tenant.ID, full)
	changes := map[string]func() error{
		"create": func() error { return s.CreateBackup(t.Context(), pending(tenant.ID, 1, noon), storetest.By) },
		"complete": func() error {
			_, err := s.Complete(t.Context(), b, lox.Verified{At: noon, Event: b.Completed(lox.Checksum{}, noon, storetest.By)})
			return err
		},
		"fail": func() error {
			_, err := s.Fail(t.Context(), b, lox.Failure{Text: "no", At: noon, Event: b.Failed("no", noon, storetest.By)})
			return err
		},
		"delete": func() error { return s.DeleteBackup(t.Context(), tenant.ID, b.ID, noon, storetest.By) },
		"create key": func() error {
			k, _ := storetest.NewKey(t, tenant.ID, noon)
			return s.CreateAPIKey(t.Context(), k, storetest.By)
		},
		"revoke key": func() error {
			return s.RevokeAPIKey(t.Context(), lox.Principal{Tenant: tenant.ID}, old.ID, noon, storetest.By)
		},
	}
	_, err := db.ExecContext(t.Context(), "create function refuse() returns trigger language plpgsql as $$ begin raise 'refused'; end $$")
	require.NoError(t, err)
	before := digest(t, db, tables(t, db), tenant.ID)
	for table, of := range map[string][]string{
		"deliveries": {"create", "complete", "fail", "delete", "create key", "revoke key"},
		"backups":    {"create", "complete", "fail", "delete"},
		"api_keys":   {"create key", "revoke key"},
	} {
		_, err := db.ExecContext(t.Context(), `create constraint trigger refused after insert or update or delete on `+table+`
			initially deferred for each row execute function refuse()`)
		require.NoError(t, err)
		for _, change := range of {
			require.ErrorContains(t, changes[change](), "refused", "%s: %s", table, change)
			assert.Equal(t, before, digest(t, db, tables(t, db), tenant.ID), "%s: %s", table, change)
		}
		_, err = db.ExecContext(t.Context(), "drop trigger refused on "+table)
		require.NoError(t, err)
	}
}

func TestQuotaWarnings(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tenant, _ := storetest.Tenant(t, s, 1000)
	addWebhook(t, s, tenant.ID, lox.EventQuotaWarning)
	grow := func(size int64) lox.Backup {
		b := create(t, s, pending(tenant.ID, size, noon))
		complete(t, s, b, noon)
		return b
	}
	shrink := func(b lox.Backup) {
		require.NoError(t, s.DeleteBackup(t.Context(), tenant.ID, b.ID, noon, storetest.By))
	}
	warned := func(what string, want ...float64) {
		t.Helper()
		var got []float64
		for _, e := range inbox(t, s, noon) {
			got = append(got, e.Data["threshold_percentage"].(float64))
		}
		assert.Equal(t, want, got, what)
	}
	grow(790)
	warned("79")
	b := grow(20)
	got := inbox(t, s, noon)
	require.Len(t, got, 1)
	assert.Equal(t, map[string]any{
		"threshold_percentage": 80.0, "used_bytes": 810.0, "quota_bytes": 1000.0, "used_percentage": 81.0,
	}, got[0].Data)
	assert.Equal(t, noon, got[0].At)
	shrink(b)
	warned("79, downwards")
	b = grow(160)
	warned("79 to 95: the highest alone", 90)
	shrink(grow(1))
	warned("96 and 95")
	shrink(b)
	b = grow(10)
	warned("79 to exactly 80", 80)
	grow(190)
	warned("80 to 99", 90)
	full := grow(10)
	warned("99 to 100", 100)
	shrink(full)
	grow(9)
	warned("99 to 99.9")
	shrink(b)
	grow(11)
	warned("98.9 to 100", 100)

	huge := int64(9_000_000_000_000_000_000)
	_, err := s.UpdateTenant(t.Context(), tenant.ID, time.Now(), storetest.By, func(t *lox.Tenant) error { t.QuotaOverride = &huge; return nil })
	require.NoError(t, err)
	grow(8_000_000_000_000_000_000)
	warned("of a quota that is nearly all that a number can hold", 80)
}

// Webhooks get events while others are disabled, enabled and deleted: no event is lost, and no
// disabled webhook has pending deliveries.
func TestEventsDuringWebhookChanges(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	db := storetest.SQL(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	kept := addWebhook(t, s, tenant.ID, everything...)
	shaken := []lox.Webhook{addWebhook(t, s, tenant.ID, everything...), addWebhook(t, s, tenant.ID, everything...)}
	const workers, each = 6, 40
	var working, shaking sync.WaitGroup
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	do := func(err error) {
		if err != nil && ctx.Err() == nil {
			t.Error(err)
		}
	}
	for range workers {
		working.Go(func() {
			for range each {
				b := pending(tenant.ID, 1, noon)
				do(s.CreateBackup(ctx, b, storetest.By))
				_, err := s.Complete(ctx, b, lox.Verified{At: noon, Event: b.Completed(lox.Checksum{}, noon, storetest.By)})
				do(err)
				k, err := lox.StoredKey(tenant.ID, lox.NewAPIKey(), noon)
				do(err)
				do(s.CreateAPIKey(ctx, k, storetest.By))
				do(s.DeleteBackup(ctx, tenant.ID, b.ID, noon, storetest.By))
			}
		})
	}
	for i := range 2 {
		shaking.Go(func() { // a webhook is disabled, by its failures or by the tenant, and enabled
			w := shaken[i]
			for round := 0; ctx.Err() == nil; round++ {
				_, err := s.UpdateWebhook(ctx, tenant.ID, w.ID, lox.EventWebhookUpdated, storetest.By, setEnabled(round%2 == 0))
				do(err)
			}
		})
		shaking.Go(func() {
			for ctx.Err() == nil {
				claimed, err := s.ClaimDeliveries(ctx, lox.DeliveryClaim{
					Owner: "o", Now: noon, Until: noon.Add(time.Minute), Limit: 20, SilentLimit: 20, PerWebhook: 5, Allot: inTurns(20),
				})
				do(err)
				for n, d := range claimed {
					f := attempt(d, lox.DeliverySucceeded)
					if d.Webhook != kept.ID && n%2 == 0 {
						f = attempt(d, lox.DeliveryFailed)
						f.Disable, f.Event = lox.DisabledGone, lox.Webhook{ID: d.Webhook, Tenant: d.Tenant}.Disabled(lox.DisabledGone, noon, storetest.By)
					}
					do(s.FinishDelivery(ctx, f))
				}
			}
		})
	}
	working.Wait()
	cancel()
	shaking.Wait()
	_, err := s.UpdateWebhook(t.Context(), tenant.ID, shaken[0].ID, lox.EventWebhookUpdated, storetest.By, setEnabled(false))
	require.NoError(t, err)
	_, err = s.UpdateWebhook(t.Context(), tenant.ID, shaken[1].ID, lox.EventWebhookUpdated, storetest.By, setEnabled(false))
	require.NoError(t, err)
	for _, d := range claim(t, s, noon.Add(time.Hour), 10_000, 10_000) {
		finish(t, s, d, lox.DeliverySucceeded)
	}
	for _, kind := range []lox.EventType{lox.EventBackupCreated, lox.EventBackupCompleted, lox.EventBackupDeleted, lox.EventAPIKeyCreated} {
		assert.Equal(t, workers*each, count(t, db, "deliveries where webhook_id = $1 and status = 'succeeded' and type = $2", kept.ID, kind), kind)
	}
	assert.Zero(t, count(t, db, "deliveries where status = 'pending'"))
	storetest.CheckCounters(t, dsn)
}

// BenchmarkCreateBackup measures a create, by the events to which the tenant's webhooks subscribed.
func BenchmarkCreateBackup(b *testing.B) {
	for _, events := range [][]lox.EventType{nil, lox.DefaultEvents, {lox.EventBackupCreated}} {
		b.Run(fmt.Sprint(events), func(b *testing.B) {
			s := storetest.New(b)
			tenant, _ := storetest.Tenant(b, s, 1<<50)
			if events != nil {
				require.NoError(b, s.CreateWebhook(b.Context(), newWebhook(tenant.ID, events...), storetest.By))
			}
			for b.Loop() {
				if err := s.CreateBackup(b.Context(), pending(tenant.ID, 1, noon), storetest.By); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
