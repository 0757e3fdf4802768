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

// Where the database's triggers tell of changes to keys, and of deliveries that
// are to be made.
const (
	keyChannel      = "lox_keys"
	deliveryChannel = "lox_deliveries"
)

// What is remembered of a key may be out of date for a second at most, so a
// connection that died without a sign must be found out within that time: a
// question every beat, to be answered in time.
const (
	watchBeat    = 250 * time.Millisecond
	watchAnswer  = 500 * time.Millisecond
	watchConnect = 2 * time.Second
)

// WatchKeys implements lox.KeyStore.
func (s *Store) WatchKeys(ctx context.Context, w lox.KeyWatch) {
	s.watch(ctx, channel{keyChannel, func(payload string) { tell(w, payload) }, w.KeysWatched, w.KeysUnwatched})
}

// WatchDeliveries implements lox.DispatchStore. Whatever came before it was
// watched was missed. What comes by this Store itself is told directly, to the one who
// watches the latest.
func (s *Store) WatchDeliveries(ctx context.Context, due func()) {
	s.notifier.wake.Store(&due)
	defer s.notifier.wake.CompareAndSwap(&due, nil)
	s.watch(ctx, channel{deliveryChannel, func(string) { due() }, due, func(error) {}})
}

// channel is what is to be heard, and who hears it.
type channel struct {
	name      string
	told      func(payload string)
	watched   func()      // from now on everything is told
	unwatched func(error) // and from now on not
}

// watch has a connection of its own, and another one soon after that is lost.
func (s *Store) watch(ctx context.Context, c channel) {
	for told := false; ; {
		live, err := c.watchOnce(ctx, watchDSN(s.dsn))
		if live || !told {
			c.unwatched(err)
			told = true
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(watchBeat):
		}
	}
}

// watchQuestion is asked at every beat. Nothing is told by a server that others no longer
// write to: it fails there.
const watchQuestion = `do $$ begin if current_setting('transaction_read_only') = 'on' then raise read_only_sql_transaction; end if; end $$`

// watchDSN bounds how long connecting may take, names the session, and leads to the server
// that is written to.
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

var errWatchSilent = errors.New("PostgreSQL gives no sign of life")

// watchOnce watches by one connection until that is no longer surely alive, and
// returns whether it ever was, and why it is not.
func (c channel) watchOnce(ctx context.Context, dsn string) (live bool, why error) {
	ctx, drop := context.WithCancel(ctx)
	defer drop()
	told, signs := make(chan *pq.Notification, 128), make(chan error)
	go listen(ctx, dsn, c.name, told, signs)
	patience := time.NewTimer(watchConnect + watchAnswer)
	defer patience.Stop()
	for {
		select {
		case <-ctx.Done():
			return live, ctx.Err()
		case <-patience.C:
			return live, errWatchSilent
		case n, ok := <-told:
			if !ok {
				told = nil // the next sign says why
				continue
			}
			c.told(n.Extra)
		case err := <-signs:
			if err != nil {
				return live, err
			}
			if !live { // whatever changes from here on is told
				live = true
				c.watched()
			}
			patience.Reset(watchBeat + watchAnswer)
		}
	}
}

// listen connects, listens and asks for a sign of life at every beat. Each
// answer, the one to LISTEN being the first, is a nil on signs; an error is the
// last. It ends with ctx, even while an answer is outstanding: pq's Listener,
// which connects again by itself, can't be closed then. What was told before an
// answer came is in the channel before that answer.
func listen(ctx context.Context, dsn, name string, told chan *pq.Notification, signs chan<- error) {
	give := func(err error) {
		select {
		case signs <- err:
		case <-ctx.Done():
		}
	}
	c, err := pq.NewListenerConn(dsn, told)
	if err != nil {
		give(err)
		return
	}
	stop := context.AfterFunc(ctx, func() { _ = c.Close() })
	defer func() {
		if stop() {
			_ = c.Close()
		}
		for range told { // pq may be about to send, and closes it at its end
		}
	}()
	for query := "listen " + name; ctx.Err() == nil; query = watchQuestion {
		// Not Ping, which panics if the server answers with an error.
		_, err := c.ExecSimpleQuery(query)
		give(err)
		if err != nil {
			return
		}
		select {
		case <-time.After(watchBeat):
		case <-ctx.Done():
		}
	}
}

func tell(w lox.KeyWatch, payload string) {
	hash, err := hex.DecodeString(payload)
	if err != nil || len(hash) != len(lox.KeyHash{}) {
		w.KeysWatched() // any key may have changed
		return
	}
	w.KeyChanged(lox.KeyHash(hash))
}
