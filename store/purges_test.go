package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/storetest"
)

// claimPurges returns the due purges without their lease.
func claimPurges(t *testing.T, s *store.Grouped, now time.Time) []lox.Purge {
	t.Helper()
	due, err := s.ClaimPurges(t.Context(), now, now.Add(time.Minute), 10)
	require.NoError(t, err)
	for i := range due {
		due[i].Final = due[i].Final.UTC()
	}
	return due
}

// purgedAt follows a purge from a time on. It returns the times of its steps, runs each at its
// time, and checks that nothing else is due.
func purgedAt(t *testing.T, s *store.Grouped, want lox.Purge, steps ...time.Time) {
	t.Helper()
	for _, at := range steps {
		assert.Empty(t, claimPurges(t, s, at.Add(-time.Second)), "before %s", at)
		due := claimPurges(t, s, at)
		require.Equal(t, []lox.Purge{want}, due, "at %s", at)
		want.Recorded = want.Keep == ""
		finishPurge(t, s, due[0], at)
	}
	assert.Empty(t, claimPurges(t, s, want.Final.Add(1000*time.Hour)))
}

// finishPurge records a purge as the job does.
func finishPurge(t *testing.T, s *store.Grouped, p lox.Purge, at time.Time) {
	t.Helper()
	e, ok := p.Purged(0, at, lox.System("purge"))
	require.True(t, ok)
	require.NoError(t, s.FinishPurges(t.Context(), []lox.FinishedPurge{{Purge: p, Event: &e}}, at))
}

// everythingOf is the purge of an object to which nothing refers.
func everythingOf(b lox.Backup) lox.Purge {
	return lox.Purge{ObjectKey: b.ObjectKey(), Final: b.Deadline().Add(24 * time.Hour)}
}

// othersOf is the purge of the versions that complete hasn't named.
func othersOf(b lox.Backup) lox.Purge {
	p := everythingOf(b)
	p.Keep = "v1"
	return p
}

// An object is deleted at once. If its upload URL is still valid, it is deleted again when that has
// expired, and again after any slow upload.
func TestObjectsArePurgedInThreeSteps(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, 10<<30)
	for what, end := range map[string]func(b lox.Backup, at time.Time){
		"deleted": func(b lox.Backup, at time.Time) {
			require.NoError(t, s.DeleteBackup(t.Context(), b.Tenant, b.ID, at, storetest.By))
		},
		"failed": func(b lox.Backup, at time.Time) {
			ok, err := s.Fail(t.Context(), b, lox.Failure{Text: "no", At: at, Event: b.Failed("no", at, storetest.By)})
			require.NoError(t, err)
			require.True(t, ok)
		},
	} {
		b := create(t, s, pending(tenant.ID, 100, noon))
		deadline, final := b.Deadline(), b.Deadline().Add(24*time.Hour)
		assert.Equal(t, noon.Add(45*time.Minute), deadline)
		end(b, noon)
		purgedAt(t, s, everythingOf(b), noon, deadline, final)

		large := create(t, s, pending(tenant.ID, 4<<30, noon)) // takes 4,096 s at 1 MiB/s
		end(large, noon)
		purgedAt(t, s, everythingOf(large), noon, noon.Add(30*time.Minute+4096*time.Second), large.Deadline().Add(24*time.Hour))

		late := create(t, s, pending(tenant.ID, 100, noon))
		end(late, deadline)
		purgedAt(t, s, everythingOf(late), deadline, final)

		b = create(t, s, pending(tenant.ID, 100, noon))
		end(b, final.Add(time.Hour))
		purgedAt(t, s, everythingOf(b), final.Add(time.Hour))
		assert.Zero(t, count(t, storetest.SQL(t, dsn), "purges"), what)
	}
}

func TestClaimedPurgeIsHidden(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tenant, _ := storetest.Tenant(t, s, quota)
	deleted, completed := create(t, s, pending(tenant.ID, 100, noon)), create(t, s, pending(tenant.ID, 100, noon))
	complete(t, s, completed, noon)
	at := completed.Deadline()
	require.NoError(t, s.DeleteBackup(t.Context(), tenant.ID, deleted.ID, at, storetest.By))
	both := []lox.Purge{everythingOf(deleted), othersOf(completed)}
	assert.ElementsMatch(t, both, claimPurges(t, s, at))
	assert.Empty(t, claimPurges(t, s, at.Add(59*time.Second)))
	assert.ElementsMatch(t, both, claimPurges(t, s, at.Add(time.Minute)), "their claimant died")
}

