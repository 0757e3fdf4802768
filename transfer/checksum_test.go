package transfer

import (
	"context"
	"crypto/sha256"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestChecksum(t *testing.T) {
	t.Parallel()
	content := random(2*mib + 1)
	f := openFile(t, content)
	sum := sha256.Sum256(content)
	var seen []Progress
	got, err := Checksum(t.Context(), f, func(p Progress) { seen = append(seen, p) })
	require.NoError(t, err)
	assert.Equal(t, checksumText(sum[:]), got)
	requireProgress(t, seen, int64(len(content)), Hashing)

	_, err = Checksum(t.Context(), f, func(p Progress) {
		if p.Done == p.Total {
			require.NoError(t, f.Truncate(mib))
		}
	})
	require.ErrorIs(t, err, ErrChanged)
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("interrupted")
	cancel(why)
	_, err = Checksum(ctx, f, nil)
	var interrupted *InterruptedError
	require.ErrorAs(t, err, &interrupted)
	require.ErrorIs(t, err, why)
}
