package store

import (
	"context"
	"encoding/hex"
	"errors"
	"strconv"
	"time"

	"github.com/lib/pq"

	"github.com/backlox/lox"
)

// The channels on which triggers notify of changes to keys, and of new deliveries.
const (
	keyChannel      = "lox_keys"
	deliveryChannel = "lox_deliveries"
)

// Cached data about a key may be out of date for at most a second, so a dead connection
// must be detected within that time: watch sends a query every watchBeat, and the answer
// must come within watchAnswer.
const (
	watchBeat    = 250 * time.Millisecond
	watchAnswer  = 500 * time.Millisecond
	watchConnect = 2 * time.Second
)

// WatchKeys implements server.KeyStore.
func (s *Store) WatchKeys(ctx context.Context, w lox.KeyWatch) {
	s.watch(ctx, channel{keyChannel, func(payload string) { keyChanged(w, payload) }, w.KeysWatched, w.KeysUnwatched})
}

// WatchDeliveries implements webhooks.Store. It also calls due when the watch begins,
// because it may have missed earlier notifications. For deliveries that this Store inserts,
// it calls the due of the latest WatchDeliveries directly.
func (s *Store) WatchDeliveries(ctx context.Context, due func()) {
	s.notifier.wake.Store(&due)
	defer s.notifier.wake.CompareAndSwap(&due, nil)
	s.watch(ctx, channel{deliveryChannel, func(string) { due() }, due, func(error) {}})
}

// channel is a channel of notifications, with the functions to call.
type channel struct {
	name      string
	notified  func(payload string)
	watched   func()      // from now on no notification is missed
	unwatched func(error) // from now on notifications may be missed
}

// watch watches a channel on a separate connection. After it has lost the connection, it
// opens another one.
func (s *Store) watch(ctx context.Context, c channel) {
	for reported := false; ; {
		live, err := c.watchOnce(ctx, watchDSN(s.dsn))
		if live || !reported {
			c.unwatched(err)
			reported = true
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(watchBeat):
		}
	}
}

// watchQuery is sent every watchBeat. It fails on a read-only server, which sends no
// notifications.
const watchQuery = `do $$ begin if current_setting('transaction_read_only') = 'on' then raise read_only_sql_transaction; end if; end $$`

// watchDSN returns a DSN with a connection timeout, the session's name, and the requirement
// of a writable server.
func watchDSN(dsn string) string {
	parameters := map[string]string{"connect_timeout": strconv.Itoa(int(watchConnect.Seconds()))}
	if cfg, err := pq.NewConfig(dsn); err == nil {
		parameters["application_name"] = sessionName(cfg.ApplicationName)
		if cfg.TargetSessionAttrs == "" {
			parameters["target_session_attrs"] = string(pq.TargetSessionAttrsReadWrite)
		}
	}
	return withParameters(dsn, parameters)
}

var errWatchSilent = errors.New("PostgreSQL does not answer")

// watchOnce watches on one connection until that fails or doesn't answer in time. It
// returns whether the watch had begun, and why it has ended.
func (c channel) watchOnce(ctx context.Context, dsn string) (live bool, why error) {
	ctx, drop := context.WithCancel(ctx)
	defer drop()
	notifications, answers := make(chan *pq.Notification, 128), make(chan error)
	go listen(ctx, dsn, c.name, notifications, answers)
	timeout := time.NewTimer(watchConnect + watchAnswer)
	defer timeout.Stop()
	for {
		select {
		case <-ctx.Done():
			return live, ctx.Err()
		case <-timeout.C:
			return live, errWatchSilent
		case n, ok := <-notifications:
			if !ok {
				notifications = nil // the next answer is the error
				continue
			}
			c.notified(n.Extra)
		case err := <-answers:
			if err != nil {
				return live, err
			}
			if !live { // from here on no notification is missed
				live = true
				c.watched()
			}
			timeout.Reset(watchBeat + watchAnswer)
		}
	}
}

// listen connects, sends LISTEN, and then sends watchQuery every watchBeat. It sends nil
// to answers for each answer, beginning with that to LISTEN. After an error it sends the
// error and returns. It ends with ctx even while it waits for an answer; pq.Listener, which
// reconnects by itself, can't be closed in that state. Notifications that arrive before an
// answer are in their channel before the answer is in answers.
func listen(ctx context.Context, dsn, name string, notifications chan *pq.Notification, answers chan<- error) {
	send := func(err error) {
		select {
		case answers <- err:
		case <-ctx.Done():
		}
	}
	c, err := pq.NewListenerConn(dsn, notifications)
	if err != nil {
		send(err)
		return
	}
	stop := context.AfterFunc(ctx, func() { _ = c.Close() })
	defer func() {
		if stop() {
			_ = c.Close()
		}
		for range notifications { // pq may block on a send, and closes the channel at its end
		}
	}()
	for query := "listen " + name; ctx.Err() == nil; query = watchQuery {
		// Not Ping, which panics if the server answers with an error.
		_, err := c.ExecSimpleQuery(query)
		send(err)
		if err != nil {
			return
		}
		select {
		case <-time.After(watchBeat):
		case <-ctx.Done():
		}
	}
}

func keyChanged(w lox.KeyWatch, payload string) {
	hash, err := hex.DecodeString(payload)
	if err != nil || len(hash) != len(lox.KeyHash{}) {
		w.KeysWatched() // any key may have changed
		return
	}
	w.KeyChanged(lox.KeyHash(hash))
}
