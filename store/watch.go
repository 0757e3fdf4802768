package store

import (
	"context"
	"encoding/hex"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"

	"github.com/backlox/lox"
)

// keyChannel is where the database's triggers tell of changes to keys.
const keyChannel = "lox_keys"

// What is remembered of a key may be out of date for a second at most, so a
// connection that died without a sign must be found out within that time: a
// question every beat, to be answered in time.
const (
	watchBeat    = 250 * time.Millisecond
	watchAnswer  = 500 * time.Millisecond
	watchConnect = 2 * time.Second
)

// WatchKeys implements lox.KeyStore. It has a connection of its own, and another
// one soon after that is lost.
func (s *Store) WatchKeys(ctx context.Context, w lox.KeyWatch) {
	for ctx.Err() == nil {
		watchOnce(ctx, watchDSN(s.dsn), w)
		select {
		case <-ctx.Done():
		case <-time.After(watchBeat):
		}
	}
}

// watchDSN bounds how long connecting may take.
func watchDSN(dsn string) string {
	const name = "connect_timeout"
	seconds := strconv.Itoa(int(watchConnect.Seconds()))
	u, err := url.Parse(dsn)
	if err != nil || !strings.HasPrefix(u.Scheme, "postgres") {
		return dsn + " " + name + "=" + seconds // the last one counts
	}
	q := u.Query()
	q.Set(name, seconds)
	u.RawQuery = q.Encode()
	return u.String()
}

// watchOnce watches by one connection until that is no longer surely alive.
func watchOnce(ctx context.Context, dsn string, w lox.KeyWatch) {
	ctx, drop := context.WithCancel(ctx)
	defer drop()
	told, answered := make(chan *pq.Notification, 128), make(chan struct{})
	go listen(ctx, dsn, told, answered)
	live := false
	defer func() {
		if live {
			w.KeysWatched(false)
		}
	}()
	patience := time.NewTimer(watchConnect + watchAnswer)
	defer patience.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-patience.C:
			return
		case n, ok := <-told:
			if !ok {
				return
			}
			tell(w, n.Extra)
		case _, ok := <-answered:
			if !ok {
				return
			}
			if !live { // whatever changes from here on is told
				live = true
				w.KeysWatched(true)
			}
			patience.Reset(watchBeat + watchAnswer)
		}
	}
}

// listen connects, listens and asks for a sign of life at every beat. Each
// answer, the one to LISTEN being the first, goes to answered, which is closed
// when the connection is lost. It ends with ctx, even while an answer is
// outstanding: pq's Listener, which connects again by itself, can't be closed
// then. What was told before an answer came is in the channel before that answer.
func listen(ctx context.Context, dsn string, told chan *pq.Notification, answered chan<- struct{}) {
	defer close(answered)
	c, err := pq.NewListenerConn(dsn, told)
	if err != nil {
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
	for query := "listen " + keyChannel; ; query = "" {
		// Not Ping, which panics if the server answers with an error.
		if _, err := c.ExecSimpleQuery(query); err != nil {
			return
		}
		select {
		case answered <- struct{}{}:
		case <-ctx.Done():
			return
		}
		select {
		case <-time.After(watchBeat):
		case <-ctx.Done():
			return
		}
	}
}

func tell(w lox.KeyWatch, payload string) {
	hash, err := hex.DecodeString(payload)
	if err != nil || len(hash) != len(lox.KeyHash{}) {
		w.KeysWatched(true) // any key may have changed
		return
	}
	w.KeyChanged(lox.KeyHash(hash))
}
