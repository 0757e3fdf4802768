package store

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// analyzeAfter is how many backups a Store creates before it analyzes the table.
	analyzeAfter = 512

	analyzeTimeout = 10 * time.Second

	// estimateSQL returns PostgreSQL's estimate of the number of backups; -1 if the table was
	// never analyzed.
	estimateSQL = `select reltuples from pg_class where oid = 'backups'::regclass`

	analyzeSQL = `analyze backups`
)

// growth analyzes the table of backups when it has grown from empty. PostgreSQL's
// autovacuum does that within about a minute. Until then PostgreSQL uses plans for an
// empty table, for which all indexes cost the same. Such a plan may use an index on the
// tenant alone, and then read all backups of the tenant to find one.
type growth struct {
	created   atomic.Int64 // backups since the store was opened
	analyzing sync.WaitGroup
}

// grew counts n created backups.
func (s *Store) grew(n int) {
	if now := s.growth.created.Add(int64(n)); now >= analyzeAfter && now-int64(n) < analyzeAfter {
		s.growth.analyzing.Go(s.analyze)
	}
}

// analyze ignores errors, because autovacuum analyzes the table later.
func (s *Store) analyze() {
	ctx, cancel := context.WithTimeout(context.Background(), analyzeTimeout)
	defer cancel()
	var estimate float64
	if err := s.db.GetContext(ctx, &estimate, estimateSQL); err == nil && estimate < analyzeAfter/2 {
		_, _ = s.db.ExecContext(ctx, analyzeSQL)
	}
}
