package store_test

import (
	"crypto/sha256"
	"database/sql"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/storetest"
)

// twoTenants is a database in which two tenants have rows in every table, with all values by which
// one's rows can be named.
type twoTenants struct {
	db           *sql.DB
	tables       []string
	owner, other lox.TenantID
	// values are parameters to try, by type: the names of the owner's rows, and some numbers and
	// times between which all rows lie.
	values map[string][]string
	// known are parameters with which a statement has an effect for the owner, if there are too
	// many to be found at random.
	known map[string][]string
	// digests are checksums of the owner's rows, by the statement that ran before.
	digests map[string]string
	runs    int
	// tx has run before: see after.
	tx     *sql.Tx
	before string
}

func newTwoTenants(t *testing.T) *twoTenants {
	t.Helper()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	g := &twoTenants{db: storetest.SQL(t, dsn), digests: map[string]string{}, known: map[string][]string{}}
	g.tables = tables(t, g.db)
	g.db.SetMaxOpenConns(1)
	_, err := g.db.ExecContext(t.Context(), "set lox.events = 'writable'")
	require.NoError(t, err)
	g.values = map[string][]string{
		"bigint": {"0", "1", "10"}, "integer": {"0", "1", "10"}, "boolean": {"true", "false"}, "jsonb": {"{}"},
		"date":                     {"2024-01-01", "2024-01-16", "2024-02-01"},
		"timestamp with time zone": {"2024-01-01T00:00:00Z", "2024-01-15T12:00:00Z", "2024-01-16T00:00:00Z", "2030-01-01T00:00:00Z"},
		"text":                     {"completed", "pending", "pro", "webhook.test"},
	}
	g.other = g.addTenant(t, s, "other")
	g.values["uuid"], g.values["bytea"], g.values["text"] = nil, nil, g.values["text"][:4] // only the owner's
	g.owner = g.addTenant(t, s, "owner")
	for _, kind := range []string{"uuid", "text"} {
		for _, value := range g.values[kind] {
			g.values[kind+"[]"] = append(g.values[kind+"[]"], `{"`+value+`"}`)
		}
	}
	for _, tenant := range []lox.TenantID{g.owner, g.other} {
		rows := holdings(t, g.db, tenant)
		for _, table := range g.tables {
			require.NotZero(t, rows[table], "addTenant makes no row of %s", table)
		}
	}
	return g
}

// addTenant creates a tenant with rows in every table, and records their names.
func (g *twoTenants) addTenant(t *testing.T, s *store.Grouped, name string) lox.TenantID {
	t.Helper()
	note := func(kind, value string) { g.values[kind] = append(g.values[kind], value) }
	hash := func(sum [32]byte) { note("bytea", string(sum[:])) }
	tenant, key := storetest.TenantOn(t, s, lox.PlanPro)
	_, err := s.UpdateTenant(t.Context(), tenant.ID, time.Now(), storetest.By, func(t *lox.Tenant) error { t.Name = name; return nil })
	require.NoError(t, err)
	note("uuid", uuidOf(tenant.ID))
	for _, edit := range []func(*lox.APIKey){full, scoped(lox.ScopeBackupsRead), expires(noon)} {
		k, _ := addKey(t, s, tenant.ID, edit)
		note("uuid", uuidOf(k.ID))
	}
	hash(hashOf(t, key))
	request := lox.IdempotencyKey{Key: name, Request: sha256.Sum256([]byte(name))}
	hash(request.Request)
	note("text", request.Key)
	note("text", name+"'s worker")
	for _, status := range []lox.Status{lox.StatusPending, lox.StatusVerifying, lox.StatusCompleted, lox.StatusFailed, ""} {
		b := typed(tenant.ID, "type/"+name, 100, noon)
		b.Name = name
		note("uuid", uuidOf(b.ID))
		note("text", b.ObjectKey())
		if status == lox.StatusPending {
			_, _, err = s.CreateBackupOnce(t.Context(), b, request, storetest.By)
			require.NoError(t, err)
		} else {
			create(t, s, b)
		}
		event := b.Failed("no", noon, storetest.By)
		switch status {
		case lox.StatusVerifying:
			_, _, err = s.Lease(t.Context(), b, lox.Lease{Owner: name + "'s worker", Now: noon, Until: noon.Add(time.Hour)})
		case lox.StatusCompleted:
			event = b.Completed(lox.Checksum{}, noon, storetest.By)
			_, err = s.Complete(t.Context(), b, lox.Verified{ObjectVersion: "v1", At: noon, Event: event})
			note("uuid", uuidOf(event.ID))
		case lox.StatusFailed:
			_, err = s.Fail(t.Context(), b, lox.Failure{Text: "no", At: noon, Event: event})
		case "":
			err = s.DeleteBackup(t.Context(), tenant.ID, b.ID, noon, storetest.By)
		}
		require.NoError(t, err)
	}
	parts := create(t, s, pendingStream(tenant.ID))
	g.known["extendUpload"] = []string{uuidOf(tenant.ID), uuidOf(parts.ID), "2100-01-01T00:00:00Z"}
	g.known["issueParts"] = append(slices.Clone(g.known["extendUpload"]), "2100-01-02T00:00:00Z", "1", "an upload")
	fresh := typed(tenant.ID, "type/"+name, 1, noon)
	create(t, s, fresh)
	event := eventText(fresh.Deleted(noon, storetest.By))
	g.known["deleteBackups"] = []string{uuidOf(tenant.ID), store.DeleteJSON(fresh, storetest.By), "2024-01-15T12:00:00Z"}
	g.known["deleteBackup"] = append([]string{uuidOf(tenant.ID), uuidOf(fresh.ID), fresh.ObjectKey(), "2024-01-15T12:00:00Z"}, event...)
	g.known["fail"] = append([]string{uuidOf(tenant.ID), uuidOf(fresh.ID), "no", "2024-01-15T12:00:00Z", "false", fresh.ObjectKey()}, event...)
	g.known["recordEvent"] = append([]string{uuidOf(tenant.ID)}, event...)
	g.known["recordHotEvent"] = slices.Clone(g.known["recordEvent"])
	events := []string{
		uuidOf(tenant.ID), "ffffffff-ffff-ffff-ffff-ffffffffffff", "2100-01-01T00:00:00Z", "2024-01-01T00:00:00Z", "2100-01-01T00:00:00Z", "100",
		"backup.created", "test", "100",
	}
	g.known["events"], g.known["eventsOfSubject"] = events, append(slices.Clone(events), uuidOf(fresh.ID))
	page := []string{
		uuidOf(tenant.ID), "2024-01-01T00:00:00Z", "2100-01-01T00:00:00Z", "100", "0", name, name + "\x01", "completed",
		"2100-01-01T00:00:00Z", "ffffffff-ffff-ffff-ffff-ffffffffffff",
	}
	g.known["pageByName"], g.known["pageByMetadata"] = page, append(slices.Clone(page), `{"source": "production-server"}`)
	g.known["lastRead"] = append(slices.Clone(events[:5]), "0", uuidOf(fresh.ID))
	g.addWebhooks(t, s, tenant.ID, note)
	// Ids for rows that a statement inserts.
	note("uuid", uuidOf(lox.NewBackupID()))
	hash(sha256.Sum256([]byte("fresh")))
	return tenant.ID
}

