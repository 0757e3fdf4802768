package s3embed

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob/s3"
)

// TestPagesOfAllowedOriginsUpload asks what a browser asks before a page of
// another origin may upload, and then uploads as it does.
func TestPagesOfAllowedOriginsUpload(t *testing.T) {
	const own, other = "http://127.0.0.1:8080", "https://example.com"
	cfg := config(t.TempDir())
	var url string // of the server, known when it runs
	cfg.AllowOrigin = func(origin, host string) bool { return origin == own && host == strings.TrimPrefix(url, "http://") }
	s := start(t, cfg)
	url = s.URL()
	store, err := s3.Open(t.Context(), s3.Config{
		Endpoint: s.URL(), Bucket: bucket, AccessKey: accessKey, SecretKey: secretKey, PathStyle: true, WriteOnce: true,
	})
	require.NoError(t, err)
	t.Cleanup(store.Close)
	assert.Equal(t, s.URL(), store.Origin())

	body := []byte("from a page")
	ask := func(method, origin string, header http.Header) *http.Response {
		t.Helper()
		to, err := store.PresignPut(t.Context(), lox.Upload{Key: "ten/" + method, Size: int64(len(body)), Expires: time.Minute})
		require.NoError(t, err)
		r, err := http.NewRequestWithContext(t.Context(), method, to.URL, bytes.NewReader(body))
		require.NoError(t, err)
		r.Header = header.Clone()
		r.Header.Set("Origin", origin)
		resp, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		return resp
	}
	preflight := http.Header{"Access-Control-Request-Method": {"PUT"}, "Access-Control-Request-Headers": {"content-type,x-amz-checksum-sha256"}}
	allowed := ask(http.MethodOptions, own, preflight)
	assert.Equal(t, http.StatusNoContent, allowed.StatusCode)
	assert.Equal(t, own, allowed.Header.Get("Access-Control-Allow-Origin"))
	assert.Contains(t, allowed.Header.Get("Access-Control-Allow-Methods"), "PUT")
	assert.Equal(t, "content-type,x-amz-checksum-sha256", allowed.Header.Get("Access-Control-Allow-Headers"))
	assert.Equal(t, "Origin", allowed.Header.Get("Vary"))
	stored := ask(http.MethodPut, own, http.Header{})
	assert.Equal(t, http.StatusOK, stored.StatusCode)
	assert.Equal(t, own, stored.Header.Get("Access-Control-Allow-Origin"))

	refused := ask(http.MethodOptions, other, preflight)
	assert.NotEqual(t, http.StatusNoContent, refused.StatusCode)
	assert.Empty(t, refused.Header.Get("Access-Control-Allow-Origin"))
}
