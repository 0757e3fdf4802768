package store

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lib/pq"
)

const (
	// wakePause is the time between two times that this process's own dispatcher is told.
	wakePause = 5 * time.Millisecond
	// notifyPause is the time between two notifications: a transaction that notifies holds
	// up the commits of all others until it is on disk itself.
	notifyPause   = 50 * time.Millisecond
	notifyTimeout = 5 * time.Second
	// noticeLife is how long after the notice that deliveries came somebody may have committed
	// them: longer than any transaction.
	noticeLife = time.Minute

	notifyDeliveriesSQL = `select pg_notify('lox_deliveries', '')`

	// deliveriesCame is the notice of migrations/00010_record.sql that an event has deliveries.
	deliveriesCame = "deliveries came"
)

// notifier tells dispatchers, after the commit, that deliveries may be due: the one of this
// process directly, others by notifications. One that gets lost is made up for by their
// polling.
type notifier struct {
	// came is when deliveries came the latest, in nanoseconds since 1970. Most tenants' events
	// have none, and nobody is told of those.
	came atomic.Int64
	// wake tells this process's own dispatcher. Nil if there is none.
	wake atomic.Pointer[func()]

	mu       sync.Mutex
	closed   bool
	running  bool // dispatchers are being told
	again    bool // something has come since they were told the latest
	notified time.Time
	closing  chan struct{}
	sending  sync.WaitGroup
}

// notice hears PostgreSQL's notices.
func (n *notifier) notice(e *pq.Error) {
	if e.Message == deliveriesCame {
		n.came.Store(time.Now().UnixNano())
	}
}

// deliveriesDue says that deliveries are due. It doesn't wait.
func (s *Store) deliveriesDue() {
	s.notifier.came.Store(time.Now().UnixNano())
	s.recorded()
}

// recorded follows the commit of events, which may have deliveries. It doesn't wait.
func (s *Store) recorded() {
	n := &s.notifier
	if time.Since(time.Unix(0, n.came.Load())) > noticeLife {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.again = true
	if !n.running && !n.closed {
		n.running = true
		n.sending.Go(s.notify)
	}
}

// notify tells dispatchers until nothing more has come for a pause.
func (s *Store) notify() {
	n := &s.notifier
	pause := time.NewTimer(0)
	defer pause.Stop()
	for pending := false; ; {
		n.mu.Lock()
		came := n.again
		n.again = false
		pending = pending || came
		if n.running = pending && !n.closed; !n.running {
			n.mu.Unlock()
			return
		}
		n.mu.Unlock()
		if wake := n.wake.Load(); came && wake != nil {
			(*wake)()
		}
		if now := time.Now(); now.Sub(n.notified) >= notifyPause {
			pending, n.notified = false, now
			ctx, cancel := context.WithTimeout(context.Background(), notifyTimeout)
			_, _ = s.db.ExecContext(ctx, notifyDeliveriesSQL)
			cancel()
		}
		pause.Reset(wakePause)
		select {
		case <-pause.C:
		case <-n.closing:
		}
	}
}

// close waits until nothing is sent any more.
func (n *notifier) close() {
	n.mu.Lock()
	if !n.closed {
		n.closed = true
		close(n.closing)
	}
	n.mu.Unlock()
	n.sending.Wait()
}
