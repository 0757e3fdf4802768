package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"maps"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
	"github.com/pressly/goose/v3"

	"github.com/backlox/lox"
)

// Inspector looks for errors in a database, also while servers use it. Unlike a Store it
// never migrates. It changes data only in methods whose comments say so.
type Inspector struct{ db *sqlx.DB }

// Inspect connects to a database. Its statements may read whole tables, so Silence of
// cfg has no effect.
func Inspect(ctx context.Context, cfg Config) (*Inspector, error) {
	db, _, err := connect(cfg.DSN, inspections, 0, nil)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(cmp.Or(cfg.MaxConns, defaultMaxConns))
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &Inspector{db}, nil
}

// inspections are the settings of an Inspector's connections.
var inspections = map[string]string{
	"client_connection_check_interval": "2s",
	"jit":                              "off",
}

// Close ends all connections.
func (i *Inspector) Close() error { return i.db.Close() }

// Version returns the version of PostgreSQL.
func (i *Inspector) Version(ctx context.Context) (version string, err error) {
	err = i.db.GetContext(ctx, &version, `show server_version`)
	return version, wrap(ctx, "ask for the version", err)
}

// Clock returns the server's time.
func (i *Inspector) Clock(ctx context.Context) (now time.Time, err error) {
	err = i.db.GetContext(ctx, &now, `select clock_timestamp()`)
	return now, wrap(ctx, "ask for the time", err)
}

// SchemaState is the state of a database's migrations.
type SchemaState struct {
	// Version is the version of the latest migration, 0 if there is none.
	Version int64
	// Missing are migrations of this program that the database doesn't have, Unknown
	// migrations of the database that this program doesn't have.
	Missing, Unknown []int64
}

// goose deletes the row of a migration that was rolled back.
const (
	migratedSQL = `select to_regclass('goose_db_version') is not null`
	versionsSQL = `select distinct version_id from goose_db_version where is_applied and version_id > 0 order by 1`
)

// Schema compares the database with the migrations of this program.
func (i *Inspector) Schema(ctx context.Context) (SchemaState, error) {
	missing, err := ownVersions()
	if err != nil {
		return SchemaState{}, err
	}
	var migrated bool
	if err := i.db.GetContext(ctx, &migrated, migratedSQL); err != nil {
		return SchemaState{}, wrap(ctx, "look for the schema", err)
	}
	var applied []int64
	if migrated {
		if err := i.db.SelectContext(ctx, &applied, versionsSQL); err != nil {
			return SchemaState{}, wrap(ctx, "read the version of the schema", err)
		}
	}
	var s SchemaState
	for _, v := range applied {
		s.Version = v
		if _, own := missing[v]; !own {
			s.Unknown = append(s.Unknown, v)
		}
		delete(missing, v)
	}
	s.Missing = slices.Sorted(maps.Keys(missing))
	return s, nil
}

func ownVersions() (map[int64]struct{}, error) {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	versions := make(map[int64]struct{}, len(files))
	for _, file := range files {
		v, err := goose.NumericComponent(file)
		if err != nil {
			return nil, err
		}
		versions[v] = struct{}{}
	}
	return versions, nil
}

const backupsAfterSQL = `select tenant_id, id, status, size_bytes, object_version from backups
where (tenant_id, id) > ($1, $2) and status <> 'failed'
order by tenant_id, id limit $3`

// BackupsAfter returns the next backups, in the order of tenant and id, that may have an object.
// It reads only ids, status, size and version.
func (i *Inspector) BackupsAfter(ctx context.Context, tenant lox.TenantID, id lox.BackupID, limit int) ([]lox.Backup, error) {
	var backups []lox.Backup
	err := i.db.SelectContext(ctx, &backups, backupsAfterSQL, tenant, id, limit)
	return backups, wrap(ctx, "read backups", err)
}

// Owner is what the database knows of an object: its backup, and its purges.
type Owner struct {
	// Status, Size and Version are those of the backup. Status is "" if there is no backup.
	Status  lox.Status `db:"status"`
	Size    int64      `db:"size_bytes"`
	Version string     `db:"object_version"`
	// Name and Checksum are those of the backup, too.
	Name     string        `db:"name"`
	Checksum *lox.Checksum `db:"checksum"`
	// Purged means that the deletion of the object is scheduled, OthersPurged that the
	// deletion of all versions except the backup's is.
	Purged       bool `db:"purged"`
	OthersPurged bool `db:"others_purged"`
}

