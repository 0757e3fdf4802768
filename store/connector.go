package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
	"github.com/prometheus/client_golang/prometheus"
)

const (
	// connectPatience bounds the making of a connection, up to its first question.
	connectPatience = 5 * time.Second
	// silencePatience is how long PostgreSQL may send nothing while it is asked
	// something. The statements of requests take milliseconds.
	silencePatience = 10 * time.Second
	// cancelPatience is how long after the end of a call's context PostgreSQL may take to
	// confirm that the statement is cancelled.
	cancelPatience = 500 * time.Millisecond
	// closePatience is how long the end of a connection, or of a statement, may take.
	closePatience = 2 * time.Second
)

// connector makes connections on which every call ends in time. lib/pq answers the
// end of a context by a request to cancel on another connection and then waits for
// the first one, for as long as its network is silent.
//
// When one connection has been silent, or leads to a server that only reads, all that
// were made before are not used again: those behind the same failure would each cost
// somebody the same wait.
type connector struct {
	pq *pq.Connector
	// silence is how long a connection may be silent within a call; 0 is for ever.
	silence    time.Duration
	generation atomic.Uint64
	// notice hears the notices of PostgreSQL.
	notice func(*pq.Error)
	// live is how many connections there are.
	live atomic.Int64
	// refused is asked what to do when PostgreSQL has no connection to give: an error ends
	// the call, nil is another try.
	refused func(ctx context.Context, why error) error
	// seconds are how long statements take. They are nil beside the pools.
	seconds statementSeconds
	// failed is told of each error.
	failed func(error)
	// waited is how long calls have waited in refused, in nanoseconds.
	waited atomic.Int64
}

func newConnector(cfg pq.Config, silence time.Duration, notice func(*pq.Error)) (*connector, error) {
	if cfg.TargetSessionAttrs == "" {
		cfg.TargetSessionAttrs = pq.TargetSessionAttrsReadWrite // of several hosts the one that is the primary
	}
	inner, err := pq.NewConnectorConfig(cfg)
	if err != nil {
		return nil, err
	}
	inner.Dialer(dialer{})
	return &connector{pq: inner, silence: silence, notice: notice, refused: pauseForSlot, failed: func(error) {}}, nil
}

// Driver implements driver.Connector.
func (c *connector) Driver() driver.Driver { return c.pq.Driver() }

// errConnect is in every error of making a connection.
var errConnect = errors.New("connect to PostgreSQL")

// deadlineSlack is by how much a timer of the network may be early.
const deadlineSlack = 50 * time.Millisecond

// Connect implements driver.Connector. When PostgreSQL has no connection to give, it
// waits for one until ctx ends, or for slotPatience, unless refused knows better.
func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	made, err := c.connect(ctx)
	if pq.As(err, pqerror.TooManyConnections) == nil {
		return made, err
	}
	if _, ok := ctx.Deadline(); !ok {
		within, cancel := context.WithTimeout(ctx, slotPatience)
		defer cancel()
		ctx = within
	}
	began := time.Now()
	defer func() { c.waited.Add(int64(time.Since(began))) }()
	for {
		why := err
		if err := c.refused(ctx, why); err != nil {
			return nil, err
		}
		made, err = c.connect(ctx)
		switch {
		case err == nil:
			return made, nil
		case ctx.Err() != nil:
			return nil, why // and not that the time was over while it tried again
		case pq.As(err, pqerror.TooManyConnections) == nil:
			return nil, err
		}
	}
}

func (c *connector) connect(caller context.Context) (driver.Conn, error) {
	ctx, cancel := context.WithTimeout(caller, connectPatience)
	defer cancel()
	link := &link{silence: connectPatience}
	generation := c.generation.Load()
	made, err := c.pq.Connect(context.WithValue(ctx, linkKey{}, link))
	if err != nil {
		// The network gives up at the context's deadline, which may be a moment before the
		// context itself ends: the caller is told that it was the deadline.
		if ends, ok := ctx.Deadline(); ok && time.Until(ends) < deadlineSlack {
			<-ctx.Done()
		}
		err = fmt.Errorf("%w: %w", errConnect, err)
		if caller.Err() == nil { // else the caller may just have gone
			c.failed(err)
		}
		return nil, err
	}
	pq.SetNoticeHandler(made, c.notice)
	link.silence, link.limit = c.silence, time.Time{}
	link.silent = c.abandon
	c.live.Add(1)
	return &conn{pqConn: made.(pqConn), link: link, connector: c, generation: generation}, nil //nolint:forcetypeassert // of lib/pq
}

// abandon keeps the connections that there are from being used again.
func (c *connector) abandon() { c.generation.Add(1) }

// pqConn is what lib/pq's connections can do.
type pqConn interface {
	driver.Conn
	driver.Pinger
	driver.ConnPrepareContext
	driver.ConnBeginTx
	driver.QueryerContext
	driver.ExecerContext
	driver.SessionResetter
	driver.Validator
	driver.NamedValueChecker
}

// conn is a connection of lib/pq whose calls end in time.
type conn struct {
	pqConn
	link       *link
	connector  *connector
	generation uint64
}

// within has the network end the call that begins now a little after its context.
func (c *conn) within(ctx context.Context) {
	c.link.limit = time.Time{}
	if ends, ok := ctx.Deadline(); ok {
		c.link.limit = ends.Add(cancelPatience)
	}
}

