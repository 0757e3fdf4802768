package main_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/store/pgembed"
	"github.com/backlox/lox/store/storetest"
)

// surplus is the number of backups that are left for the next round.
const surplus = 60

// reconcile compares what each client knows with the server's answers, and finishes interrupted
// requests. Now every request must succeed.
func (h *installation) reconcile(t *testing.T, name string) {
	t.Helper()
	a := newAPI(t, h.p.baseURL, h.key)
	var group errgroup.Group
	group.SetLimit(clientCount)
	for i, e := range h.entries {
		group.Go(func() error {
			if err := e.reconcile(t.Context(), a, i < len(h.entries)-surplus); err != nil {
				return fmt.Errorf("%+v: %w", e.acknowledged(), err)
			}
			return nil
		})
	}
	require.NoError(t, group.Wait(), name)
	left := h.entries[:0]
	for _, e := range h.entries {
		if e.deleted {
			h.gone[e.upload.ID] = true
		} else {
			left = append(left, e)
		}
	}
	h.entries = left
}

// reconcile finds out the state of the backup and continues from there. With remove, it deletes the
// backup.
func (e *entry) reconcile(ctx context.Context, a *api, remove bool) error {
	if e.upload == nil {
		if e.idempotency == "" {
			return nil // its id is unknown; check finds it by its name
		}
		if err := e.repeat(ctx, a); err != nil {
			return err
		}
	}
	b, err := a.get(ctx, e.upload.ID)
	if r, ok := errors.AsType[*refused](err); ok && r.status == http.StatusNotFound && e.deleting {
		e.deleted = true
		return nil
	}
	if err != nil {
		return fmt.Errorf("get: %w", err)
	}
	switch {
	case e.deleted:
		return errors.New("it was deleted and is back")
	case b.Status == client.BackupStatusCompleted && b.Checksum != e.sum,
		b.Status != client.BackupStatusCompleted && e.completed,
		b.Status == client.BackupStatusFailed:
		return fmt.Errorf("it became %+v", b)
	}
	e.deleting = false
	if remove {
		return e.remove(ctx, a)
	}
	if e.put && !e.completed || rand.IntN(3) > 0 { // the others stay as they are
		return e.end(ctx, a)
	}
	return nil
}

// repeat sends an unacknowledged create again. It counts once, however often it is sent.
func (e *entry) repeat(ctx context.Context, a *api) error {
	if err := e.create(ctx, a); err != nil {
		return fmt.Errorf("repeat the create: %w", err)
	}
	first := e.upload.ID
	if err := e.create(ctx, a); err != nil {
		return fmt.Errorf("repeat the create once more: %w", err)
	}
	if e.upload.ID != first {
		return fmt.Errorf("one idempotency key made %s and %s", first, e.upload.ID)
	}
	return nil
}

// end completes the backup and reads it.
func (e *entry) end(ctx context.Context, a *api) error {
	if !e.put {
		if err := e.store(ctx, a); err != nil && !e.put {
			return fmt.Errorf("upload: %w", err)
		}
	}
	if !e.completed {
		if err := e.finish(ctx, a, false); err != nil {
			return fmt.Errorf("complete: %w", err)
		}
	}
	if err := e.fetch(ctx, a); err != nil {
		return fmt.Errorf("download: %w", err)
	}
	return nil
}

// acknowledged says which requests of the backup were acknowledged, for messages.
func (e *entry) acknowledged() map[string]any {
	id := ""
	if e.upload != nil {
		id = e.upload.ID
	}
	return map[string]any{
		"id": id, "name": e.body.Name, "size": len(e.file), "declared": e.body.Checksum != "", "idempotent": e.idempotency != "",
		"put": e.put, "completed": e.completed, "deleting": e.deleting, "deleted": e.deleted,
	}
}

// row is a backup in the database.
type row struct {
	name, status, key string
	checksum          *lox.Checksum
	size              int64
}

// check reads every row and file, without the API.
func (h *installation) check(t *testing.T, name string) {
	t.Helper()
	dsn, err := pgembed.Attach(t.Context(), h.postgresDir())
	require.NoError(t, err)
	db, err := sql.Open("postgres", dsn)
	require.NoError(t, err)
	defer func() { _ = db.Close() }()
	rows := h.checkRows(t, db, name)
	h.checkEvents(t, db, name, rows)
	h.checkFiles(t, db, name, rows)
	require.True(t, t.Run("counters after "+name, func(t *testing.T) { storetest.CheckCounters(t, dsn) }))
}

