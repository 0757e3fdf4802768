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
	// connectTimeout bounds the making of a connection, up to its first query.
	connectTimeout = 5 * time.Second
	// silenceTimeout is how long PostgreSQL may send nothing while a call waits for its
	// answer. The statements of requests take milliseconds.
	silenceTimeout = 10 * time.Second
	// cancelTimeout is how long after the end of a call's context PostgreSQL may take to
	// confirm that the statement is cancelled.
	cancelTimeout = 500 * time.Millisecond
	// closeTimeout is how long it may take to close a connection or a statement.
	closeTimeout = 2 * time.Second
)

// connector makes connections whose calls end soon after their context. lib/pq alone
// doesn't ensure that: at the end of a context it sends a cancel request on another
// connection, and then waits for the first one as long as its network is silent.
//
// After one connection was silent, or has led to a read-only server, no earlier
// connection is used again: each of those that the same failure affects would cost a
// caller the same wait.
type connector struct {
	pq *pq.Connector
	// silence is how long a connection may be silent during a call. 0 means no bound.
	silence    time.Duration
	generation atomic.Uint64
	// notice is called for each notice of PostgreSQL.
	notice func(*pq.Error)
	// live is the number of open connections.
	live atomic.Int64
	// refused is called when PostgreSQL refuses a connection because it has too many. If it
	// returns an error, the call ends with it; otherwise connector tries again.
	refused func(ctx context.Context, why error) error
	// seconds observe the durations of statements. They are nil outside of the pools.
	seconds statementSeconds
	// failed is called with the result of each call, also nil.
	failed func(error)
	// waited is the total time of calls of refused, in nanoseconds.
	waited atomic.Int64
}

func newConnector(cfg pq.Config, silence time.Duration, notice func(*pq.Error)) (*connector, error) {
	if cfg.TargetSessionAttrs == "" {
		cfg.TargetSessionAttrs = pq.TargetSessionAttrsReadWrite // connect to the primary among several hosts
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

// errConnect is wrapped in every error from making a connection.
var errConnect = errors.New("connect to PostgreSQL")

// deadlineSlack is how much earlier than its deadline a network call may time out.
const deadlineSlack = 50 * time.Millisecond

// Connect implements driver.Connector. While PostgreSQL has too many connections, it tries
// again until ctx ends, or for slotTimeout if ctx has no deadline, unless refused returns an
// error.
func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	made, err := c.connect(ctx)
	if pq.As(err, pqerror.TooManyConnections) == nil {
		return made, err
	}
	if _, ok := ctx.Deadline(); !ok {
		within, cancel := context.WithTimeout(ctx, slotTimeout)
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
			return nil, why // more useful than the error of ctx
		case pq.As(err, pqerror.TooManyConnections) == nil:
			return nil, err
		}
	}
}

