package store

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lib/pq"
)

const (
	// wakePause is the shortest time between two calls of notifier.wake.
	wakePause = 5 * time.Millisecond
	// notifyPause is the shortest time between two notifications: a transaction that notifies
	// blocks all other commits until it is on disk.
	notifyPause   = 50 * time.Millisecond
	notifyTimeout = 5 * time.Second
	// noticeLife is the longest time between the notice that a transaction has inserted
	// deliveries and its commit: longer than any transaction.
	noticeLife = time.Minute

	notifyDeliveriesSQL = `select pg_notify('lox_deliveries', '')`

	// deliveriesNotice is the notice of migrations/00010_record.sql that an event has deliveries.
	deliveriesNotice = "deliveries came"
)

// notifier tells dispatchers, after a commit, that deliveries may be due. It calls the
// dispatcher of this process directly and sends notifications to others. If a notification
// gets lost, they find the deliveries by polling.
type notifier struct {
	// inserted is when deliveries were last inserted, in nanoseconds since 1970. Most events
	// have no deliveries, and need no notification.
	inserted atomic.Int64
	// wake calls the dispatcher of this process. Nil if there is none.
	wake atomic.Pointer[func()]

	mu       sync.Mutex
	closed   bool
	running  bool // whether notify runs
	again    bool // whether deliveries may have been inserted since the last call of wake
	notified time.Time
	closing  chan struct{}
	sending  sync.WaitGroup
}

// notice receives PostgreSQL's notices.
func (n *notifier) notice(e *pq.Error) {
	if e.Message == deliveriesNotice {
		n.inserted.Store(time.Now().UnixNano())
	}
}

// deliveriesDue notifies dispatchers that deliveries are due. It doesn't wait.
func (s *Store) deliveriesDue() {
	s.notifier.inserted.Store(time.Now().UnixNano())
	s.recorded()
}

// recorded must be called after the commit of events. It notifies dispatchers if the events
// may have deliveries. It doesn't wait.
func (s *Store) recorded() {
	n := &s.notifier
	if time.Since(time.Unix(0, n.inserted.Load())) > noticeLife {
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

// notify notifies dispatchers until no more deliveries were inserted for wakePause.
func (s *Store) notify() {
	n := &s.notifier
	pause := time.NewTimer(0)
	defer pause.Stop()
	for pending := false; ; {
		n.mu.Lock()
		again := n.again
		n.again = false
		pending = pending || again
		if n.running = pending && !n.closed; !n.running {
			n.mu.Unlock()
			return
		}
		n.mu.Unlock()
		if wake := n.wake.Load(); again && wake != nil {
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

// close stops the notifications and waits for the last one.
func (n *notifier) close() {
	n.mu.Lock()
	if !n.closed {
		n.closed = true
		close(n.closing)
	}
	n.mu.Unlock()
	n.sending.Wait()
}
