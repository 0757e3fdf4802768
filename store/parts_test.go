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

const mib = 1 << 20

func pendingStream(tenant lox.TenantID) lox.Backup {
	return lox.NewBackup{Name: "dump", Multipart: new(true)}.Pending(tenant, noon, 30*time.Minute)
}

func issued(t *testing.T, s *store.Grouped, b lox.Backup, p lox.IssuedParts) lox.Backup {
	t.Helper()
	got, err := s.IssueParts(t.Context(), b.Tenant, b.ID, p, storetest.By)
	require.NoError(t, err)
	return got
}

// URLs of parts are issued, in any order, until the quota is reached.
func TestStreamPartsReserveQuota(t *testing.T) {
	t.Parallel()
	dsn := storetest.Database(t)
	s := storetest.Open(t, dsn)
	tenant, _ := storetest.Tenant(t, s, 100*mib)
	b := create(t, s, pendingStream(tenant.ID))
	reserved := func() int64 {
		u, err := s.Usage(t.Context(), tenant.ID)
		require.NoError(t, err)
		storetest.CheckCounters(t, dsn)
		return u.Reserved
	}
	assert.Zero(t, reserved())
	issue := func(size int64, after time.Duration) lox.Backup {
		return issued(t, s, b, lox.IssuedParts{Count: 2, Size: size, UploadID: "first", Now: noon, Expires: noon.Add(after)})
	}
	got := issue(64*mib, 40*time.Minute)
	assert.Equal(t, "first", got.UploadID)
	assert.EqualValues(t, 64*mib, got.Size)
	assert.Equal(t, noon.Add(40*time.Minute), got.UploadExpiresAt.UTC())
	assert.EqualValues(t, 64*mib, reserved())

	// A lower part reserves nothing more, and a later call for a smaller size doesn't reduce it.
	got = issue(32*mib, 35*time.Minute)
	assert.EqualValues(t, 64*mib, got.Size)
	assert.Equal(t, noon.Add(40*time.Minute), got.UploadExpiresAt.UTC())
	other := issued(t, s, b, lox.IssuedParts{Count: 1, Size: mib, UploadID: "second", Now: noon, Expires: noon})
	assert.Equal(t, "first", other.UploadID, "the upload stays the one that it was")

	_, err := s.IssueParts(t.Context(), tenant.ID, b.ID, lox.IssuedParts{Count: 1, Size: 128 * mib, Now: noon, Expires: noon.Add(time.Hour)}, storetest.By)
	code(t, lox.CodeQuotaExceeded, err)
	assert.ErrorContains(t, err, "Storage quota limit reached")
	assert.EqualValues(t, 64*mib, reserved())

	// The deadline follows the latest URL.
	overdue := func(at time.Time) int {
		found, err := s.OverdueUploads(t.Context(), at, nil, 10)
		require.NoError(t, err)
		return len(found)
	}
	assert.Zero(t, overdue(noon.Add(40*time.Minute+lox.PartsGrace-time.Second)))
	assert.Equal(t, 1, overdue(noon.Add(40*time.Minute+lox.PartsGrace)))
	require.NoError(t, s.ExtendUpload(t.Context(), b, noon.Add(48*time.Hour), noon, lox.System("expire")))
	assert.Zero(t, overdue(noon.Add(48*time.Hour-time.Second)))
	assert.Equal(t, 1, overdue(noon.Add(48*time.Hour)))

	// The final size is correct.
	b.Size = 50*mib + 1
	_, ok, err := s.Lease(t.Context(), b, lox.Lease{Owner: "o", Now: noon, Until: noon})
	require.NoError(t, err)
	require.True(t, ok)
	assert.EqualValues(t, 50*mib+1, reserved())
	complete(t, s, b, noon)
	assert.Zero(t, reserved())
	after, err := s.Backup(t.Context(), tenant.ID, b.ID)
	require.NoError(t, err)
	assert.EqualValues(t, 50*mib+1, after.Size)
	assert.Empty(t, after.UploadID)
	got, err = s.IssueParts(t.Context(), tenant.ID, b.ID, lox.IssuedParts{Count: 1, Size: mib, UploadID: "third", Now: noon, Expires: noon}, storetest.By)
	require.NoError(t, err)
	assert.Equal(t, lox.StatusCompleted, got.Status)
	assert.Empty(t, got.UploadID, "what is completed is left as it is")
}

