package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store/storetest"
)

func TestLease(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	b := create(t, s, pending(tenant.ID, 100, noon))
	lease := func(owner string, now time.Time) bool {
		_, ok, err := s.Lease(t.Context(), b, lox.Lease{Owner: owner, Now: now, Until: now.Add(time.Minute)})
		require.NoError(t, err)
		storetest.CheckCounters(t, dsn)
		return ok
	}
	abandoned := func(now time.Time) int {
		backlog, err := s.Backlog(t.Context(), lox.WorkVerify, now)
		require.NoError(t, err)
		return backlog.Due
	}
	assert.True(t, lease("a", noon), "a pending backup is free to take")
	assert.False(t, lease("b", noon.Add(59*time.Second)), "it is a's")
	assert.True(t, lease("a", noon.Add(30*time.Second)), "a renews")
	assert.Zero(t, abandoned(noon.Add(89*time.Second)))
	assert.Equal(t, 1, abandoned(noon.Add(90*time.Second)))
	assert.True(t, lease("b", noon.Add(90*time.Second)), "a gave no sign of life")
	assert.False(t, lease("a", noon.Add(91*time.Second)), "a lost it")
	require.NoError(t, s.Release(t.Context(), b, lox.Lease{Owner: "a", Now: noon.Add(91 * time.Second)}))
	assert.False(t, lease("c", noon.Add(92*time.Second)), "it isn't a's to release")
	require.NoError(t, s.Release(t.Context(), b, lox.Lease{Owner: "b", Now: noon.Add(93 * time.Second)}))
	assert.False(t, lease("c", noon.Add(92*time.Second)), "b has released it for later")
	assert.True(t, lease("c", noon.Add(93*time.Second)))

	complete(t, s, b, noon)
	assert.False(t, lease("c", noon.Add(time.Hour)), "nothing is left to verify")
	require.NoError(t, s.DeleteBackup(t.Context(), tenant.ID, b.ID, noon, storetest.By))
	assert.False(t, lease("c", noon.Add(time.Hour)))
}

// A verification has the id of the first request that leased it, whoever renews the lease or takes
// it over. Servers of the previous release set no id.
func TestVerificationKeepsItsRequestID(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	db := storetest.SQL(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	for what, c := range map[string]struct {
		requests []string // of one lease after another
		want     string
	}{
		"renewed":               {[]string{"first", "first"}, "first"},
		"taken over":            {[]string{"first", "second"}, "first"},
		"taken over by a job":   {[]string{"first", ""}, "first"},
		"begun by a job":        {[]string{""}, ""},
		"taken over from a job": {[]string{"", "second", "third"}, "second"},
	} {
		b := create(t, s, pending(tenant.ID, 100, noon))
		for _, request := range c.requests {
			_, ok, err := s.Lease(t.Context(), b, lox.Lease{Owner: what, Now: noon, Until: noon, RequestID: request})
			require.NoError(t, err)
			require.True(t, ok)
		}
		for range 2 {
			claimed, err := s.ClaimVerifications(t.Context(), lox.Lease{Owner: "job", Now: noon, Until: noon}, 1)
			require.NoError(t, err)
			require.Len(t, claimed, 1)
			assert.Equal(t, b.ID, claimed[0].ID, what)
			assert.Equal(t, c.want, claimed[0].RequestID, what)
		}
		complete(t, s, b, noon)
	}

	b := create(t, s, pending(tenant.ID, 100, noon))
	_, err := db.ExecContext(t.Context(), "update backups set status = 'verifying', lease_owner = 'o', lease_until = $2 where id = $1", uuidOf(b.ID), noon)
	require.NoError(t, err)
	claimed, err := s.ClaimVerifications(t.Context(), lox.Lease{Owner: "job", Now: noon, Until: noon}, 1)
	require.NoError(t, err)
	require.Len(t, claimed, 1)
	assert.Empty(t, claimed[0].RequestID)
}

func TestOverdueUploads(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, 10<<30)
	small := create(t, s, pending(tenant.ID, 100, noon))
	large := create(t, s, pending(tenant.ID, 2<<30, noon)) // 2,048 s at 1 MiB/s
	overdue := func(now time.Time) (ids []lox.BackupID) {
		found, err := s.OverdueUploads(t.Context(), now, nil, 10)
		require.NoError(t, err)
		for _, b := range found {
			ids = append(ids, b.ID)
		}
		return ids
	}
	expires := noon.Add(30 * time.Minute)
	assert.Empty(t, overdue(expires.Add(15*time.Minute-time.Second)))
	assert.Equal(t, []lox.BackupID{small.ID}, overdue(expires.Add(15*time.Minute)))
	assert.Equal(t, []lox.BackupID{small.ID}, overdue(expires.Add(2047*time.Second)))
	assert.Equal(t, []lox.BackupID{small.ID, large.ID}, overdue(expires.Add(2048*time.Second)))

	fail := func(b lox.Backup, at time.Time) bool {
		ok, err := s.Fail(t.Context(), b, lox.Failure{
			Text: lox.FailureUploadTimeout, At: at, Overdue: true, Event: b.Failed(lox.FailureUploadTimeout, at, storetest.By),
		})
		require.NoError(t, err)
		return ok
	}
	assert.False(t, fail(large, expires.Add(2047*time.Second)), "not yet due")
	assert.True(t, fail(large, expires.Add(2048*time.Second)))
	assert.False(t, fail(large, expires.Add(2048*time.Second)), "once is enough")
	complete(t, s, small, noon)
	assert.False(t, fail(small, expires.Add(time.Hour)), "completed in time")
	storetest.CheckCounters(t, dsn)
	var events int
	require.NoError(t, storetest.SQL(t, dsn).QueryRowContext(t.Context(), "select count(*) from events where type = 'backup.failed'").Scan(&events))
	assert.Equal(t, 1, events)
}
