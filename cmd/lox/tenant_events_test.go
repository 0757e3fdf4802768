package main_test

import (
	"encoding/json"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/mattn/go-runewidth"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

// goldenEvents is the record of the first tenant that fillTenants creates, after changes by a key
// and by the operator.
const goldenEvents = `
TIME (UTC)           TYPE                    SUBJECT   ACTOR, ADDRESS
2024-01-15 12:00:05  webhook.secret_rotated  whk…0000  key…0000 2001:db8::7
2024-01-15 12:00:04  backup.upload_renewed   bkp…0000  key…0000 203.0.113.255
2024-01-15 12:00:03  backup.failed           bkp…0000  expire
2024-01-15 12:00:02  tenant.updated          ten…0000  lox tenant set-plan
2024-01-15 12:00:01  backup.created          bkp…0000  key…0000 203.0.113.255
2024-01-15 12:00:00  api_key.created         key…0000  test
2024-01-15 12:00:00  tenant.created          ten…0000  test
`

var shortened = regexp.MustCompile(`(bkp|key|whk|ten)…[0-9a-z]{4}`)

type eventOut struct {
	ID        string          `json:"id"`
	Type      string          `json:"type"`
	Timestamp time.Time       `json:"timestamp"`
	Actor     namedOut        `json:"actor"`
	Subject   namedOut        `json:"subject"`
	RequestID string          `json:"request_id,omitempty"`
	Address   string          `json:"client_address,omitempty"`
	Data      json.RawMessage `json:"data"`
}

// namedOut is an actor or a subject.
type namedOut struct {
	Type string `json:"type"`
	ID   string `json:"id"`
}

type eventsOut struct {
	Events []eventOut `json:"events"`
	More   bool       `json:"more"`
}

// recordEvents creates a tenant with a record, a key and a backup.
func recordEvents(t *testing.T, dsn string) (lox.Tenant, lox.KeyID, lox.Backup) {
	t.Helper()
	db := openStore(t, dsn)
	tenant, err := lox.NewTenant("Example Ltd", lox.PlanPro, nil, epoch)
	require.NoError(t, err)
	k, err := lox.StoredKey(tenant.ID, lox.NewAPIKey(), epoch)
	require.NoError(t, err)
	require.NoError(t, db.CreateTenant(t.Context(), tenant, k, lox.Operator("test")))
	request := lox.Actor{Type: lox.ActorAPIKey, ID: k.ID.String(), RequestID: "a-request", Address: netip.MustParseAddr("203.0.113.255")}
	b := lox.NewBackup{Name: `a "name" <b>`, Size: 1}.Pending(tenant.ID, epoch.Add(time.Second), time.Hour)
	require.NoError(t, db.CreateBackup(t.Context(), b, request))
	_, err = db.UpdateTenant(t.Context(), tenant.ID, epoch.Add(2*time.Second), lox.Operator("lox tenant set-plan"), func(t *lox.Tenant) error {
		t.Plan = lox.PlanBusiness
		return nil
	})
	require.NoError(t, err)
	at := epoch.Add(3 * time.Second)
	ok, err := db.Fail(t.Context(), b, lox.Failure{Text: "late", At: at, Event: b.Failed("late", at, lox.System("expire"))})
	require.NoError(t, err)
	require.True(t, ok)
	insertEvent(t, dsn, b.UploadRenewed(epoch.Add(4*time.Second), request))
	request.Address = netip.MustParseAddr("2001:db8::7")
	hook := lox.Webhook{ID: lox.NewWebhookID(), Tenant: tenant.ID, URL: "https://example.com/lox"}
	insertEvent(t, dsn, hook.Event(lox.EventSecretRotated, epoch.Add(5*time.Second), request))
	return tenant, k.ID, b
}

// insertEvent inserts an event without a subject into the record.
func insertEvent(t *testing.T, dsn string, e lox.Event) {
	t.Helper()
	_, err := openSQL(t, dsn).ExecContext(t.Context(), `insert into events
		(id, tenant_id, type, created_at, actor_type, actor_id, subject, request_id, client_address, payload)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		e.ID, e.Tenant, e.Type, e.At, e.Actor.Type, e.Actor.ID, e.Subject, e.Actor.RequestID, e.Actor.Address.String(), e.Payload)
	require.NoError(t, err)
}

func TestTenantEvents(t *testing.T) {
	t.Parallel()
	dsn := externalDatabase(t)
	s := externalSetup(t, dsn)
	tenant, key, backup := recordEvents(t, dsn)
	id := tenant.ID.String()
	text := s.mustRun(t, "events", id)
	assert.Equal(t, goldenEvents, "\n"+shortened.ReplaceAllString(text, "${1}…0000"))
	for line := range strings.Lines(text) {
		assert.LessOrEqual(t, runewidth.StringWidth(strings.TrimSuffix(line, "\n")), 80, line)
	}

	list := func(args ...string) (out eventsOut) {
		t.Helper()
		requireDocument(t, s.mustRun(t, append([]string{"events", id, "--json"}, args...)...), &out)
		return out
	}
	all := list()
	require.Len(t, all.Events, 7)
	assert.False(t, all.More)
	created := all.Events[4]
	assert.Equal(t, "backup.created", created.Type)
	assert.Equal(t, epoch.Add(time.Second), created.Timestamp)
	assert.Equal(t, key.String(), created.Actor.ID)
	assert.Equal(t, "api_key", created.Actor.Type)
	assert.Equal(t, backup.ID.String(), created.Subject.ID)
	assert.Equal(t, "backup", created.Subject.Type)
	assert.Equal(t, "a-request", created.RequestID)
	assert.Equal(t, "203.0.113.255", created.Address)
	assert.JSONEq(t, `{"id":"`+backup.ID.String()+`","name":"a \"name\" <b>","status":"pending","size_bytes":1}`, string(created.Data))
	assert.Empty(t, all.Events[2].RequestID)

	for _, c := range []struct {
		want []int
		args []string
	}{
		{[]int{1, 2, 4}, []string{"--subject", backup.ID.String()}},
		{[]int{2}, []string{"--subject", backup.ID.String(), "--type", "backup.failed", "--until", "2024-01-15"}},
		{[]int{3}, []string{"--actor", "lox tenant set-plan"}},
		{[]int{0, 1, 4}, []string{"--actor", key.String()}},
		{[]int{0, 1}, []string{"--since", "2024-01-15T12:00:04Z"}},
		{[]int{5, 6}, []string{"--until", "2024-01-15T12:00:01Z"}},
		{nil, []string{"--since", "2024-01-16"}},
	} {
		want := []eventOut{}
		for _, i := range c.want {
			want = append(want, all.Events[i])
		}
		assert.Equal(t, want, list(c.args...).Events, c.args)
	}
	two := list("--limit", "2")
	assert.Equal(t, eventsOut{all.Events[:2], true}, two)
	assert.Equal(t, eventsOut{all.Events, false}, list("--limit", "7"))
	assert.Contains(t, s.mustRun(t, "events", id, "--limit", "2"), "\n\nThere are more. --limit shows more of them, --until those before a time.\n")

	// The record outlives the tenant.
	s.mustRun(t, "delete", id, "--yes")
	after := s.mustRun(t, "events", id)
	assert.Contains(t, after, "  tenant.closed ")
	assert.Contains(t, after, "  tenant.deleted ")
	assert.Contains(t, after, "lox tenant delete\n")
	assert.Contains(t, after, "2024-01-15 12:00:01  backup.created")
}

func TestTenantEventsMisuse(t *testing.T) {
	t.Parallel()
	s := externalSetup(t, externalDatabase(t))
	s.newTenant(t, "first", "pro")
	id := lox.NewTenantID().String()
	assert.Equal(t, "The record has no such events of the tenant "+id+".\n", s.mustRun(t, "events", id))
	assert.JSONEq(t, `{"events":[],"more":false}`, s.mustRun(t, "events", id, "--json"))
	for _, c := range []struct {
		want string
		args []string
	}{
		{"want: lox tenant events ID", nil},
		{`"key_1" is the id of an API key: want that of a tenant`, []string{"key_1"}},
		{`--type: event type "backup.vanished": want one of [backup.completed backup.failed `, []string{id, "--type", "backup.vanished"}},
		{`--subject: subject "bkp_1": want the id of a backup, an API key, a webhook or a tenant: `, []string{id, "--subject", "bkp_1"}},
		{`--actor: actor "key_1": want the id of an API key, `, []string{id, "--actor", "key_1"}},
		{`--since "yesterday": want a date such as 2024-01-15 or an RFC 3339 timestamp such as 2024-01-15T10:30:00Z`, []string{id, "--since", "yesterday"}},
		{`--until "24-01-15": want a date`, []string{id, "--until", "24-01-15"}},
		{"--since 2024-01-16: want a time before --until 2024-01-15", []string{id, "--since", "2024-01-16", "--until", "2024-01-15"}},
		{"--limit 0: want a positive number", []string{id, "--limit", "0"}},
	} {
		assert.Contains(t, s.mustFail(t, append([]string{"events"}, c.args...)...), "lox: "+c.want)
	}
}
