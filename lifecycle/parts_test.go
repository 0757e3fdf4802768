package lifecycle_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/lifecycle"
	"github.com/backlox/lox/store/storetest"
)

const partSize = lox.MinPartSize

var twoParts = strings.Repeat("0123456789abcdef", partSize/16) + "the rest"

// inParts creates a pending backup in parts, a file of two parts or a stream, and begins its
// upload.
func (f *fixture) inParts(stream bool) lox.Backup {
	f.Helper()
	n := lox.NewBackup{Name: "large", Multipart: new(true)}
	if !stream {
		n.Size = int64(len(twoParts))
	}
	b := n.Pending(f.tenant, f.clock(), 30*time.Minute)
	require.NoError(f, f.store.CreateBackup(f.Context(), b, storetest.By))
	f.blobs.begin(b.ObjectKey(), "upload of "+b.ID.String(), f.clock())
	b, err := f.store.IssueParts(f.Context(), b.Tenant, b.ID, lox.IssuedParts{
		Count: 2, Size: int64(len(twoParts)), UploadID: "upload of " + b.ID.String(), Now: f.clock(), Expires: f.clock().Add(30 * time.Minute),
	}, storetest.By)
	require.NoError(f, err)
	return b
}

// uploadParts uploads all parts of a backup; a stream has one.
func (f *fixture) uploadParts(b lox.Backup) {
	first := min(int64(len(twoParts)), b.PartSize)
	f.blobs.putPart(b, 1, twoParts[:first], f.clock())
	if first < int64(len(twoParts)) {
		f.blobs.putPart(b, 2, twoParts[first:], f.clock())
	}
}

func TestPartsAreAssembled(t *testing.T) {
	f := setup(t)
	v := f.verifier(lifecycle.Config{})
	right, wrong := sum(twoParts), sum("something else")
	size := int64(len(twoParts))
	for name, test := range map[string]struct {
		stream bool
		says   lox.Uploaded
		code   lox.Code // "" if it is completed
		status lox.Status
	}{
		"a file":                      {false, lox.Uploaded{}, "", lox.StatusCompleted},
		"with its checksum":           {false, lox.Uploaded{Size: size, Checksum: &right}, "", lox.StatusCompleted},
		"with another checksum":       {false, lox.Uploaded{Checksum: &wrong}, lox.CodeChecksumMismatch, lox.StatusFailed},
		"with another size":           {false, lox.Uploaded{Size: 5}, lox.CodeValidation, lox.StatusPending},
		"a stream":                    {true, lox.Uploaded{Size: size, Checksum: &right}, "", lox.StatusCompleted},
		"a stream without its size":   {true, lox.Uploaded{Checksum: &right}, lox.CodeValidation, lox.StatusPending},
		"a stream of which some came": {true, lox.Uploaded{Size: size + 1}, lox.CodeUploadIncomplete, lox.StatusPending},
		"a stream of wrong bytes":     {true, lox.Uploaded{Size: size, Checksum: &wrong}, lox.CodeChecksumMismatch, lox.StatusFailed},
	} {
		b := f.inParts(test.stream)
		_, err := v.Complete(t.Context(), b.Tenant, b.ID, test.says, storetest.By)
		if test.code != lox.CodeValidation {
			assert.Equal(t, lox.CodeUploadIncomplete, lox.CodeOf(err), "%s, before anything came", name)
		}
		f.uploadParts(b)
		got, err := v.Complete(t.Context(), b.Tenant, b.ID, test.says, storetest.By)
		assert.Equal(t, test.status, f.get(b).Status, name)
		if test.code != "" {
			assert.Equal(t, test.code, lox.CodeOf(err), "%s: %v", name, err)
			continue
		}
		require.NoError(t, err, name)
		assert.Equal(t, lox.StatusCompleted, got.Status, name)
		assert.Equal(t, &right, got.Checksum, name)
		assert.Equal(t, size, f.get(b).Size, name)
		again, err := v.Complete(t.Context(), b.Tenant, b.ID, lox.Uploaded{Checksum: &wrong}, storetest.By)
		assert.Equal(t, lox.CodeValidation, lox.CodeOf(err), name)
		assert.Equal(t, lox.StatusCompleted, again.Status, name)
		storetest.CheckCounters(t, f.dsn)
	}
}