// Versions that a client uploads by a valid URL after its backup was completed are deleted when the
// URL has expired.
func TestOtherVersionsOfCompletedBackupArePurged(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	db := storetest.SQL(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	b := create(t, s, pending(tenant.ID, 100, noon))
	complete(t, s, b, noon)
	purgedAt(t, s, othersOf(b), b.Deadline(), b.Deadline().Add(24*time.Hour))
	assert.Zero(t, count(t, db, "version_purges"))

	// Verified after its deadline.
	b = create(t, s, pending(tenant.ID, 100, noon))
	complete(t, s, b, noon.Add(2*time.Hour))
	due := claimPurges(t, s, noon.Add(2*time.Hour))
	require.Equal(t, []lox.Purge{othersOf(b)}, due)
	finishPurge(t, s, due[0], noon.Add(2*time.Hour))
	purgedAt(t, s, othersOf(b), b.Deadline().Add(24*time.Hour))

	// A store without versions has no others.
	b = create(t, s, pending(tenant.ID, 100, noon))
	ok, err := s.Complete(t.Context(), b, lox.Verified{At: noon, Event: b.Completed(lox.Checksum{}, noon, storetest.By)})
	require.NoError(t, err)
	require.True(t, ok)
	assert.Zero(t, count(t, db, "version_purges"))
	assert.Zero(t, count(t, db, "purges"))
}

// A completed backup that is deleted is purged entirely, whatever the state of the purge of its
// other versions is.
func TestDeletedCompletedBackupIsPurgedEntirely(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	db := storetest.SQL(t, dsn)
	for what, remove := range map[string]func(b lox.Backup) error{
		"the backup": func(b lox.Backup) error { return s.DeleteBackup(t.Context(), b.Tenant, b.ID, noon, storetest.By) },
		"the tenant": func(b lox.Backup) error { return s.DeleteTenant(t.Context(), b.Tenant, noon, storetest.By, nil) },
	} {
		tenant, _ := storetest.Tenant(t, s, quota)
		b := create(t, s, pending(tenant.ID, 100, noon))
		complete(t, s, b, noon)
		require.NoError(t, remove(b), what)
		due := claimPurges(t, s, noon)
		require.Equal(t, []lox.Purge{everythingOf(b)}, due, what)
		finishPurge(t, s, due[0], noon)
		for _, at := range []time.Time{b.Deadline(), b.Deadline().Add(24 * time.Hour)} {
			due := claimPurges(t, s, at)
			again := everythingOf(b)
			again.Recorded = true
			assert.ElementsMatch(t, []lox.Purge{again, othersOf(b)}, due, what)
			for _, p := range due {
				finishPurge(t, s, p, at)
			}
		}
		assert.Zero(t, count(t, db, "version_purges"), what)
		assert.Zero(t, count(t, db, "purges"), what)
	}
}

// A backup is deleted while its other versions are being purged. The end of that purge must not end
// the purge of the backup.
func TestBackupDeletionDuringVersionPurge(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	tenant, _ := storetest.Tenant(t, s, quota)
	b := create(t, s, pending(tenant.ID, 100, noon))
	complete(t, s, b, noon)
	final := b.Deadline().Add(24 * time.Hour)
	others := claimPurges(t, s, final)
	require.Equal(t, []lox.Purge{othersOf(b)}, others)
	require.NoError(t, s.DeleteBackup(t.Context(), tenant.ID, b.ID, final, storetest.By))
	finishPurge(t, s, others[0], final)
	purgedAt(t, s, everythingOf(b), final)
}

// A server of the previous release takes every row of purges for an object to delete entirely. It
// must not find a completed backup there.
func TestPreviousReleasePurgesNoCompletedBackup(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, quota)
	complete(t, s, create(t, s, pending(tenant.ID, 100, noon)), noon)
	assert.Zero(t, count(t, storetest.SQL(t, dsn), "purges"))
}

// A purge has the id of the request that deleted the backup or made it fail, in all of its steps;
// if there are both, of the later one. Deletions by an operator, by a job or by a server of the
// previous release have none.
func TestPurgeHasRequestID(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	db := storetest.SQL(t, dsn)
	request := func(id string) lox.Actor {
		return lox.Actor{Type: lox.ActorAPIKey, ID: lox.NewKeyID().String(), RequestID: id}
	}
	remove := func(b lox.Backup, by lox.Actor) {
		require.NoError(t, s.DeleteBackup(t.Context(), b.Tenant, b.ID, noon, by))
	}
	fail := func(b lox.Backup, by lox.Actor) {
		ok, err := s.Fail(t.Context(), b, lox.Failure{Text: "no", At: noon, Event: b.Failed("no", noon, by)})
		require.NoError(t, err)
		require.True(t, ok)
	}
	for what, c := range map[string]struct {
		end  func(b lox.Backup)
		want string
	}{
		"deleted":                 {func(b lox.Backup) { remove(b, request("delete")) }, "delete"},
		"failed":                  {func(b lox.Backup) { fail(b, lox.System("verify").For("complete")) }, "complete"},
		"expired":                 {func(b lox.Backup) { fail(b, lox.System("expire")) }, ""},
		"failed, then deleted":    {func(b lox.Backup) { fail(b, request("complete")); remove(b, request("delete")) }, "delete"},
		"deleted with its tenant": {func(b lox.Backup) { require.NoError(t, s.DeleteTenant(t.Context(), b.Tenant, noon, storetest.By, nil)) }, ""},
		"failed, then its tenant": {func(b lox.Backup) {
			fail(b, request("complete"))
			require.NoError(t, s.DeleteTenant(t.Context(), b.Tenant, noon, storetest.By, nil))
		}, ""},
		"by the release before": {func(b lox.Backup) {
			_, err := db.ExecContext(t.Context(), "insert into purges (object_key, due_at, final_at) values ($1, $2, $3)", b.ObjectKey(), noon, b.Deadline().Add(24*time.Hour))
			require.NoError(t, err)
		}, ""},
	} {
		tenant, _ := storetest.Tenant(t, s, quota)
		b := create(t, s, pending(tenant.ID, 100, noon))
		c.end(b)
		want := everythingOf(b)
		want.RequestID = c.want
		t.Log(what)
		purgedAt(t, s, want, noon, b.Deadline(), want.Final)
	}
}
