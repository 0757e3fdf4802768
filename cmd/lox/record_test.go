package main_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"net/http"
	"regexp"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

// recorded returns the actors, the types and the request ids of the events after a time.
func recorded(t *testing.T, db *sql.DB, after *string) (events []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `select id::text, actor_type || ' ' || actor_id || ': ' || type || coalesce(' of ' || nullif(request_id, ''), '') from events
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

// Each command that changes something is run, and its events in the record are checked. Commands
// that only read, or change nothing, record nothing.
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
	deleted := lox.NewBackup{Name: "deleted", Size: 1}.Pending(tenant, time.Now(), time.Hour)
	require.NoError(t, store.CreateBackup(t.Context(), b, lox.System("test")))
	require.NoError(t, store.CreateBackup(t.Context(), deleted, lox.System("test")))
	s.env = append(s.env, "LOX_MASTER_KEY="+before, "LOX_WEBHOOK_ALLOW_PRIVATE=true", "LOX_SWEEP_INTERVAL=100ms")
	p := s.start(t)
	key := s.mustRun(t, "create-key", id, "--json")
	var made struct {
		ID  string `json:"id"`
		Key string `json:"api_key"`
	}
	require.NoError(t, json.Unmarshal([]byte(key), &made))
	a := newAPI(t, p.baseURL, made.Key)
	newReceiver(t, a)
	recorded(t, db, &last)
	// A job ends work of a request with that request's id.
	r, err := a.DeleteBackupWithResponse(t.Context(), deleted.ID.String(), func(_ context.Context, r *http.Request) error {
		r.Header.Set("X-Request-Id", "a-request")
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, r.StatusCode())
	p.awaitStderr(t, regexp.MustCompile(`("msg":"object purged".*"request_id":"a-request")`))
	p.stop(t, syscall.SIGTERM)
	assert.Equal(t, []string{"api_key " + made.ID + ": backup.deleted of a-request", "system purge: backup.purged of a-request"}, recorded(t, db, &last))

	s.env = append(s.env, "LOX_MASTER_KEY="+after+","+before)
	_, stderr, code := s.run(t, "rekey")
	require.Zero(t, code, stderr)
	assert.Equal(t, []string{"operator lox rekey: webhook.secret_resealed"}, recorded(t, db, &last))
	s.mustRun(t, "delete", id, "--yes")
	const by = "operator lox tenant delete: "
	assert.Equal(t, []string{by + "tenant.closed", by + "webhook.deleted", by + "backup.deleted", by + "tenant.deleted"}, recorded(t, db, &last))
}
