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

// wrap gives an error of the driver its context: what was being done, whether
// the caller gave up (lib/pq hides that behind SQLSTATE 57014), or whether the
// database is away, which is CodeUnavailable. nil stays nil.
func wrap(ctx context.Context, what string, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("%s: %w (%w)", what, ctx.Err(), err)
	case away(err):
		return lox.Errorf(lox.CodeUnavailable, "The database is not available, try again later").
			Because(fmt.Errorf("%s: %w", what, err))
	default:
		return fmt.Errorf("%s: %w", what, err)
	}
}

// away tells failures of the connection and of the server as a whole from
// those of a statement. Source of the codes: PostgreSQL, appendix A.
func away(err error) bool {
	if e, ok := errors.AsType[*pq.Error](err); ok {
		code := string(e.Code)
		return strings.HasPrefix(code, "08") || // connection exceptions
			strings.HasPrefix(code, "53") || // out of connections, memory, disk
			strings.HasPrefix(code, "57P") || // shutting down, starting up
			code == string(pqerror.TRDeadlockDetected) || // as with a migration; PostgreSQL has it tried again
			code == "25006" // read-only: a standby
	}
	_, network := errors.AsType[net.Error](err)
	return network || errors.Is(err, errConnect) || errors.Is(err, errReadOnly) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) // a backend that crashed
}

// failureReason names what kept PostgreSQL from answering, as lox_db_failed_total has it. It is "" if it did answer, or if
// the statement was to blame.
func failureReason(err error) string {
	if err == nil || !away(err) {
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

// errReadOnly is what Ping says of a standby.
var errReadOnly = errors.New("the server only reads: it is a standby, or default_transaction_read_only is on")

// errTenantGone is the answer to a request whose tenant was deleted under way:
// the key that it came with is no longer one.
var errTenantGone = lox.ErrInvalidAPIKey

// ranTwice reports whether an insert under an id of our own making has found
// itself: the connection was lost behind the commit, and database/sql has run the
// statement again.
func ranTwice(err error, primaryKey string) bool {
	violated := pq.As(err, pqerror.UniqueViolation)
	return violated != nil && violated.Constraint == primaryKey
}
