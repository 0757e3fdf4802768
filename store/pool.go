package store

import (
	"context"
	"database/sql/driver"
	"log/slog"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
)

const (
	// slotPause is the pause between two tries to connect while PostgreSQL refuses connections
	// and the pool has none.
	slotPause = 50 * time.Millisecond
	// slotTimeout bounds these tries for a caller without a deadline, such as Open.
	slotTimeout = 30 * time.Second
	// growPause is how long after a refusal a pool tries to open one more connection. It
	// doubles with each further refusal, up to maxGrowPause.
	growPause    = time.Second
	maxGrowPause = 30 * time.Second
	// refusedLogPause is the shortest time between two log lines about refusals.
	refusedLogPause = time.Minute
)

// pool is a pool of connections of a Store. While PostgreSQL refuses further connections, the
// pool's limit is the number of connections that it has, and callers wait for one of them.
type pool struct {
	name      string
	db        *sqlx.DB
	connector *connector
	size      int // the configured limit of connections
	log       *slog.Logger
	// other is the pool that must close a connection if this pool can't get its first one.
	other *pool

	mu     sync.Mutex
	limit  int // the current limit of connections
	pause  time.Duration
	grows  *time.Timer
	logged time.Time
	closed bool
}

func newPool(name string, db *sqlx.DB, c *connector, size int, log *slog.Logger) *pool {
	p := &pool{name: name, db: db, connector: c, size: size, limit: size, pause: growPause, log: log}
	c.refused = p.refused
	p.grows = time.AfterFunc(growPause, p.grow)
	p.grows.Stop()
	p.set(size)
	return p
}

// set may be called while mu is held: database/sql never calls back under its own lock.
func (p *pool) set(limit int) {
	p.db.SetMaxOpenConns(limit)
	p.db.SetMaxIdleConns(limit)
}

// refused is called when PostgreSQL refuses a connection. If the pool has connections, it
// lowers the limit and returns ErrBadConn: database/sql then tries again, and waits for one of
// them. Otherwise it returns nil after a pause, and the connector tries again.
func (p *pool) refused(ctx context.Context, why error) error {
	p.note(ctx, why)
	if live := int(p.connector.live.Load()); live > 0 {
		p.shrink(live)
		return driver.ErrBadConn
	}
	if p.other != nil {
		p.other.giveUp()
	}
	return pauseForSlot(ctx, why)
}

// pauseForSlot returns nil after a pause, or why when ctx ends.
func pauseForSlot(ctx context.Context, why error) error {
	pause := time.NewTimer(slotPause)
	defer pause.Stop()
	select {
	case <-pause.C:
		return nil
	case <-ctx.Done():
		return why
	}
}

func (p *pool) note(ctx context.Context, why error) {
	p.mu.Lock()
	due := time.Since(p.logged) >= refusedLogPause
	if due {
		p.logged = time.Now()
	}
	p.mu.Unlock()
	if due {
		p.log.WarnContext(ctx, "PostgreSQL refuses more connections: requests wait for a free one; "+
			"lower LOX_DATABASE_MAX_CONNS, or raise max_connections or the limit of the role",
			"pool", p.name, "connections", p.connector.live.Load(), "wanted", p.size, "error", why)
	}
}

// shrink lowers the limit of the pool until it grows again.
func (p *pool) shrink(limit int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	if limit < p.limit {
		p.limit = limit
		p.set(limit)
	}
	p.grows.Reset(p.pause)
	p.pause = min(2*p.pause, maxGrowPause)
}

// giveUp closes a connection, unless it is the last one: an idle one, or the next that
// becomes idle.
func (p *pool) giveUp() {
	if live := int(p.connector.live.Load()); live > 1 {
		p.shrink(live - 1)
	}
}

// grow raises the limit by one connection. A timer calls it.
func (p *pool) grow() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || p.limit == p.size {
		return
	}
	if int(p.connector.live.Load()) >= p.limit {
		p.pause = growPause // PostgreSQL has accepted the latest one
	}
	p.limit++
	p.set(p.limit)
	if p.limit < p.size {
		p.grows.Reset(p.pause)
	}
}

func (p *pool) close() error {
	p.mu.Lock()
	p.closed = true
	p.grows.Stop()
	p.mu.Unlock()
	return p.db.Close()
}

// poolStats says how the connections of a pool are used.
type poolStats struct {
	// Name is "requests" for the pool of the frequent statements, or "other".
	Name string
	// Open and InUse are numbers of connections. Size is the configured limit, and Limit the
	// current one, which is lower while PostgreSQL refuses further connections.
	Open, InUse, Size, Limit int
	// Waited is the total time that callers have waited for a connection.
	Waited time.Duration
}

// poolStats returns how the connections are used. It makes no query.
func (s *Store) poolStats() []poolStats {
	all := make([]poolStats, 0, len(s.pools))
	for _, p := range s.pools {
		stats := p.db.Stats()
		all = append(all, poolStats{
			Name: p.name, Open: stats.OpenConnections, InUse: stats.InUse, Size: p.size, Limit: stats.MaxOpenConnections,
			Waited: stats.WaitDuration + time.Duration(p.connector.waited.Load()),
		})
	}
	return all
}
