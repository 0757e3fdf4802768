package disk

import (
	"bytes"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOnlySignedURLsAreAccepted(t *testing.T) {
	t.Parallel()
	s := signer{bytes.Repeat([]byte("k"), 32)}
	now := time.Unix(1_700_000_000, 0)
	query := url.Values{paramExpires: {"1700000060"}, paramFilename: {"tägliche & ?#%.gz"}}
	to, err := url.Parse(s.url(DownloadPath+"ten_1/bkp_1", query))
	require.NoError(t, err)
	assert.Equal(t, "/storage/download/ten_1/bkp_1", to.Path)
	got, err := s.verify(to.Path, to.RawQuery, now)
	require.NoError(t, err)
	assert.Equal(t, query, got)
	_, err = s.verify(to.Path, to.RawQuery, now.Add(time.Minute))
	require.ErrorIs(t, err, errExpired)
	_, err = signer{bytes.Repeat([]byte("l"), 32)}.verify(to.Path, to.RawQuery, now)
	require.ErrorIs(t, err, errAltered)
	for _, raw := range []string{"", "signature=", "%", to.RawQuery + "&" + paramExpires + "=1", to.RawQuery + "&a=b"} {
		_, err := s.verify(to.Path, raw, now)
		require.ErrorIs(t, err, errAltered, raw)
	}
}
