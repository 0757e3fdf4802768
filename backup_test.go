package lox_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

func TestNewBackupCheck(t *testing.T) {
	t.Parallel()
	good := func() lox.NewBackup { return lox.NewBackup{Name: "daily", Size: 1} }
	many := lox.Metadata{}
	for i := range 51 {
		many[fmt.Sprint(i)] = ""
	}
	for field, cases := range map[string][]func(*lox.NewBackup){
		"name": {
			func(n *lox.NewBackup) { n.Name = "a\x00" },
			func(n *lox.NewBackup) { n.Name = "a\u0085" },
			func(n *lox.NewBackup) { n.Name = "\xff" },
		},
		"size_bytes": {
			func(n *lox.NewBackup) { n.Size = 0 },
			func(n *lox.NewBackup) { n.Size, n.Multipart = 0, new(false) },
		},
		"multipart": {
			func(n *lox.NewBackup) { n.Size, n.Multipart = lox.MaxSinglePut+1, new(false) },
		},
		"max_size_bytes": {
			func(n *lox.NewBackup) { n.MaxSize = 1 },
			func(n *lox.NewBackup) { n.MaxSize, n.Multipart = 1, new(true) },
		},
		"metadata": {
			func(n *lox.NewBackup) { n.Metadata = many },
			func(n *lox.NewBackup) { n.Metadata = lox.Metadata{"": "x"} },
			func(n *lox.NewBackup) { n.Metadata = lox.Metadata{strings.Repeat("k", 129): "x"} },
			func(n *lox.NewBackup) { n.Metadata = lox.Metadata{"k": "a\x00b"} },
			func(n *lox.NewBackup) { n.Metadata = lox.Metadata{"k": strings.Repeat("x", lox.MaxMetadataBytes)} },
		},
	} {
		for i, spoil := range cases {
			n := good()
			spoil(&n)
			e, ok := errors.AsType[*lox.Error](n.Check())
			require.True(t, ok, "%s %d", field, i)
			assert.Equal(t, lox.CodeValidation, e.Code)
			assert.Len(t, e.Details, 1)
			assert.Contains(t, e.Details, field)
		}
	}
	n := good()
	n.Name, n.Size = strings.Repeat("ä", 255), lox.MaxSinglePut
	n.Metadata = lox.Metadata{strings.Repeat("k", 128): strings.Repeat("x", lox.MaxMetadataBytes-128)}
	assert.NoError(t, n.Check())
	assert.ErrorContains(t, lox.NewBackup{Name: "\x00"}.Check(), "name: Must not contain control characters; size_bytes: Size is required, unless multipart is true")
}

func TestDeadline(t *testing.T) {
	t.Parallel()
	now := time.Date(2024, 1, 15, 10, 30, 0, 0, time.UTC)
	for size, grace := range map[int64]time.Duration{
		1:         15 * time.Minute,
		900 << 20: 15 * time.Minute,
		901 << 20: 901 * time.Second,
		5 << 30:   5120 * time.Second,
	} {
		b := lox.NewBackup{Name: "n", Size: size}.Pending(lox.NewTenantID(), now.Add(time.Millisecond), 30*time.Minute)
		assert.Equal(t, now, b.CreatedAt)
		assert.Equal(t, now.Add(30*time.Minute), b.UploadExpiresAt)
		assert.Equal(t, now.Add(30*time.Minute+grace), b.Deadline(), "%d bytes", size)
	}
}

// The payloads of the published document, field by field.
func TestEvents(t *testing.T) {
	t.Parallel()
	at := time.Date(2024, 1, 15, 10, 30, 0, 5, time.UTC)
	b := lox.Backup{ID: lox.NewBackupID(), Tenant: lox.NewTenantID(), Name: "daily-backup", Size: 52428800}
	sum := lox.Checksum(sha256.Sum256(nil))

	done := b.Completed(sum, at, lox.Actor{})
	assert.Equal(t, lox.EventBackupCompleted, done.Type)
	assert.Equal(t, b.Tenant, done.Tenant)
	assert.Equal(t, fmt.Sprintf(`{"event":"backup.completed","timestamp":"2024-01-15T10:30:00Z","data":{"id":%q,`+
		`"name":"daily-backup","status":"completed","size_bytes":52428800,"checksum":%q}}`, b.ID, sum), string(done.Payload))

	failed := b.Failed(lox.FailureUploadTimeout, at, lox.Actor{})
	assert.Equal(t, lox.EventBackupFailed, failed.Type)
	assert.Equal(t, fmt.Sprintf(`{"event":"backup.failed","timestamp":"2024-01-15T10:30:00Z","data":{"id":%q,`+
		`"name":"daily-backup","status":"failed","error":"Upload timeout exceeded"}}`, b.ID), string(failed.Payload))
}

func TestChecksum(t *testing.T) {
	t.Parallel()
	sum := lox.Checksum(sha256.Sum256([]byte("x")))
	back, err := lox.ParseChecksum(sum.String())
	require.NoError(t, err)
	assert.Equal(t, sum, back)
	back, err = lox.ChecksumFromBase64(sum.Base64())
	require.NoError(t, err)
	assert.Equal(t, sum, back)
	for _, s := range []string{"", "sha256:", sum.String()[7:], "sha1" + sum.String()[6:], strings.ToUpper(sum.String()), sum.String() + "0", sum.String()[:70] + "g"} {
		_, err := lox.ParseChecksum(s)
		require.Error(t, err, "%q", s)
	}
	_, err = lox.ChecksumFromBase64("AAAA")
	assert.Error(t, err)
}

func TestError(t *testing.T) {
	t.Parallel()
	cause := errors.New("cause")
	e := lox.Invalid("Invalid request body", "b", "wrong").With("a", "also").Because(cause)
	assert.EqualError(t, e, "validation_error: Invalid request body; a: also; b: wrong: cause")
	assert.ErrorIs(t, e, cause)
	assert.Equal(t, lox.CodeValidation, lox.CodeOf(fmt.Errorf("create: %w", e)))
	assert.Equal(t, lox.CodeInternal, lox.CodeOf(cause))
	assert.Equal(t, lox.Code(""), lox.CodeOf(nil))
}
