package lifecycle_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob/blobtest"
	"github.com/backlox/lox/blob/s3"
	"github.com/backlox/lox/lifecycle"
)

// On MinIO: a client that uses its upload URL again after it has completed the backup stores
// nothing permanently, and the completed version stays.
func TestReusedUploadURLStoresNothing(t *testing.T) {
	f := setup(t)
	blobs, err := s3.Open(t.Context(), blobtest.StartMinIO(t))
	require.NoError(t, err)
	t.Cleanup(blobs.Close)
	require.True(t, blobs.Versioned())
	v := lifecycle.NewVerifier(f.store, blobs, discard, lifecycle.Config{Clock: f.clock})
	t.Cleanup(v.Close)
	runner := f.runner(blobs, v, nil)

	b := f.create(body, nil)
	up, err := blobs.PresignPut(t.Context(), lox.Upload{Key: b.ObjectKey(), Size: b.Size, Expires: time.Hour})
	require.NoError(t, err)
	upload := func(body string) (version string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, up.URL, strings.NewReader(body))
		require.NoError(t, err)
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, http.StatusOK, resp.StatusCode)
		return resp.Header.Get("X-Amz-Version-Id")
	}
	download := func(version string) (int, string) {
		t.Helper()
		from, err := blobs.PresignGet(t.Context(), lox.Download{Key: b.ObjectKey(), Version: version, Expires: time.Hour})
		require.NoError(t, err)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, from, nil)
		require.NoError(t, err)
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		defer func() { _ = resp.Body.Close() }()
		got, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		return resp.StatusCode, string(got)
	}

	upload(body)
	_, err = v.Complete(t.Context(), b.Tenant, b.ID, lox.Uploaded{}, lox.Operator("test"))
	require.NoError(t, err)
	pinned := f.get(b).ObjectVersion
	require.NotEmpty(t, pinned)
	others := []string{upload(strings.ToUpper(body)), upload(strings.Repeat("x", len(body)))}

	f.pass(b.Deadline().Sub(f.clock()))
	require.NoError(t, runner.RunDue(t.Context()))
	status, got := download(pinned)
	assert.Equal(t, http.StatusOK, status)
	assert.Equal(t, body, got)
	for _, version := range others {
		status, _ = download(version)
		assert.Equal(t, http.StatusNotFound, status)
	}
	o, err := blobs.Stat(t.Context(), b.ObjectKey())
	require.NoError(t, err)
	assert.Equal(t, pinned, o.Version, "it is the current one again")

	require.NoError(t, f.store.DeleteBackup(t.Context(), b.Tenant, b.ID, f.clock(), lox.Operator("test")))
	require.NoError(t, runner.RunDue(t.Context()))
	status, _ = download(pinned)
	assert.Equal(t, http.StatusNotFound, status)
}