const ownersSQL = `select coalesce(b.status, '') as status, coalesce(b.size_bytes, 0) as size_bytes,
	coalesce(b.object_version, '') as object_version, coalesce(b.name, '') as name, b.checksum, p.object_key is not null as purged, v.object_key is not null as others_purged
from unnest($1::text[], $2::uuid[], $3::uuid[]) with ordinality as k (object_key, tenant_id, id, place)
left join backups b using (tenant_id, id)
left join purges p on p.object_key = k.object_key
left join version_purges v on v.object_key = k.object_key
order by k.place`

// Owners returns the Owner for each backup's object, in the same order. The backups need not
// exist. A deletion moves an object from its backup to the purges in one statement, so Owners
// always sees at least one of them.
func (i *Inspector) Owners(ctx context.Context, of []lox.Backup) ([]Owner, error) {
	keys, tenants, ids := objectKeys(of)
	var owners []Owner
	err := i.db.SelectContext(ctx, &owners, ownersSQL, pq.Array(keys), pq.Array(tenants), pq.Array(ids))
	return owners, wrap(ctx, "look for the backups of objects", err)
}

func objectKeys(of []lox.Backup) (keys []string, tenants []lox.TenantID, ids []lox.BackupID) {
	for _, b := range of {
		keys, tenants, ids = append(keys, b.ObjectKey()), append(tenants, b.Tenant), append(ids, b.ID)
	}
	return keys, tenants, ids
}

// Both statements check again that no backup needs the bytes: after them, nothing prevents the
// deletion.
const (
	purgeOrphansSQL = `insert into purges (object_key, due_at, final_at)
select object_key, $4, $4 from unnest($1::text[], $2::uuid[], $3::uuid[]) as k (object_key, tenant_id, id)
where not exists (select from backups b where b.tenant_id = k.tenant_id and b.id = k.id and b.status <> 'failed')
on conflict do nothing`

	purgeOthersSQL = `insert into version_purges (object_key, keep_version, due_at, final_at)
select object_key, object_version, $4, $4
from unnest($1::text[], $2::uuid[], $3::uuid[]) as k (object_key, tenant_id, id) join backups using (tenant_id, id)
where status = 'completed' and object_version <> ''
on conflict do nothing`
)

// Purging calls work, which schedules purges of objects. If work fails, it schedules none.
func (i *Inspector) Purging(ctx context.Context, due time.Time, work func(*Purges) error) error {
	tx, err := i.db.BeginTxx(ctx, nil)
	if err != nil {
		return wrap(ctx, "have objects purged", err)
	}
	defer func() { _ = tx.Rollback() }() // after a commit this does nothing
	if err := work(&Purges{tx, due}); err != nil {
		return err
	}
	return wrap(ctx, "have objects purged: commit", tx.Commit())
}

// Purges schedules the purges of one call of Purging.
type Purges struct {
	tx  *sqlx.Tx
	due time.Time
}

// Add schedules the deletion of the objects of backups that don't exist or have failed.
func (p *Purges) Add(ctx context.Context, of []lox.Backup) error {
	return p.add(ctx, purgeOrphansSQL, of)
}

// AddOthers schedules the deletion of all versions except those of the completed backups.
func (p *Purges) AddOthers(ctx context.Context, of []lox.Backup) error {
	return p.add(ctx, purgeOthersSQL, of)
}

func (p *Purges) add(ctx context.Context, statement string, of []lox.Backup) error {
	if len(of) == 0 {
		return nil
	}
	keys, tenants, ids := objectKeys(of)
	_, err := p.tx.ExecContext(ctx, statement, pq.Array(keys), pq.Array(tenants), pq.Array(ids), p.due)
	return wrap(ctx, "have objects purged", err)
}

// read calls work in a read-only transaction with one snapshot.
func (i *Inspector) read(ctx context.Context, what string, work func(*sqlx.Tx) error) error {
	tx, err := i.db.BeginTxx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return wrap(ctx, what, err)
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	return work(tx)
}

// retryLocked retries do while it fails because of a lock timeout or a deadlock.
func retryLocked(ctx context.Context, do func() error) (err error) {
	for range lockTries {
		if err = do(); pq.As(err, pqerror.LockNotAvailable, pqerror.TRDeadlockDetected) == nil {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(context.Cause(ctx), err)
		case <-time.After(lockPause):
		}
	}
	return err
}
