package store

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// young is how many backups a new store gets before PostgreSQL is asked to
	// look at them.
	young = 512

	lookTimeout = 10 * time.Second

	// believedSQL asks how many backups PostgreSQL has seen; -1: it never looked.
	believedSQL = `select reltuples from pg_class where oid = 'backups'::regclass`

	lookSQL = `analyze backups`
)

// growth has PostgreSQL look at the backups of a store that was empty, as soon as
// there are some. By itself it looks within a minute or so, and until then keeps
// to the plans that it made when there were none: in an empty table one index is
// as good as another, so that a backup may be looked for in one that knows but
// its tenant, among all that the tenant has by then.
type growth struct {
	created atomic.Int64 // since the store was opened
	looking sync.WaitGroup
}

// grew counts n backups that were created.
func (s *Store) grew(n int) {
	if now := s.growth.created.Add(int64(n)); now >= young && now-int64(n) < young {
		s.growth.looking.Go(s.look)
	}
}

// look may fail: PostgreSQL will look by itself.
func (s *Store) look() {
	ctx, cancel := context.WithTimeout(context.Background(), lookTimeout)
	defer cancel()
	var believed float64
	if err := s.db.GetContext(ctx, &believed, believedSQL); err == nil && believed < young/2 {
		_, _ = s.db.ExecContext(ctx, lookSQL)
	}
}
