package main_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/gen/client"
)

var metricName = regexp.MustCompile(`(?m)^# HELP (lox_\w+) `)

// docs/metrics.md must have each metric of a server, and a server must have from its start the
// documented ones that every server has.
func TestMetricsAreDocumented(t *testing.T) {
	t.Parallel()
	s := setup{dir: usedDir(t)}
	p := s.start(t)
	_, metrics := p.addrs(t)
	a := newAPI(t, p.baseURL, s.savedKey(t))
	requireDownload(t, a, requireStored(t, a, noise(1, 1000)), noise(1, 1000))
	var all string
	eventually(t, func() bool { // the gauges are read from the database in the background
		var err error
		all, err = a.fetch(t.Context(), "http://"+metrics+"/metrics")
		require.NoError(t, err)
		return !strings.Contains(all, "\nlox_schema_version 0\n") && strings.Contains(all, "\nlox_key_watch_up 1\n") &&
			strings.Contains(all, `lox_dependency_up{part="disk"} 1`)
	})
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "metrics.md"))
	require.NoError(t, err)
	var names []string
	for _, found := range metricName.FindAllStringSubmatch(all, -1) {
		names = append(names, found[1])
		assert.Contains(t, string(page), found[1], "is documented")
	}
	for _, name := range []string{
		"lox_build_info", "lox_schema_version", "lox_dependency_up", "lox_disk_free_bytes", "lox_db_pool_in_use", "lox_db_pool_open",
		"lox_db_pool_limit", "lox_db_pool_wait_seconds_total", "lox_db_statement_seconds", "lox_db_failed_total", "lox_uploads_overdue", "lox_webhook_deliveries_pending",
		"lox_webhook_deliveries_oldest_seconds", "lox_key_cache_hits_total", "lox_key_cache_misses_total", "lox_key_watch_up",
	} {
		assert.True(t, slices.Contains(names, name), name)
	}
	for _, line := range []string{
		`lox_build_info{go="go1`, `lox_dependency_up{part="database"} 1`, `lox_disk_free_bytes{of="database"} `, `lox_disk_free_bytes{of="files"} `,
		`lox_db_failed_total{reason="disk_full"} 0`, `lox_db_pool_limit{pool="other"} 7`, `lox_db_pool_limit{pool="requests"} 21`,
		`lox_db_statement_seconds_count{kind="write",pool="requests"} `, "lox_uploads_overdue 0", "lox_webhook_deliveries_pending 0",
	} {
		assert.Contains(t, all, "\n"+line)
	}
	for _, kind := range []string{"read", "write"} {
		assert.Regexp(t, `\nlox_db_statement_seconds_count\{kind="`+kind+`",pool="requests"\} [1-9]`, all)
	}
	request := p.messages(t, "request")
	require.NotEmpty(t, request)
	assert.Regexp(t, `^key_`, request[0]["key"])
	p.stop(t, syscall.SIGTERM)
}

// Unsigned deliveries are sent at once with the right key, not on schedule.
func TestUnsignedDeliveriesAreSentWithRightKey(t *testing.T) {
	t.Parallel()
	s := setup{dir: usedDir(t), env: []string{"LOX_WEBHOOK_ALLOW_PRIVATE=true"}}
	p := s.start(t)
	r := newReceiver(t, newAPI(t, p.baseURL, s.savedKey(t)))
	p.stop(t, syscall.SIGTERM)
	file := filepath.Join(s.dir, "master-key")
	right, err := os.ReadFile(file)
	require.NoError(t, err)
	another := newMasterKey()
	require.NoError(t, os.WriteFile(file, []byte(another), 0o600))
	stdout, stderr, code := s.run(t, "serve")
	assert.Equal(t, 1, code)
	assert.Empty(t, stdout)
	assert.Contains(t, stderr, "lox: "+file+": the master key is not the one that the secrets of webhooks in this database are encrypted with")
	_, _, code = s.run(t, "rekey", "--key-lost")
	assert.Equal(t, 1, code, "the secret stays")

	p = s.start(t)
	a := newAPI(t, p.baseURL, s.savedKey(t))
	sent := r.test(t, a)
	db := s.embeddedSQL(t)
	eventually(t, func() bool { // an hour, so that only the start can send them
		res, err := db.ExecContext(t.Context(), `with later as (
			update deliveries set next_at = now() + interval '1 hour' where unsigned and lease_owner is null returning 1
		) update webhooks set due_at = now() + interval '1 hour' where exists (select from later)`)
		require.NoError(t, err)
		n, err := res.RowsAffected()
		require.NoError(t, err)
		return n == 1
	})
	require.NoError(t, db.Close())
	p.stop(t, syscall.SIGTERM)

	require.NoError(t, os.WriteFile(file, []byte(another+"\n"+string(right)), 0o600))
	p = s.start(t)
	a = newAPI(t, p.baseURL, s.savedKey(t))
	eventually(t, func() bool {
		d, err := a.GetWebhookDeliveryWithResponse(t.Context(), r.hook.ID, sent.ID)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, d.StatusCode(), "%s", d.Body)
		return d.JSON200.Status == client.DeliveryStatusSucceeded
	})
	retried := p.messages(t, "deliveries that could not be signed are tried again")
	require.Len(t, retried, 1)
	assert.EqualValues(t, 1, retried[0]["deliveries"])
	assert.Empty(t, r.problems)
	p.stop(t, syscall.SIGTERM)
}