// checkRows compares the backups in the database with what clients know. It deletes those whose
// create was not acknowledged, and returns the others.
func (h *installation) checkRows(t *testing.T, db *sql.DB, name string) map[string]row {
	t.Helper()
	rows := readRows(t, db)
	a := newAPI(t, h.p.baseURL, h.key)
	names := map[string]string{}
	for id, r := range rows {
		require.NotContains(t, names, r.name, "%s: one create made two backups", name)
		names[r.name] = id
	}
	left := h.entries[:0]
	for _, e := range h.entries {
		id, ok := names[e.body.Name]
		delete(names, e.body.Name)
		if e.upload == nil {
			if ok {
				require.Equal(t, "pending", rows[id].status, name)
				require.NoError(t, a.delete(t.Context(), id))
				delete(rows, id)
				h.gone[id] = true
			}
			continue
		}
		left = append(left, e)
		require.True(t, ok, "%s: lost %v", name, e.acknowledged())
		require.Equal(t, e.upload.ID, id, name)
		r := rows[id]
		require.Equal(t, int64(len(e.file)), r.size)
		if e.completed {
			require.Equal(t, "completed", r.status, "%s: %v", name, e.acknowledged())
			require.Equal(t, e.sum, r.checksum.String(), "%s: %v", name, e.acknowledged())
		}
	}
	require.Empty(t, names, "%s: backups that nobody created", name)
	h.entries = left
	return rows
}

func readRows(t *testing.T, db *sql.DB) map[string]row {
	t.Helper()
	found, err := db.QueryContext(t.Context(), `select tenant_id, id, name, status, size_bytes, checksum from backups`)
	require.NoError(t, err)
	defer func() { _ = found.Close() }()
	rows := map[string]row{}
	for found.Next() {
		var b lox.Backup
		require.NoError(t, found.Scan(&b.Tenant, &b.ID, &b.Name, &b.Status, &b.Size, &b.Checksum))
		rows[b.ID.String()] = row{name: b.Name, status: string(b.Status), key: b.ObjectKey(), checksum: b.Checksum, size: b.Size}
	}
	require.NoError(t, found.Err())
	return rows
}

// checkEvents checks that each completed backup has one event, and that there are no others, except
// of deleted backups.
func (h *installation) checkEvents(t *testing.T, db *sql.DB, name string, rows map[string]row) {
	t.Helper()
	found, err := db.QueryContext(t.Context(),
		`select type, convert_from(payload, 'UTF8')::jsonb -> 'data' ->> 'id', count(*) from events
		where type in ('backup.completed', 'backup.failed') group by 1, 2`)
	require.NoError(t, err)
	defer func() { _ = found.Close() }()
	hasEvent := map[string]bool{}
	for found.Next() {
		var kind, id string
		var times int
		require.NoError(t, found.Scan(&kind, &id, &times))
		require.Equal(t, "backup.completed", kind, name)
		require.Equal(t, 1, times, "%s: events of %s", name, id)
		r, ok := rows[id]
		require.True(t, ok && r.status == "completed" || !ok && h.gone[id], "%s: an event of %s, which is %q", name, id, r.status)
		hasEvent[id] = true
	}
	require.NoError(t, found.Err())
	for id, r := range rows {
		require.Equal(t, r.status == "completed", hasEvent[id], "%s: event of %s, which is %s", name, id, r.status)
	}
}

// checkFiles checks that each completed backup has an object, that each object belongs to a backup
// or to a purge, and that there are no other files.
func (h *installation) checkFiles(t *testing.T, db *sql.DB, name string, rows map[string]row) {
	t.Helper()
	known := map[string]bool{}
	for _, r := range rows {
		known[r.key] = true
	}
	found, err := db.QueryContext(t.Context(), `select object_key from purges`)
	require.NoError(t, err)
	defer func() { _ = found.Close() }()
	for found.Next() {
		var key string
		require.NoError(t, found.Scan(&key))
		require.False(t, known[key], "%s: the object of a backup is to be purged: %s", name, key)
		known[key] = true
	}
	require.NoError(t, found.Err())

	objects := filepath.Join(h.storageDir(), "objects")
	sizes := map[string]int64{}
	require.NoError(t, filepath.WalkDir(objects, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // purged in the meantime
		}
		if err != nil || d.IsDir() {
			return err
		}
		key := strings.TrimPrefix(path, objects+"/")
		if strings.HasPrefix(key, lox.OwnPrefix) {
			return nil
		}
		require.True(t, known[key], "%s: nothing refers to %s", name, path)
		if info, err := d.Info(); err == nil {
			sizes[key] = info.Size()
		}
		return nil
	}))
	for id, r := range rows {
		size, ok := sizes[r.key]
		require.True(t, ok || r.status != "completed", "%s: %s is completed and has no object", name, id)
		require.True(t, !ok || size == r.size, "%s: %s has %d bytes of %d", name, id, size, r.size)
	}
	require.Empty(t, glob(t, h.dir, ".*"), name)
	require.Empty(t, names(t, filepath.Join(h.storageDir(), "uploads")), name)
	require.Empty(t, glob(t, h.dir, "postgres", "data.*"), name)
}

func glob(t *testing.T, path ...string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(path...))
	require.NoError(t, err)
	return found
}
