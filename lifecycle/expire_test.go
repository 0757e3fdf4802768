package lifecycle_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/lifecycle"
	"github.com/backlox/lox/store/storetest"
)

// lines is a log in memory.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *lines) logger() *slog.Logger { return slog.New(slog.NewTextHandler(l, nil)) }

// count returns the number of lines that contain a text.
func (l *lines) count(text string) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.Lines(l.buf.String()) {
		if strings.Contains(line, text) {
			n++
		}
	}
	return n
}

// The database was restored from a copy of hours ago: 20 backups are pending there that were
// completed since, and 1,137 uploads never arrived.
func TestOlderDatabaseFailsNoUpload(t *testing.T) {
	f := setup(t)
	var log lines
	v := lifecycle.NewVerifier(f.store, f.blobs, log.logger(), lifecycle.Config{Clock: f.clock})
	t.Cleanup(v.Close)
	const never = 1137
	var came []lox.Backup
	for i := range 20 {
		body := fmt.Sprintf("backup %d", i)
		declared := sum(body)
		b := f.create(body, []*lox.Checksum{nil, &declared}[i%2])
		f.blobs.put(b, body)
		came = append(came, b)
	}
	for range never {
		f.create(body, nil)
	}
	f.pass(8 * time.Hour)
	f.runDue(v)
	for i, b := range came {
		got := f.get(b)
		assert.Equal(t, lox.StatusCompleted, got.Status)
		assert.Equal(t, sum(fmt.Sprintf("backup %d", i)), *got.Checksum)
		assert.True(t, f.blobs.has(b))
	}
	assert.Equal(t, 20, f.events(lox.EventBackupCompleted))
	assert.Equal(t, never, f.events(lox.EventBackupFailed), "each of them is on the record")
	assert.Equal(t, 20, log.count("overdue upload has arrived"))
	assert.Equal(t, 100, log.count("upload has expired"), "the others are summed up")
	storetest.CheckCounters(t, f.dsn)
}

// While the store can't say whether an object exists, no upload fails, and none delays others.
func TestNoUploadFailsDuringStoreOutage(t *testing.T) {
	f := setup(t)
	v := f.verifier(lifecycle.Config{})
	came, never := f.create(body, nil), f.create(body, nil)
	f.blobs.put(came, body)
	f.pass(45 * time.Minute)
	f.blobs.set(func() { f.blobs.fail = lox.Errorf(lox.CodeUnavailable, "away") })
	r := f.runner(f.blobs, v, nil)
	require.ErrorContains(t, r.RunDue(t.Context()), "expire: "+came.ID.String()+": unavailable: away")
	for _, b := range []lox.Backup{came, never} {
		assert.Equal(t, lox.StatusPending, f.get(b).Status)
	}
	f.blobs.set(func() { f.blobs.fail = nil })
	f.pass(30 * time.Second)
	require.NoError(t, r.RunDue(t.Context()))
	assert.Equal(t, lox.StatusCompleted, f.get(came).Status)
	assert.Equal(t, lox.StatusFailed, f.get(never).Status)
	assert.True(t, f.blobs.has(came))
}

// An object of the right size with another checksum than declared fails the backup for that reason.
func TestOverdueUploadOfWrongSizeFails(t *testing.T) {
	f := setup(t)
	declared := sum("other")
	b := f.create(body, &declared)
	f.blobs.put(b, body)
	f.pass(45 * time.Minute)
	f.runDue(f.verifier(lifecycle.Config{}))
	got := f.get(b)
	assert.Equal(t, lox.StatusFailed, got.Status)
	assert.Equal(t, lox.FailureChecksum, got.Failure)
}