func (c *connector) connect(caller context.Context) (driver.Conn, error) {
	ctx, cancel := context.WithTimeout(caller, connectTimeout)
	defer cancel()
	link := &link{silence: connectTimeout}
	generation := c.generation.Load()
	made, err := c.pq.Connect(context.WithValue(ctx, linkKey{}, link))
	if err != nil {
		// The network call may time out a moment before the context ends. Wait for that, so
		// that the caller sees the deadline as the reason.
		if ends, ok := ctx.Deadline(); ok && time.Until(ends) < deadlineSlack {
			<-ctx.Done()
		}
		err = fmt.Errorf("%w: %w", errConnect, err)
		if caller.Err() == nil { // otherwise the caller may have given up
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

// abandon prevents the reuse of all current connections.
func (c *connector) abandon() { c.generation.Add(1) }

// pqConn are the interfaces of lib/pq's connections.
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

// conn is a connection of lib/pq whose calls end soon after their context.
type conn struct {
	pqConn
	link       *link
	connector  *connector
	generation uint64
}

// within sets the network deadline of the next call to cancelTimeout after the deadline of
// its context.
func (c *conn) within(ctx context.Context) {
	c.link.limit = time.Time{}
	if ends, ok := ctx.Deadline(); ok {
		c.link.limit = ends.Add(cancelTimeout)
	}
}

// checked counts a failure, and abandons all connections if the server has become read-only.
// It returns err.
func (c *conn) checked(err error) error {
	c.connector.failed(err)
	if err != nil && pq.As(err, pqerror.ReadOnlySQLTransaction) != nil {
		c.connector.abandon()
	}
	return err
}

func (c *conn) abandoned() bool { return c.generation != c.connector.generation.Load() }

// ResetSession implements driver.SessionResetter: database/sql calls it before each reuse.
func (c *conn) ResetSession(ctx context.Context) error {
	if c.abandoned() {
		return driver.ErrBadConn
	}
	return c.pqConn.ResetSession(ctx)
}

// Close implements driver.Conn.
func (c *conn) Close() error {
	c.link.limit = time.Now().Add(closeTimeout)
	defer c.connector.live.Add(-1)
	return c.pqConn.Close()
}

// Ping implements driver.Pinger.
func (c *conn) Ping(ctx context.Context) error {
	c.within(ctx)
	return c.pqConn.Ping(ctx)
}

// BeginTx implements driver.ConnBeginTx. The context of the transaction also bounds its commit.
func (c *conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	c.within(ctx)
	tx, err := c.pqConn.BeginTx(ctx, opts)
	return tx, c.checked(err)
}

// ExecContext implements driver.ExecerContext.
func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	c.within(ctx)
	result, err := c.pqConn.ExecContext(ctx, query, args)
	return result, c.checked(err)
}

// QueryContext implements driver.QueryerContext.
func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c.within(ctx)
	rows, err := c.pqConn.QueryContext(ctx, query, args)
	return rows, c.checked(err)
}

// PrepareContext implements driver.ConnPrepareContext.
func (c *conn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	c.within(ctx)
	prepared, err := c.pqConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, c.checked(err)
	}
	return &stmt{pqStmt: prepared.(pqStmt), conn: c, seconds: c.connector.seconds.of(query)}, nil //nolint:forcetypeassert // of lib/pq
}

// pqStmt are the interfaces of lib/pq's prepared statements.
type pqStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// stmt is a prepared statement whose calls end soon after their context.
type stmt struct {
	pqStmt
	conn    *conn
	seconds prometheus.Observer
}

// Close implements driver.Stmt. It does nothing on an abandoned connection, which is closed
// anyway.
func (s *stmt) Close() error {
	if s.conn.abandoned() {
		return nil
	}
	s.conn.link.limit = time.Now().Add(closeTimeout)
	return s.pqStmt.Close()
}

// ExecContext implements driver.StmtExecContext.
func (s *stmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	s.conn.within(ctx)
	began := time.Now()
	result, err := s.pqStmt.ExecContext(ctx, args)
	observe(s.seconds, began)
	return result, s.conn.checked(err)
}

// QueryContext implements driver.StmtQueryContext.
func (s *stmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	s.conn.within(ctx)
	began := time.Now()
	rows, err := s.pqStmt.QueryContext(ctx, args)
	observe(s.seconds, began)
	return rows, s.conn.checked(err)
}

// link is the network connection of a conn. Each read and write has a deadline. Only one
// goroutine uses it at a time, because database/sql uses a conn in that way.
type link struct {
	net.Conn
	silence time.Duration // how long a read or a write may take; 0 means no bound
	limit   time.Time     // the deadline of the current call; zero means none
	silent  func()        // called after a read or a write has timed out
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

// linkKey is the key of the link to connect, in the context of Connect.
type linkKey struct{}

// dialer dials for connections, and for lib/pq's own requests to cancel a statement. The
// latter have no link in their context.
type dialer struct{}

var keepAlive = net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3}

// DialContext implements pq.DialerContext.
func (dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	dialed := &net.Dialer{KeepAliveConfig: keepAlive}
	link, connecting := ctx.Value(linkKey{}).(*link)
	if !connecting {
		// lib/pq waits until the server confirms the cancel request. Bound that wait.
		dialed.Timeout = cancelTimeout / 2
	}
	c, err := dialed.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	if !connecting {
		return fixedDeadline{c}, c.SetDeadline(time.Now().Add(cancelTimeout / 2))
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

// fixedDeadline is a connection whose deadline can't be changed.
type fixedDeadline struct{ net.Conn }

// SetDeadline implements net.Conn. It does nothing.
func (fixedDeadline) SetDeadline(time.Time) error { return nil }
