package s3_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"github.com/minio/minio-go/v7"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/blob/blobtest"
)

// A key that may not list versions can't tell which are others: all of them stay,
// and the operator hears of it.
func TestDeleteOthersWithoutPermissionToList(t *testing.T) {
	cfg := blobtest.StartMinIO(t)
	target, err := url.Parse(cfg.Endpoint)
	require.NoError(t, err)
	pass := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.URL.Scheme, r.Out.URL.Host = target.Scheme, target.Host
	}}
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("versions") {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		pass.ServeHTTP(w, r)
	}))
	t.Cleanup(proxy.Close)
	var log bytes.Buffer
	cfg.Endpoint, cfg.Logger = proxy.URL, slog.New(slog.NewTextHandler(&log, nil))
	store := open(t, cfg)
	var versions []string
	for _, body := range []string{"first", "other"} {
		put, err := client(t, cfg).PutObject(t.Context(), cfg.Bucket, "k", strings.NewReader(body), int64(len(body)), minio.PutObjectOptions{})
		require.NoError(t, err)
		versions = append(versions, put.VersionID)
	}
	removed, err := store.DeleteOthers(t.Context(), "k", versions[0])
	require.NoError(t, err)
	require.Zero(t, removed)
	require.Contains(t, log.String(), "s3:ListBucketVersions")
	for _, version := range versions {
		_, err := client(t, cfg).StatObject(t.Context(), cfg.Bucket, "k", minio.StatObjectOptions{VersionID: version})
		require.NoError(t, err)
	}
}
