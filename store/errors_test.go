package store

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
	"github.com/stretchr/testify/assert"

	"github.com/backlox/lox"
)

func TestWhatCountsAsAway(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		driver.ErrBadConn,
		io.EOF,
		&net.OpError{Op: "dial", Err: errors.New("refused")},
		&pq.Error{Code: pqerror.AdminShutdown},
		&pq.Error{Code: pqerror.CannotConnectNow},
		&pq.Error{Code: pqerror.TooManyConnections},
		&pq.Error{Code: pqerror.DiskFull},
		&pq.Error{Code: pqerror.ReadOnlySQLTransaction},
	} {
		wrapped := wrap(t.Context(), "read", fmt.Errorf("driver: %w", err))
		assert.Equal(t, lox.CodeUnavailable, lox.CodeOf(wrapped), "%v", err)
		assert.ErrorIs(t, wrapped, err)
	}
	for _, err := range []error{&pq.Error{Code: pqerror.UniqueViolation}, errors.New("scan")} {
		assert.Equal(t, lox.CodeInternal, lox.CodeOf(wrap(t.Context(), "read", err)), "%v", err)
	}
	assert.NoError(t, wrap(t.Context(), "read", nil))
}
