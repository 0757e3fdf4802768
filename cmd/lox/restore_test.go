package main_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/gen/client"
)

// drillEnv names the variable with the duration of the load between the copy of the database and
// its loss.
const drillEnv = "LOX_TEST_RESTORE_DRILL"

func drillLength(t *testing.T) time.Duration {
	t.Helper()
	text := os.Getenv(drillEnv)
	if text == "" {
		return 3 * time.Second
	}
	length, err := time.ParseDuration(text)
	require.NoError(t, err, drillEnv)
	return length
}

// drill has what clients of an installation have done, and the answers.
type drill struct {
	a *api

	mu sync.Mutex
	n  uint64
	// stored are the files of backups that were completed.
	stored map[string][]byte
}

func (d *drill) file() []byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.n++
	return noise(d.n, 1000+int(d.n%100))
}

func (d *drill) note(id string, file []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.stored[id] = file
}

// store stores n backups.
func (d *drill) store(t *testing.T, n int) (ids []string) {
	t.Helper()
	for range n {
		file := d.file()
		id := requireStored(t, d.a, file)
		d.note(id, file)
		ids = append(ids, id)
	}
	return ids
}

// upload uploads n files, and completes no backup.
func (d *drill) upload(t *testing.T, n int) (files map[string][]byte) {
	t.Helper()
	files = map[string][]byte{}
	for range n {
		file := d.file()
		u, err := d.a.create(t.Context(), client.CreateBackupJSONRequestBody{Name: "waits", SizeBytes: int64(len(file))}, "")
		require.NoError(t, err)
		require.NoError(t, d.a.put(t.Context(), u, file))
		files[u.ID] = file
	}
	return files
}

// load stores backups until ctx ends, and deletes each fifth.
func (d *drill) load(ctx context.Context, life context.Context) error {
	for i := 0; ctx.Err() == nil; i++ {
		file := d.file()
		id, err := storedOnce(life, d.a, file)
		if err != nil {
			return err
		}
		if i%5 != 0 {
			d.note(id, file)
		} else if err := d.a.delete(life, id); err != nil {
			return err
		}
	}
	return nil
}

