package disk

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// After the body has arrived, the deadline for the client is removed, whether the file is stored or compared: a slow disk must
// not look like a slow client.
func TestDeadlineIsRemovedAfterTheBody(t *testing.T) {
	t.Parallel()
	f := open(t, nil)
	key, body := f.key(), content(10)
	for range 2 {
		e, err := f.ledger.begin(t.Context(), key, 0)
		require.NoError(t, err)
		conn := &deadlines{}
		require.NoError(t, f.take(e, key, admitted{size: 10}, &pacedBody{
			ctx: e.ctx, from: bytes.NewReader(body), conn: conn, rate: 1, window: time.Second,
		}))
		f.ledger.end(key, 0, e)
		require.Greater(t, len(conn.set), 1)
		assert.Zero(t, conn.set[len(conn.set)-1])
	}
}

type deadlines struct{ set []time.Time }

func (d *deadlines) SetReadDeadline(at time.Time) error {
	d.set = append(d.set, at)
	return nil
}