// Parts of a backup of known size change neither size nor quota. A backup with one PUT has no
// parts.
func TestPartsOfKnownSize(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, storetest.Database(t))
	tenant, _ := storetest.Tenant(t, s, 100*mib)
	b := create(t, s, lox.NewBackup{Name: "file", Size: 20 * mib, Multipart: new(true)}.Pending(tenant.ID, noon, time.Hour))
	got := issued(t, s, b, lox.IssuedParts{Count: 1, Size: 8 * mib, UploadID: "u", Now: noon, Expires: noon.Add(2 * time.Hour)})
	assert.EqualValues(t, 20*mib, got.Size)
	assert.EqualValues(t, 8*mib, got.PartSize)

	renewed, err := s.RenewUpload(t.Context(), tenant.ID, b.ID, noon, noon.Add(3*time.Hour), storetest.By)
	require.NoError(t, err)
	assert.Equal(t, noon.Add(2*time.Hour), renewed.UploadExpiresAt.UTC(), "it has no upload URL to renew")

	single := create(t, s, pending(tenant.ID, 100, noon))
	got = issued(t, s, single, lox.IssuedParts{Count: 1, Size: mib, UploadID: "u", Now: noon, Expires: noon.Add(9 * time.Hour)})
	assert.Empty(t, got.UploadID)
	assert.Equal(t, single.UploadExpiresAt, got.UploadExpiresAt.UTC())
	_, err = s.IssueParts(t.Context(), tenant.ID, lox.NewBackupID(), lox.IssuedParts{}, storetest.By)
	code(t, lox.CodeBackupNotFound, err)
}

// A purge has the store's id of the upload in parts.
func TestPurgeAbortsUpload(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, storetest.Database(t))
	tenant, _ := storetest.Tenant(t, s, 100*mib)
	upload := func(id string) lox.Backup {
		b := create(t, s, pendingStream(tenant.ID))
		return issued(t, s, b, lox.IssuedParts{Count: 1, Size: mib, UploadID: id, Now: noon, Expires: noon})
	}
	deleted, failed, closed := upload("deleted"), upload("failed"), upload("closed")
	require.NoError(t, s.DeleteBackup(t.Context(), tenant.ID, deleted.ID, noon, storetest.By))
	ok, err := s.Fail(t.Context(), failed, lox.Failure{Text: "x", At: noon, Event: failed.Failed("x", noon, storetest.By)})
	require.NoError(t, err)
	require.True(t, ok)
	err = s.DeleteTenant(t.Context(), tenant.ID, noon, storetest.By, func(int) {})
	require.NoError(t, err)
	purges, err := s.ClaimPurges(t.Context(), noon, noon.Add(time.Minute), 10)
	require.NoError(t, err)
	got := map[string]string{}
	for _, p := range purges {
		got[p.ObjectKey] = p.UploadID
	}
	assert.Equal(t, map[string]string{deleted.ObjectKey(): "deleted", failed.ObjectKey(): "failed", closed.ObjectKey(): "closed"}, got)
}

// The state of a hash is stored for the process that continues.
func TestVerificationContinues(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, storetest.Database(t))
	tenant, _ := storetest.Tenant(t, s, 100*mib)
	b := pending(tenant.ID, 10*mib, noon)
	declared := *b.Declared
	b.Declared = nil
	b = create(t, s, b)
	lease := func(owner string, hashed lox.HashState) lox.HashState {
		l := lox.Lease{Owner: owner, Now: noon, Until: noon, Hashed: hashed}
		got, ok, err := s.Lease(t.Context(), b, l)
		require.NoError(t, err)
		require.True(t, ok)
		return got
	}
	b.Declared = &declared // set with the completion
	assert.Zero(t, lease("a", lox.HashState{}))
	halfway := lox.HashState{ETag: `"e"`, Version: "v", Bytes: 5 * mib, State: []byte{0, 1, 2}}
	assert.Equal(t, halfway, lease("a", halfway))
	assert.Equal(t, halfway, lease("b", lox.HashState{}), "the next server continues there")
	got, err := s.Backup(t.Context(), tenant.ID, b.ID)
	require.NoError(t, err)
	assert.EqualValues(t, 5*mib, got.VerifiedBytes)
	assert.Equal(t, &declared, got.Declared)

	other := lox.Checksum{1}
	b.Declared = &other
	lease("b", lox.HashState{})
	later := lox.HashState{ETag: `"e"`, Version: "v", Bytes: 6 * mib, State: []byte{3}}
	require.NoError(t, s.Release(t.Context(), b, lox.Lease{Owner: "b", Now: noon, Hashed: later}))
	claimed, err := s.ClaimVerifications(t.Context(), lox.Lease{Owner: "job", Now: noon, Until: noon}, 1)
	require.NoError(t, err)
	require.Len(t, claimed, 1)
	assert.Equal(t, later, claimed[0].Hashed)
	assert.Equal(t, &declared, claimed[0].Declared, "what was declared stays")
}
