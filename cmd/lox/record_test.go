package main_test

import (
	"database/sql"
	"encoding/json"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

// recorded returns who made the events that came after a time, and of what types they are.
func recorded(t *testing.T, db *sql.DB, after *string) (events []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `select id::text, actor_type || ' ' || actor_id || ': ' || type from events
		where id::text > $1 order by id`, *after)
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	for rows.Next() {
		var event string
		require.NoError(t, rows.Scan(after, &event))
		events = append(events, event)
	}
	require.NoError(t, rows.Err())
	return events
}

// TestEveryCommandIsRecorded runs each command that changes something, and looks at what it leaves
// in the record. Those that only look, or change nothing, leave nothing.
func TestEveryCommandIsRecorded(t *testing.T) {
	t.Parallel()
	dsn := externalDatabase(t)
	before, after := newMasterKey(), newMasterKey()
	s := externalSetup(t, dsn)
	s.env = append(s.env, "LOX_MASTER_KEY="+before)
	s.mustRun(t, "create", "--name", "Example Ltd", "--plan", "pro")
	db, last := openSQL(t, dsn), ""
	assert.Equal(t, []string{
		"operator lox tenant create: tenant.created", "operator lox tenant create: api_key.created",
	}, recorded(t, db, &last))
	id := s.tenants(t)[0].ID
	for _, command := range []struct {
		args []string
		want []string
	}{
		{[]string{"list"}, nil},
		{[]string{"show", id}, nil},
		{[]string{"events", id}, nil},
		{[]string{"create-key", id}, []string{"operator lox tenant create-key: api_key.created"}},
		{[]string{"set-plan", id, "business"}, []string{"operator lox tenant set-plan: tenant.updated"}},
		{[]string{"set-plan", id, "business"}, nil},
		{[]string{"set-quota", id, "1TiB"}, []string{"operator lox tenant set-quota: tenant.updated"}},
		{[]string{"suspend", id}, []string{"operator lox tenant suspend: tenant.suspended"}},
		{[]string{"suspend", id}, nil},
		{[]string{"resume", id}, []string{"operator lox tenant resume: tenant.resumed"}},
	} {
		s.mustRun(t, command.args...)
		assert.Equal(t, command.want, recorded(t, db, &last), command.args)
	}

	store := openStore(t, dsn)
	var tenant lox.TenantID
	require.NoError(t, tenant.UnmarshalText([]byte(id)))
	b := lox.NewBackup{Name: "daily", Size: 1}.Pending(tenant, time.Now(), time.Hour)
	require.NoError(t, store.CreateBackup(t.Context(), b, lox.System("test")))
	s.env = append(s.env, "LOX_MASTER_KEY="+before, "LOX_WEBHOOK_ALLOW_PRIVATE=true")
	p := s.start(t)
	key := s.mustRun(t, "create-key", id, "--json")
	var made struct {
		Key string `json:"api_key"`
	}
	require.NoError(t, json.Unmarshal([]byte(key), &made))
	newReceiver(t, newAPI(t, p.baseURL, made.Key))
	p.stop(t, syscall.SIGTERM)
	recorded(t, db, &last)

	s.env = append(s.env, "LOX_MASTER_KEY="+after+","+before)
	_, stderr, code := s.run(t, "rekey")
	require.Zero(t, code, stderr)
	assert.Equal(t, []string{"operator lox rekey: webhook.secret_resealed"}, recorded(t, db, &last))
	s.mustRun(t, "delete", id, "--yes")
	const by = "operator lox tenant delete: "
	assert.Equal(t, []string{by + "tenant.closed", by + "webhook.deleted", by + "backup.deleted", by + "tenant.deleted"}, recorded(t, db, &last))
}
