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
	// slotPause is the time between two tries to connect while PostgreSQL has no connection
	// to give and the pool has none either.
	slotPause = 50 * time.Millisecond
	// slotPatience bounds these tries for a caller without a deadline, such as a start.
	slotPatience = 30 * time.Second
	// growPause is how long after a refusal a pool tries to have one connection more. It
	// doubles with each refusal that follows, up to maxGrowPause.
	growPause    = time.Second
	maxGrowPause = 30 * time.Second
	// refusedLogPause is the time between two lines of the log about refusals.
	refusedLogPause = time.Minute
)

// pool is some of the connections of a Store. When PostgreSQL refuses further ones, the
// pool makes do with those that it has: its callers wait for one of them, as they do when
// all that the pool may have are in use.
type pool struct {
	name      string
	db        *sqlx.DB
	connector *connector
	size      int // connections at most
	log       *slog.Logger
	// other is asked to give up a connection when this pool can't get its first one.
	other *pool

	mu     sync.Mutex
	limit  int // connections at most, now
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

// refused is told that PostgreSQL has no connection to give. ErrBadConn has database/sql
// ask again, which then waits for a connection that the pool has. If it has none, refused
// returns nil after a pause, for another try.
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
		p.log.WarnContext(ctx, "PostgreSQL refuses further connections: requests wait for those that there are; "+
			"lower LOX_DATABASE_MAX_CONNS, or raise max_connections or the limit of the role",
			"pool", p.name, "connections", p.connector.live.Load(), "wanted", p.size, "error", why)
	}
}

// shrink has the pool keep to so many connections until it grows.
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

// giveUp closes a connection unless it is the last one: an idle one, or the next that
// comes back.
func (p *pool) giveUp() {
	if live := int(p.connector.live.Load()); live > 1 {
		p.shrink(live - 1)
	}
}

// grow lets the pool have one connection more. It is called by a timer.
func (p *pool) grow() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || p.limit == p.size {
		return
	}
	if int(p.connector.live.Load()) >= p.limit {
		p.pause = growPause // the latest one was granted
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

// PoolStats says how the connections of a pool are used.
type PoolStats struct {
	// Name is "requests" for what runs all the time, or "other".
	Name string
	// Open and InUse are connections. Size is how many there may be, and Limit how many
	// now: fewer while PostgreSQL refuses further ones.
	Open, InUse, Size, Limit int
	// Waited is how long callers have waited for a connection, all together.
	Waited time.Duration
}

// Pools says how the connections are used. It asks nobody.
func (s *Store) Pools() []PoolStats {
	all := make([]PoolStats, 0, len(s.pools))
	for _, p := range s.pools {
		stats := p.db.Stats()
		all = append(all, PoolStats{
			Name: p.name, Open: stats.OpenConnections, InUse: stats.InUse, Size: p.size, Limit: stats.MaxOpenConnections,
			Waited: stats.WaitDuration + time.Duration(p.connector.waited.Load()),
		})
	}
	return all
}
