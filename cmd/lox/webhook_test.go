package main_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/backlox/lox/gen/client"
)

// A receiver on this machine is refused unless the operator allows it. A secret that was encrypted
// before a restart signs after it.
func TestWebhooks(t *testing.T) {
	t.Parallel()
	s := setup{dir: newDir(t)}
	p := s.start(t)
	kept := filepath.Join(s.dir, "master-key")
	info, err := os.Stat(kept)
	require.NoError(t, err)
	assert.Equal(t, fs.FileMode(0o600), info.Mode().Perm())
	key, err := os.ReadFile(kept)
	require.NoError(t, err)

	a := newAPI(t, p.baseURL, s.savedKey(t))
	created, err := a.CreateWebhookWithResponse(t.Context(), client.CreateWebhookRequest{URL: "http://127.0.0.1:8000/lox"})
	require.NoError(t, err)
	require.NotNil(t, created.JSON400, "%s", created.Body)
	assert.Equal(t, map[string]string{
		"url": "Must have a public host, such as https://example.com/lox: webhooks can't be sent to 127.0.0.1",
	}, created.JSON400.Error.Details)
	p.stop(t, syscall.SIGTERM)
	first := p

	s.env = []string{"LOX_WEBHOOK_ALLOW_PRIVATE=true"}
	p = s.start(t)
	a = newAPI(t, p.baseURL, s.savedKey(t))
	r := newReceiver(t, a)
	requireStored(t, a, noise(1, 1000))
	eventually(t, func() bool { return r.deliveries(t.Context(), t, a, client.DeliveryStatusSucceeded) > 0 })
	d := r.attempted(t, a, r.test(t, a).ID)
	assert.Equal(t, client.DeliveryStatusSucceeded, d.Status, "%+v", d.AttemptLog)
	var kinds []string
	for _, e := range r.events(t) {
		kinds = append(kinds, e.Event)
	}
	assert.Contains(t, kinds, "backup.completed")
	assert.Contains(t, kinds, "webhook.test")
	p.stop(t, syscall.SIGTERM)

	again, err := os.ReadFile(kept)
	require.NoError(t, err)
	assert.Equal(t, key, again)
	for _, p := range []*process{first, p} {
		all := p.stdout.String() + p.stderr.String()
		assert.NotContains(t, all, strings.TrimSpace(string(key)))
		assert.NotContains(t, all, strings.TrimPrefix(r.hook.Secret, "whsec_"))
		assert.Empty(t, p.complaints())
	}
}

// A server with an external database needs the master key; commands that read no secret don't.
func TestMissingMasterKey(t *testing.T) {
	t.Parallel()
	db := externalDatabase(t)
	s := externalSetup(t, db)
	s.env = append(s.env, "LOX_MASTER_KEY=")
	stdout, stderr, code := s.run(t, "serve")
	assert.Equal(t, 1, code)
	assert.Empty(t, stdout)
	assert.Contains(t, stderr, "LOX_MASTER_KEY: must be set with LOX_DATABASE_URL: 32 bytes, the same on every server")
	assert.NoDirExists(t, s.dir)
	var tables int
	require.NoError(t, openSQL(t, db).QueryRowContext(t.Context(),
		`select count(*) from pg_tables where schemaname = 'public'`).Scan(&tables))
	assert.Zero(t, tables, "the database is touched")

	_, stderr, code = s.run(t, "migrate")
	assert.Zero(t, code, "%s", stderr)
	tenant, _ := s.newTenant(t, "n", "pro")
	s.mustRun(t, "show", tenant.ID)
	s.mustRun(t, "delete", tenant.ID, "--yes")
}

// Two servers send all deliveries, whichever of them was notified, and each only once.
func TestServersShareDeliveries(t *testing.T) {
	t.Parallel()
	const events, clients = 500, 8
	db := externalDatabase(t)
	one := externalSetup(t, db, "LOX_WEBHOOK_ALLOW_PRIVATE=true", "LOX_RATE_LIMIT_FACTOR=1000")
	two := setup{dir: filepath.Join(newDir(t), "data"), env: one.env} // with its own storage
	servers := []*process{one.start(t), two.start(t)}
	key := one.requireTenant(t, "n", "enterprise", 10<<40)
	apis := []*api{newAPI(t, servers[0].baseURL, key), newAPI(t, servers[1].baseURL, key)}
	r := newReceiver(t, apis[0], "backup.created")
	r.hold = func() { <-time.After(10 * time.Millisecond) }

	var working errgroup.Group
	working.SetLimit(clients)
	for i := range events {
		working.Go(func() error {
			_, err := apis[i%len(apis)].create(t.Context(), client.CreateBackupJSONRequestBody{Name: "n", SizeBytes: 1}, "")
			return err
		})
	}
	require.NoError(t, working.Wait())
	eventually(t, func() bool {
		return r.deliveries(t.Context(), t, apis[0], client.DeliveryStatusSucceeded) == events
	})
	arrived, repeated := r.distinct()
	assert.Equal(t, events, arrived)
	assert.Zero(t, repeated)
	assert.Len(t, r.events(t), events)
	shares := []int{servers[0].attempts(t, apis[0]), servers[1].attempts(t, apis[1])}
	t.Logf("sent by each: %v", shares)
	assert.Equal(t, events, shares[0]+shares[1])
	assert.NotContains(t, shares, 0, "one of them does nothing")
	for _, p := range servers {
		p.stop(t, syscall.SIGTERM)
		// One of them reports that its storage isn't that of the database.
		for _, line := range p.complaints() {
			assert.Contains(t, line, "the object store has no mark")
		}
	}
}

var attemptsCount = regexp.MustCompile(`(?m)^lox_webhook_attempt_duration_seconds_count\{result="succeeded"\} (\d+)$`)

// attempts returns the number of deliveries that the server has sent, by its metrics.
func (p *process) attempts(t testing.TB, a *api) int {
	t.Helper()
	_, metrics := p.addrs(t)
	page, err := a.fetch(t.Context(), "http://"+metrics+"/metrics")
	require.NoError(t, err)
	found := attemptsCount.FindStringSubmatch(page)
	require.NotNil(t, found, "no successful attempt")
	n, err := strconv.Atoi(found[1])
	require.NoError(t, err)
	return n
}
