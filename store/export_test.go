package store

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"github.com/backlox/lox"
)

// PageOfStatus is the statement that lists the backups of one status.
var PageOfStatus = pageShape{status: true, span: always}.sql()

// Internals of the store for tests.
const (
	StorageSQL = storageSQL
	StatsSQL   = statsSQL
	BatchSize  = batchSize
	// TenantBatch is the number of backups of a deleted tenant that one batch deletes.
	TenantBatch = tenantBatch
	DeepOffset  = deepOffset
	SlotPause   = slotPause
)

// Migrator applies migrations one by one, and reverts them.
var Migrator = migrator

// Statements returns the text of every prepared statement by the name of its field. It panics if a
// field has none.
func Statements() map[string]string {
	var s statements
	table, named := s.table(), map[string]string{}
	fields := reflect.ValueOf(&s).Elem()
	add := func(name string, field reflect.Value) {
		text, ok := table[(**sqlx.Stmt)(field.Addr().UnsafePointer())]
		if !ok {
			panic("no statement " + name)
		}
		named[name] = text
	}
	for i := range fields.NumField() {
		name, field := fields.Type().Field(i).Name, fields.Field(i)
		if field.Kind() != reflect.Array {
			add(name, field)
			continue
		}
		for j := range field.Len() {
			add(fmt.Sprintf("%s[%d]", name, j), field.Index(j))
		}
	}
	return named
}

// HotStatement reports whether a statement is a frequent one, which runs on connections with other
// planner settings.
func HotStatement(name string) bool {
	var s statements
	field := reflect.ValueOf(&s).Elem().FieldByName(name)
	return s.hotStatements()[(**sqlx.Stmt)(field.Addr().UnsafePointer())]
}

// FinishJSON returns rows for finishPurges.
func FinishJSON(done []lox.FinishedPurge) string {
	text, err := finishText(done)
	if err != nil {
		panic(err)
	}
	return text
}

// DeleteRowsJSON returns rows for deleteBackups.
func DeleteRowsJSON(some []lox.Backup, now time.Time, by lox.Actor) string {
	text, err := deleteText(some, now, by)
	if err != nil {
		panic(err)
	}
	return text
}

// MaxLookups is the number of lookup statements that run at once.
var MaxLookups = maxLookups

// Load is the number of running statements in all groups, and the number of callers that wait for
// one of them to end.
type Load struct{ Running, Waiting int }

// TellDirectly has wake called when this Store notifies its own dispatcher.
func (s *Store) TellDirectly(wake func()) { s.notifier.wake.Store(&wake) }

// DeliveriesCame reports whether PostgreSQL has sent a notification of deliveries.
func (s *Store) DeliveriesCame() bool { return s.notifier.inserted.Load() != 0 }

// The loads of the batched operations.
func (g *Grouped) Lookups() Load   { return load(&g.lookups) }
func (g *Grouped) Creates() Load   { return load(&g.creates) }
func (g *Grouped) Completes() Load { return load(&g.completes) }

func load(b interface{ Load() (running, waiting int) }) (l Load) {
	l.Running, l.Waiting = b.Load()
	return l
}

// DeleteJSON returns a row for deleteBackups.
func DeleteJSON(b lox.Backup, by lox.Actor) string {
	e := b.Deleted(b.CreatedAt, by)
	return rowsOf(deleteRow{uuid.UUID(b.ID), b.ObjectKey(), uuid.UUID(e.ID), columnsOf(e)})
}

func rowsOf[Row any](row Row) string {
	text, err := json.Marshal([]Row{row})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// CreateJSON and CompleteJSON return rows for createAll and completeBackups.
func CreateJSON(b lox.Backup, by lox.Actor, key *lox.IdempotencyKey) string {
	return rowsOf(creation{backup: b, by: by, key: key}.row())
}

// CompleteJSON is CreateJSON for completeBackups.
func CompleteJSON(b lox.Backup, e lox.Event) string {
	return rowsOf(completion{b.Tenant, b.ID, lox.Verified{ObjectVersion: "v", At: e.At, Event: e}}.row(0))
}

// Inspections returns the text of every statement of an Inspector.
func Inspections() map[string]string {
	named := map[string]string{
		"doctorVersions": versionsSQL, "doctorBackups": backupsAfterSQL, "doctorOwners": ownersSQL, "doctorPurge": purgeOrphansSQL,
		"doctorPurgeOthers": purgeOthersSQL, "doctorReserved": reservedSQL, "doctorConfirmRestore": confirmRestoreSQL,
		"doctorLose": loseSQL, "doctorRepin": repinSQL,
	}
	for i, statement := range comparisons {
		named[fmt.Sprintf("doctorCompare[%d]", i)] = statement
	}
	named["doctorRecount"] = strings.Join(recounts, ";\n\n")
	return named
}

// CloseIdle closes the idle connections of a pool.
func CloseIdle(s *Store, name string) {
	for _, p := range s.pools {
		if p.name == name {
			p.db.SetMaxIdleConns(0)
			p.db.SetMaxIdleConns(p.size)
		}
	}
}

// Connect opens n connections of the pool for requests, and leaves them idle.
func Connect(ctx context.Context, s *Store, n int) (err error) {
	conns := make([]*sqlx.Conn, n)
	for i := range conns {
		if conns[i], err = s.hot.Connx(ctx); err != nil {
			return err
		}
	}
	for _, c := range conns {
		err = errors.Join(err, c.Close())
	}
	return err
}

// Pools returns how the connections are used.
func (s *Store) Pools() []PoolStats { return s.poolStats() }

// PoolStats says how the connections of a pool are used.
type PoolStats = poolStats

// Compare measures the offset of this process's clock once.
func (c *Clock) Compare(ctx context.Context) error { return c.compare(ctx) }

// CreateAlone creates a backup by a statement that no other call shares.
func (s *Store) CreateAlone(ctx context.Context, b lox.Backup, by lox.Actor) error {
	calls := []*createCall{{In: creation{backup: b, by: by}}}
	if err := s.createMany(ctx, calls, noLockTimeout); err != nil {
		return err
	}
	return calls[0].Err
}