// noted counts failures, and looks for what makes the other connections useless, too.
func (c *conn) noted(err error) error {
	c.connector.failed(err)
	if err != nil && pq.As(err, pqerror.ReadOnlySQLTransaction) != nil {
		c.connector.abandon()
	}
	return err
}

func (c *conn) abandoned() bool { return c.generation != c.connector.generation.Load() }

// ResetSession implements driver.SessionResetter: it is asked before each use.
func (c *conn) ResetSession(ctx context.Context) error {
	if c.abandoned() {
		return driver.ErrBadConn
	}
	return c.pqConn.ResetSession(ctx)
}

// Close implements driver.Conn.
func (c *conn) Close() error {
	c.link.limit = time.Now().Add(closePatience)
	defer c.connector.live.Add(-1)
	return c.pqConn.Close()
}

// Ping implements driver.Pinger.
func (c *conn) Ping(ctx context.Context) error {
	c.within(ctx)
	return c.pqConn.Ping(ctx)
}

// BeginTx implements driver.ConnBeginTx. The commit has the time of the transaction.
func (c *conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	c.within(ctx)
	tx, err := c.pqConn.BeginTx(ctx, opts)
	return tx, c.noted(err)
}

// ExecContext implements driver.ExecerContext.
func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	c.within(ctx)
	result, err := c.pqConn.ExecContext(ctx, query, args)
	return result, c.noted(err)
}

// QueryContext implements driver.QueryerContext.
func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c.within(ctx)
	rows, err := c.pqConn.QueryContext(ctx, query, args)
	return rows, c.noted(err)
}

// PrepareContext implements driver.ConnPrepareContext.
func (c *conn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	c.within(ctx)
	prepared, err := c.pqConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, c.noted(err)
	}
	return &stmt{pqStmt: prepared.(pqStmt), conn: c, seconds: c.connector.seconds.of(query)}, nil //nolint:forcetypeassert // of lib/pq
}

// pqStmt is what lib/pq's prepared statements can do.
type pqStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// stmt is a prepared statement whose calls end in time.
type stmt struct {
	pqStmt
	conn    *conn
	seconds prometheus.Observer
}

// Close implements driver.Stmt. On a connection that isn't used again there is nothing
// to close.
func (s *stmt) Close() error {
	if s.conn.abandoned() {
		return nil
	}
	s.conn.link.limit = time.Now().Add(closePatience)
	return s.pqStmt.Close()
}

// ExecContext implements driver.StmtExecContext.
func (s *stmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	s.conn.within(ctx)
	began := time.Now()
	result, err := s.pqStmt.ExecContext(ctx, args)
	observe(s.seconds, began)
	return result, s.conn.noted(err)
}

// QueryContext implements driver.StmtQueryContext.
func (s *stmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	s.conn.within(ctx)
	began := time.Now()
	rows, err := s.pqStmt.QueryContext(ctx, args)
	observe(s.seconds, began)
	return rows, s.conn.noted(err)
}

// link is the network connection below a conn. Each of its reads and writes ends in
// time. It is used by one goroutine at a time, as database/sql uses a conn.
type link struct {
	net.Conn
	silence time.Duration // that a read or a write may take; 0 is for ever
	limit   time.Time     // of the call under way; zero is none
	silent  func()        // is told of a read or a write that took too long
}

func (l *link) deadline() time.Time {
	if l.silence == 0 {
		return l.limit
	}
	ends := time.Now().Add(l.silence)
	if !l.limit.IsZero() && l.limit.Before(ends) {
		return l.limit
	}
	return ends
}

// Read implements net.Conn.
func (l *link) Read(b []byte) (int, error) {
	if err := l.SetReadDeadline(l.deadline()); err != nil {
		return 0, err
	}
	n, err := l.Conn.Read(b)
	return n, l.noted(err)
}

// Write implements net.Conn.
func (l *link) Write(b []byte) (int, error) {
	if err := l.SetWriteDeadline(l.deadline()); err != nil {
		return 0, err
	}
	n, err := l.Conn.Write(b)
	return n, l.noted(err)
}

func (l *link) noted(err error) error {
	if slow, ok := errors.AsType[net.Error](err); ok && slow.Timeout() && l.silent != nil {
		l.silent()
	}
	return err
}

// linkKey is where the context of a Connect has the link that is to be made.
type linkKey struct{}

// dialer dials for connections, and for requests to cancel a statement, which come
// from lib/pq itself.
type dialer struct{}

var keepAlive = net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3}

// DialContext implements pq.DialerContext.
func (dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	dialed := &net.Dialer{KeepAliveConfig: keepAlive}
	link, connecting := ctx.Value(linkKey{}).(*link)
	if !connecting {
		// Nobody waits for the server to confirm that it got the request, but lib/pq.
		dialed.Timeout = cancelPatience / 2
	}
	c, err := dialed.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	if !connecting {
		return brief{c}, c.SetDeadline(time.Now().Add(cancelPatience / 2))
	}
	ends, _ := ctx.Deadline()
	link.Conn, link.limit = c, ends
	return link, nil
}

// Dial implements pq.Dialer, which lib/pq doesn't use.
func (d dialer) Dial(network, address string) (net.Conn, error) {
	return d.DialContext(context.Background(), network, address)
}

// DialTimeout implements pq.Dialer, which lib/pq doesn't use.
func (d dialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return d.DialContext(ctx, network, address)
}

// brief is a connection that keeps its first deadline.
type brief struct{ net.Conn }

// SetDeadline implements net.Conn.
func (brief) SetDeadline(time.Time) error { return nil }