// Parts that the store has hashed aren't read again.
func TestPartsHashedByStore(t *testing.T) {
	f := setup(t)
	v := f.verifier(lifecycle.Config{})
	f.blobs.set(func() { f.blobs.reports = true })
	right, wrong := sum(twoParts), sum("something else")
	b := f.inParts(false)
	f.uploadParts(b)
	got, err := v.Complete(t.Context(), b.Tenant, b.ID, lox.Uploaded{Checksum: &right}, storetest.By)
	require.NoError(t, err)
	assert.Equal(t, &right, got.Checksum)
	b = f.inParts(false)
	f.uploadParts(b)
	_, err = v.Complete(t.Context(), b.Tenant, b.ID, lox.Uploaded{Checksum: &wrong}, storetest.By)
	assert.Equal(t, lox.CodeChecksumMismatch, lox.CodeOf(err))
	f.blobs.set(func() { assert.Zero(t, f.blobs.hashed) })
}

// Missing parts are named, and nothing changes.
func TestMissingPartsAreNamed(t *testing.T) {
	f := setup(t)
	v := f.verifier(lifecycle.Config{})
	b := f.inParts(false)
	f.blobs.putPart(b, 2, "the rest", f.clock())
	_, err := v.Complete(t.Context(), b.Tenant, b.ID, lox.Uploaded{}, storetest.By)
	require.ErrorContains(t, err, "Missing: 1")
	assert.Equal(t, lox.StatusPending, f.get(b).Status)
	f.pass(30*time.Minute + lox.PartsGrace + time.Second)
	_, err = v.Complete(t.Context(), b.Tenant, b.ID, lox.Uploaded{}, storetest.By)
	assert.Equal(t, lox.CodeUploadExpired, lox.CodeOf(err))
}

// An upload in parts ends 24 hours after its latest URL, or its latest part.
func TestOverdueParts(t *testing.T) {
	f := setup(t)
	v := f.verifier(lifecycle.Config{})
	whole, some, stream, late, none := f.inParts(false), f.inParts(false), f.inParts(true), f.inParts(true), f.inParts(false)
	f.uploadParts(whole)
	f.uploadParts(stream)
	f.blobs.putPart(some, 2, "the rest", f.clock())
	f.pass(time.Hour)
	f.blobs.putPart(late, 1, "begun before its URL expired, and slow", f.clock())
	f.pass(30*time.Minute + lox.PartsGrace - time.Hour)
	f.runDue(v)
	f.await(whole, lox.StatusCompleted)
	for name, b := range map[string]lox.Backup{"some": some, "stream": stream, "none": none} {
		f.await(b, lox.StatusFailed)
		assert.Equal(t, lox.FailureUploadTimeout, f.get(b).Failure, name)
	}
	assert.Equal(t, lox.StatusPending, f.get(late).Status, "its parts still arrive")
	assert.Equal(t, 1, f.events(lox.EventBackupExtended))
	f.pass(29 * time.Minute)
	f.runDue(v)
	assert.Equal(t, 1, f.events(lox.EventBackupExtended), "it isn't due before")
	f.pass(time.Minute)
	f.runDue(v)
	f.await(late, lox.StatusFailed)
	storetest.CheckCounters(t, f.dsn)
}

// Uploads that no backup has are found by the store's list, and aborted an hour after they began.
func TestOrphanedUploadsAreAborted(t *testing.T) {
	f := setup(t)
	v := f.verifier(lifecycle.Config{})
	waiting, deleted := f.inParts(false), f.inParts(false)
	require.NoError(t, f.store.DeleteBackup(t.Context(), deleted.Tenant, deleted.ID, f.clock(), storetest.By))
	f.blobs.begin(waiting.ObjectKey(), "of a slower request", f.clock())
	f.blobs.begin("somebody/else's", "not LOX's", f.clock())
	f.blobs.begin(lox.Backup{Tenant: f.tenant, ID: lox.NewBackupID()}.ObjectKey(), "of no backup", f.clock())
	f.pass(time.Hour - time.Second)
	f.runDue(v)
	assert.Len(t, f.blobs.unfinished(), 5, "a request may not be over yet")
	f.pass(time.Second)
	f.runDue(v)
	assert.Equal(t, []string{"not LOX's", waiting.UploadID}, f.blobs.unfinished())
}
