package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/backlox/lox"
)

// wrap adds context to an error of the driver: the operation, the error of ctx if that has
// ended (lib/pq returns SQLSTATE 57014 instead), and CodeUnavailable if the database is
// unavailable. It returns nil for nil.
func wrap(ctx context.Context, what string, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("%s: %w (%w)", what, ctx.Err(), err)
	case unavailable(err):
		return lox.Errorf(lox.CodeUnavailable, "The database is not available, try again later").
			Because(fmt.Errorf("%s: %w", what, err))
	default:
		return fmt.Errorf("%s: %w", what, err)
	}
}

// unavailable reports whether an error is a failure of the connection or of the whole
// server, and not of a statement. Source of the codes: PostgreSQL, appendix A.
func unavailable(err error) bool {
	if e, ok := errors.AsType[*pq.Error](err); ok {
		code := string(e.Code)
		return strings.HasPrefix(code, "08") || // connection exceptions
			strings.HasPrefix(code, "53") || // out of connections, memory, disk
			strings.HasPrefix(code, "57P") || // shutting down, starting up
			code == string(pqerror.TRDeadlockDetected) || // for example with a migration: the client may retry
			code == "25006" // read-only: a standby
	}
	_, network := errors.AsType[net.Error](err)
	return network || errors.Is(err, errConnect) || errors.Is(err, errReadOnly) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) // a backend that crashed
}

// failureReason returns the label of lox_db_failed_total for an error. It returns "" for nil, and for
// an error of the statement itself.
func failureReason(err error) string {
	if err == nil || !unavailable(err) {
		return ""
	}
	if e, ok := errors.AsType[*pq.Error](err); ok {
		switch code := e.Code; {
		case code == pqerror.DiskFull:
			return "disk_full"
		case code == pqerror.TooManyConnections:
			return "no_connection"
		case strings.HasPrefix(string(code), "53"):
			return "no_memory"
		case strings.HasPrefix(string(code), "57P"):
			return "restarting"
		case code == pqerror.TRDeadlockDetected:
			return "deadlock"
		case code == pqerror.ReadOnlySQLTransaction:
			return "read_only"
		}
	}
	if slow, ok := errors.AsType[net.Error](err); ok && slow.Timeout() {
		return "silent"
	}
	return "unreachable"
}

// errReadOnly is the error of Ping for a standby.
var errReadOnly = errors.New("the server is read-only: it is a standby, or default_transaction_read_only is on")

// errTenantDeleted is the error of a request whose tenant was deleted meanwhile: its key
// is no longer valid.
var errTenantDeleted = lox.ErrInvalidAPIKey

// ranTwice reports whether an insert has failed because it had succeeded before: the
// connection was lost after the commit, and database/sql has run the statement again. The
// id is one that LOX has generated, so no other row can have it.
func ranTwice(err error, primaryKey string) bool {
	violated := pq.As(err, pqerror.UniqueViolation)
	return violated != nil && violated.Constraint == primaryKey
}