// eventText has the parameters of an event, which differ between tenants.
func eventText(e lox.Event) []string {
	return []string{
		uuidOf(e.ID), string(e.Type), e.At.Format(time.RFC3339), "operator", "test", e.Subject.UUID().String(), "request", "192.0.2.1", `\x7b7d`,
	}
}

// addWebhooks creates webhooks with deliveries in every state, and one that has just been disabled.
func (g *twoTenants) addWebhooks(t *testing.T, s *store.Grouped, tenant lox.TenantID, note func(kind, value string)) {
	t.Helper()
	w, disabled := addWebhook(t, s, tenant), addWebhook(t, s, tenant)
	for _, to := range []lox.Webhook{w, w, w, disabled} {
		d, err := s.SendEvent(t.Context(), tenant, to.ID, to.Event(lox.EventWebhookTest, noon, storetest.By))
		require.NoError(t, err)
		note("uuid", uuidOf(d.ID))
	}
	_, err := g.db.ExecContext(t.Context(), "update webhooks set enabled = false where id = $1", disabled.ID)
	require.NoError(t, err)
	note("uuid", uuidOf(w.ID))
	note("uuid", uuidOf(disabled.ID))
	claimed := slices.DeleteFunc(claim(t, s, noon, 10, 10), func(d lox.Dispatch) bool { return d.Tenant != tenant })
	require.Len(t, claimed, 3)
	finish(t, s, claimed[0], lox.DeliveryFailed)
	g.known["redeliver"] = append([]string{uuidOf(tenant), uuidOf(w.ID), uuidOf(claimed[0].ID), "2024-01-15T12:00:00Z"},
		eventText(w.Redelivered(claimed[0].ID, noon, storetest.By))...)
	d := claimed[1]
	g.known["finishDelivery"] = []string{
		uuidOf(tenant), uuidOf(w.ID), uuidOf(d.ID), d.Claim, "succeeded", "", "2024-01-15T12:00:00Z",
		"2024-01-15T12:00:00Z", "1", "200", "body", "none", "false", "true",
	}
	g.known["putBackDelivery"] = []string{uuidOf(tenant), uuidOf(w.ID), uuidOf(d.ID), d.Claim, "2024-01-15T12:00:00Z", "2024-01-15T12:00:00Z"}
	g.known["disableFailing"] = []string{
		uuidOf(tenant), uuidOf(w.ID), "no", "", w.URL,
	}
	event := eventText(w.Disabled("no", noon, storetest.By))
	g.known["disableFailing"] = append(g.known["disableFailing"], event...)
	g.known["sendEvent"] = append([]string{uuidOf(tenant), uuidOf(w.ID)}, event...)
	page := []string{uuidOf(tenant), uuidOf(w.ID), "2024-01-01T00:00:00Z", "2030-01-01T00:00:00Z", "10", "0"}
	g.known["deliveries"], g.known["deliveriesByStatus"] = page, append(slices.Clone(page), "pending")
	g.known["deliveriesByType"] = append(slices.Clone(page), "webhook.test")
	g.known["deliveriesByStatusType"] = append(slices.Clone(page), "pending", "webhook.test")
	_, err = s.SendEvent(t.Context(), tenant, w.ID, w.Event(lox.EventWebhookTest, noon, storetest.By))
	require.NoError(t, err)
	deleted := addWebhook(t, s, tenant)
	require.NoError(t, s.DeleteWebhook(t.Context(), tenant, deleted.ID, noon, storetest.By))
	note("uuid", uuidOf(deleted.ID))
	g.known["deleteWebhook"] = []string{uuidOf(tenant), uuidOf(deleted.ID)}
}
