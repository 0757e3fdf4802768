package store

import (
	"fmt"
	"reflect"

	"github.com/jmoiron/sqlx"
)

// PageOfStatus is the statement that lists the backups of one status.
var PageOfStatus = pageShape{status: true, span: always}.sql()

// What the store is made of, for tests that look behind it.
const (
	StorageSQL = storageSQL
	StatsSQL   = statsSQL
	BatchSize  = batchSize
	DeepOffset = deepOffset
)

// Migrator applies migrations one by one, and takes them back.
var Migrator = migrator

// Statements returns the text of every statement that is prepared, by the name
// of its field. It panics if a field has none.
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

// LookupWidth is how many statements that find backups are under way at most.
var LookupWidth = lookupWidth

// Load is how many statements are under way in all lanes, and how many callers
// wait for one of them to end.
type Load struct{ Running, Waiting int }

// The loads of what goes together.
func (s *Store) Lookups() Load   { return load(&s.lookups) }
func (s *Store) Creates() Load   { return load(&s.creates) }
func (s *Store) Completes() Load { return load(&s.completes) }

func load[L comparable, K, V any](c *coalescer[L, K, V]) (l Load) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, lane := range c.lanes {
		l.Running += lane.runs
		l.Waiting += len(lane.waiting)
	}
	return l
}
