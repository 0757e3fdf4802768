package store_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/storetest"
)

// All commands of the release before the schema's work; those of earlier releases are refused.
func TestTooOldProgramIsRefused(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	db := storetest.SQL(t, dsn)
	all := []store.Schema{store.SchemaUpgraded, store.SchemaUpgradedAlone, store.SchemaRequired, store.SchemaCreated}
	set := func(compatibleFrom int64) {
		_, err := db.ExecContext(t.Context(), `update installation set compatible_from = $1`, compatibleFrom)
		require.NoError(t, err)
	}
	require.Equal(t, 1, count(t, db, "installation where compatible_from = 8"), "the version of the schema of the release before")
	_, err := db.ExecContext(t.Context(), `insert into goose_db_version (version_id, is_applied) values (99999, true)`)
	require.NoError(t, err)
	set(store.SchemaVersion())
	for _, schema := range all {
		require.NoError(t, openAs(t, dsn, schema))
	}
	set(store.SchemaVersion() + 1)
	for _, schema := range all {
		err := openAs(t, dsn, schema)
		require.ErrorIs(t, err, store.ErrTooOld)
		require.ErrorContains(t, err, "this lox is too old for the database: its schema has version 99999, for lox of schema ")
		require.ErrorContains(t, err, "more than one release behind: run the lox of the version that serves, or of the release before it")
	}
}

// Each migration is logged with its duration.
func TestMigrationsAreLogged(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	takeBack(t, storetest.SQL(t, dsn), 8)
	var log bytes.Buffer
	for range 2 {
		s, err := store.Open(t.Context(), store.Config{DSN: dsn, Log: slog.New(slog.NewTextHandler(&log, nil))})
		require.NoError(t, err)
		require.NoError(t, s.Close())
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	assert.Contains(t, lines[0], `level=INFO msg="the schema of the database was migrated" version=9 migration=00009_counters.sql took=`)
	assert.Contains(t, lines[1], `version=10 migration=00010_record.sql took=`)
	assert.Equal(t, 1, strings.Count(log.String(), "migration=00013_installation.sql"), "once")
}

func TestMasterKeyCheck(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	proof := func() string {
		kept, err := s.MasterKeyProof(t.Context())
		require.NoError(t, err)
		return string(kept)
	}
	keep := func(fresh string, former []byte) bool {
		kept, err := s.KeepMasterKeyProof(t.Context(), []byte(fresh), former)
		require.NoError(t, err)
		return kept
	}
	require.Empty(t, proof())
	require.True(t, keep("one", nil))
	require.False(t, keep("two", nil), "another server was faster")
	require.False(t, keep("two", []byte("other")))
	require.Equal(t, "one", proof())
	require.True(t, keep("two", []byte("one")))
	require.Equal(t, "two", proof())
}

// Deliveries that could not be signed become due at once on request. Other pending deliveries
// don't.
func TestUnsignedDeliveriesAreRetried(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tenant, _ := storetest.Tenant(t, s, quota)
	unsigned, other := addWebhook(t, s, tenant.ID), addWebhook(t, s, tenant.ID)
	send(t, s, unsigned, 3, noon)
	send(t, s, other, 1, noon)
	for _, d := range claim(t, s, noon, 10, 10) {
		f := attempt(d, lox.DeliveryPending)
		f.Unsigned = d.Webhook == unsigned.ID
		require.NoError(t, s.FinishDelivery(t.Context(), f))
	}
	soon := noon.Add(time.Second)
	require.Empty(t, claim(t, s, soon, 10, 10))
	n, err := s.RetryUnsigned(t.Context(), soon)
	require.NoError(t, err)
	require.EqualValues(t, 3, n)
	n, err = s.RetryUnsigned(t.Context(), soon)
	require.NoError(t, err)
	require.Zero(t, n, "they are under way")
	claimed := claim(t, s, soon, 10, 10)
	require.Len(t, claimed, 3)
	for _, d := range claimed {
		require.Equal(t, unsigned.ID, d.Webhook)
		finish(t, s, d, lox.DeliverySucceeded)
	}
	require.Len(t, claim(t, s, noon.Add(time.Hour), 10, 10), 1, "the other one keeps its schedule")
}

// Deliveries are counted while they are due and no server works on them.
func TestDueDeliveriesAreCounted(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tenant, _ := storetest.Tenant(t, s, quota)
	w := addWebhook(t, s, tenant.ID)
	backlog := func(at time.Time) lox.Backlog {
		b, err := s.Backlog(t.Context(), lox.WorkDeliver, at)
		require.NoError(t, err)
		b.Oldest = b.Oldest.UTC()
		return b
	}
	require.Zero(t, backlog(noon).Due)
	send(t, s, w, 2, noon)
	send(t, s, addWebhook(t, s, tenant.ID), 3, noon.Add(time.Second))
	require.Equal(t, lox.Backlog{Due: 2, Oldest: noon.UTC()}, backlog(noon))
	require.Equal(t, lox.Backlog{Due: 5, Oldest: noon.UTC()}, backlog(noon.Add(time.Minute)))
	require.Len(t, claim(t, s, noon, 2, 2), 2)
	require.Equal(t, lox.Backlog{Due: 3, Oldest: noon.Add(time.Second).UTC()}, backlog(noon.Add(2*time.Second)))
}
