package disk

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

// If this process deletes a backup, StopUpload ends its upload at once.
func TestStopUploadEndsTheUpload(t *testing.T) {
	t.Parallel()
	f := open(t, func(c *Config) { c.Recheck = time.Hour })
	key, body := f.key(), content(100_000)
	c := f.startUpload(t, key, body)
	f.StopUpload(f.key()) // there is no upload of this key
	assert.Equal(t, 1, f.runningUploads())
	f.backups.set(key, "")
	f.StopUpload(key)
	assert.Equal(t, http.StatusForbidden, statusOf(t, c))
	f.absent(t, key)
	f.requireIdle(t)
}

// flaky reads backups of a database that may be unreachable. It counts its calls.
type flaky struct {
	Backups
	unreachable atomic.Bool
	asked       atomic.Int64
}

func (f *flaky) Backup(ctx context.Context, tenant lox.TenantID, id lox.BackupID) (lox.Backup, error) {
	f.asked.Add(1)
	if f.unreachable.Load() {
		return lox.Backup{}, errors.New("unreachable")
	}
	return f.Backups.Backup(ctx, tenant, id)
}

// During an upload, the store notices that another process has deleted the backup, or that its deadline has passed.
func TestUploadEndsWhenItsBackupNoLongerWaits(t *testing.T) {
	t.Parallel()
	database := &flaky{}
	f := open(t, func(c *Config) {
		database.Backups = c.Backups
		c.Backups, c.Recheck = database, time.Millisecond
	})
	body := content(100_000)
	var keys []string
	var clients []*net.TCPConn
	for n := range 4 {
		keys = append(keys, f.key())
		clients = append(clients, dial(t, f.presign(t, lox.Upload{Key: keys[n], Size: int64(len(body))})))
		_, err := clients[n].Write(body[:50_000])
		require.NoError(t, err)
	}
	require.Eventually(t, func() bool {
		files, err := os.ReadDir(filepath.Join(f.dir, "uploads"))
		return err == nil && len(files) == 4
	}, 10*time.Second, time.Millisecond, "all are admitted")
	f.backups.set(keys[0], "")
	f.backups.set(keys[1], lox.StatusFailed)
	for n := range 2 {
		assert.Equal(t, http.StatusForbidden, statusOf(t, clients[n]))
		_, err := f.Stat(t.Context(), keys[n])
		assert.Equal(t, lox.CodeUploadIncomplete, lox.CodeOf(err))
	}

	// An unreachable database doesn't end uploads, and is asked again.
	database.unreachable.Store(true)
	asked := database.asked.Load()
	require.Eventually(t, func() bool { return database.asked.Load() > asked+5 }, 10*time.Second, time.Millisecond)
	assert.Equal(t, 2, f.runningUploads())
	database.unreachable.Store(false)
	for n := 2; n < 4; n++ {
		_, err := clients[n].Write(body[50_000:])
		require.NoError(t, err)
		assert.Equal(t, http.StatusOK, statusOf(t, clients[n]))
	}
	f.requireIdle(t)
}