// The database is copied, the load continues, the database is lost, and the servers start with the
// copy hours later. Nothing that was acknowledged before the copy is lost, nothing that was
// uploaded after it is destroyed, and what was uploaded after it is found in the storage.
func TestRestoreDrill(t *testing.T) {
	t.Parallel()
	dsn := externalDatabase(t)
	s := externalSetup(t, dsn, "LOX_RATE_LIMIT_FACTOR=1000000", "LOX_SWEEP_INTERVAL=20ms", "LOX_MARK_INTERVAL=1s")
	p := s.start(t)
	tenant, key := s.newTenant(t, "n", "enterprise")
	d := &drill{a: newAPI(t, p.baseURL, key), stored: map[string][]byte{}}
	before := d.store(t, 30)
	waiting := d.upload(t, 20)
	never, err := d.a.create(t.Context(), client.CreateBackupJSONRequestBody{Name: "never", SizeBytes: 5}, "")
	require.NoError(t, err)
	copied := dump(t, dsn)

	// The copy has nothing from here on.
	for id, file := range waiting {
		_, err := d.a.complete(t.Context(), id)
		require.NoError(t, err)
		d.note(id, file)
	}
	deleted := before[:5]
	for _, id := range deleted {
		require.NoError(t, d.a.delete(t.Context(), id))
		delete(d.stored, id)
		eventually(t, func() bool { return !fileExists(filepath.Join(s.storageDir(), "objects", tenant.ID, id)) })
	}
	known := len(d.stored)
	marks := func(dsn string) (number int) {
		require.NoError(t, openSQL(t, dsn).QueryRowContext(t.Context(), `select number from restore_guard`).Scan(&number))
		return number
	}
	atCopy := marks(dsn)
	loading, stop := context.WithTimeout(t.Context(), drillLength(t))
	defer stop()
	failed := make(chan error)
	const loaders = 4
	for range loaders {
		go func() { failed <- d.load(loading, t.Context()) }()
	}
	for range loaders {
		require.NoError(t, <-failed)
	}
	eventually(t, func() bool { return marks(dsn) > atCopy+1 })
	after := len(d.stored) - known
	require.Positive(t, after)
	p.signal(syscall.SIGKILL)
	<-p.exited

	// Hours later, with the copy.
	restored := restoreDump(t, dsn, copied)
	db := openSQL(t, restored)
	_, err = db.ExecContext(t.Context(), `update backups set deadline = deadline - interval '8 hours', upload_expires_at = upload_expires_at - interval '8 hours'
		where status = 'pending'`)
	require.NoError(t, err)
	s.env = append(s.env, "LOX_DATABASE_URL="+restored)
	p = s.start(t)
	d.a = newAPI(t, p.baseURL, key)
	p.awaitStderr(t, regexp.MustCompile(`"level":"ERROR","msg":"(expiry of uploads and deletion of objects are paused)","reason":"the database is older than the object store`))
	checks, found, code := s.doctor(t, "--min-age", "0s")
	assert.Equal(t, 1, code)
	requireCheck(t, checks, "backups", "wrong", "5 of 30 completed backups can't be downloaded", "lox doctor --repair")
	requireCheck(t, checks, "objects", "wrong", fmt.Sprintf("%d (", after), "What belongs to no backup is kept")
	requireCheck(t, checks, "restore", "wrong", "the database is older than the object store", "--confirm-restore")
	strays := map[string]bool{}
	for _, f := range found {
		if f.Found == "stray" {
			strays[filepath.Base(f.Object)] = true
		}
	}
	assert.Len(t, strays, after, "what came after the copy is found")
	for _, id := range before[5:] {
		requireDownload(t, d.a, id, d.stored[id])
	}
	for id := range waiting {
		b, err := d.a.get(t.Context(), id)
		require.NoError(t, err)
		assert.Equal(t, client.BackupStatusPending, b.Status, "nothing is decided yet")
	}

	checks, _, _ = s.doctor(t, "--min-age", "0s", "--repair", "--confirm-restore")
	requireCheck(t, checks, "backups", "warning", "30 completed backups, 5 marked lost", "backup.lost")
	requireCheck(t, checks, "restore", "ok", "confirmed", "")
	for id := range waiting {
		eventually(t, func() bool {
			b, err := d.a.get(t.Context(), id)
			require.NoError(t, err)
			require.NotEqual(t, client.BackupStatusFailed, b.Status)
			return b.Status == client.BackupStatusCompleted
		})
	}
	eventually(t, func() bool {
		b, err := d.a.get(t.Context(), never.ID)
		require.NoError(t, err)
		return b.Status == client.BackupStatusFailed
	})
	for id, file := range d.stored {
		if !strays[id] {
			requireDownload(t, d.a, id, file)
			continue
		}
		kept, err := os.ReadFile(filepath.Join(s.storageDir(), "objects", tenant.ID, id))
		require.NoError(t, err)
		assert.Equal(t, file, kept)
	}
	for _, id := range deleted {
		_, err := d.a.download(t.Context(), id)
		require.ErrorContains(t, err, `"status":"Is failed, must be completed"`)
		b, err := d.a.get(t.Context(), id)
		require.NoError(t, err)
		assert.Equal(t, "The stored file was lost after the backup was completed", b.Error)
	}
	var lost int
	require.NoError(t, db.QueryRowContext(t.Context(), `select count(*) from events where type = 'backup.lost' and actor_type = 'operator'
		and actor_id = 'lox doctor'`).Scan(&lost))
	assert.Equal(t, 5, lost)
	checks, _, _ = s.doctor(t, "--min-age", "0s")
	requireCheck(t, checks, "restore", "ok", "not older", "")
	requireCheck(t, checks, "counters", "ok", "all are right", "")
	t.Logf("%d backups before the copy, %d of them deleted since, %d completed since, %d made since", len(before), len(deleted), len(waiting), after)
	p.stop(t, syscall.SIGTERM)
}
