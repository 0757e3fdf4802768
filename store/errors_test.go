package store

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"testing"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
	"github.com/stretchr/testify/assert"

	"github.com/backlox/lox"
)

func TestUnavailableErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err    error
		reason string
	}{
		{driver.ErrBadConn, "unreachable"},
		{io.EOF, "unreachable"},
		{&net.OpError{Op: "dial", Err: errors.New("refused")}, "unreachable"},
		{&net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}, "silent"},
		{&pq.Error{Code: pqerror.AdminShutdown}, "restarting"},
		{&pq.Error{Code: pqerror.CannotConnectNow}, "restarting"},
		{&pq.Error{Code: pqerror.TooManyConnections}, "no_connection"},
		{&pq.Error{Code: pqerror.OutOfMemory}, "no_memory"},
		{&pq.Error{Code: pqerror.DiskFull}, "disk_full"},
		{&pq.Error{Code: pqerror.TRDeadlockDetected}, "deadlock"},
		{&pq.Error{Code: pqerror.ReadOnlySQLTransaction}, "read_only"},
	} {
		err := c.err
		assert.Equal(t, c.reason, failureReason(fmt.Errorf("driver: %w", err)))
		assert.Contains(t, failureReasons, c.reason)
		wrapped := wrap(t.Context(), "read", fmt.Errorf("driver: %w", err))
		assert.Equal(t, lox.CodeUnavailable, lox.CodeOf(wrapped), "%v", err)
		assert.ErrorIs(t, wrapped, err)
	}
	for _, err := range []error{&pq.Error{Code: pqerror.UniqueViolation}, errors.New("scan")} {
		assert.Equal(t, lox.CodeInternal, lox.CodeOf(wrap(t.Context(), "read", err)), "%v", err)
		assert.Empty(t, failureReason(err))
	}
	assert.NoError(t, wrap(t.Context(), "read", nil))
}
