package s3_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob/s3"
)

// A store is opened while it can't be reached, and prepared by the first Ping that it answers. If
// it refuses the key, opening fails at once.
func TestStoreStartsLater(t *testing.T) {
	t.Parallel()
	var status int
	var asked []string
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if status == 0 {
			<-r.Context().Done() // it hangs
			return
		}
		if status == http.StatusOK {
			asked = append(asked, r.Method+" "+r.URL.RequestURI())
			if r.Method == http.MethodGet {
				_, _ = w.Write([]byte(`<VersioningConfiguration></VersioningConfiguration>`))
			}
			return
		}
		w.WriteHeader(status)
	}))
	t.Cleanup(front.Close)
	registry := prometheus.NewRegistry()
	cfg := s3.Config{Endpoint: front.URL, Bucket: "lox-test", AccessKey: "a", SecretKey: "s", Metrics: registry}

	status = http.StatusServiceUnavailable
	store, err := s3.Open(t.Context(), cfg)
	require.NoError(t, err)
	require.True(t, store.Versioned(), "it may have versions")
	require.Equal(t, lox.CodeUnavailable, lox.CodeOf(store.Ping(t.Context())))
	status = http.StatusOK
	require.NoError(t, store.Ping(t.Context()))
	require.Equal(t, []string{"HEAD /lox-test/", "GET /lox-test/?versioning=", "PUT /lox-test/?versioning="}, asked)
	require.NoError(t, store.Ping(t.Context()))
	require.Len(t, asked, 4, "it is prepared once")

	status = http.StatusForbidden
	cfg.Metrics = nil
	_, err = s3.Open(t.Context(), cfg)
	require.Equal(t, lox.CodeUnavailable, lox.CodeOf(err), "%v", err)

	_, err = store.Stat(t.Context(), "k")
	require.Error(t, err)
	require.Error(t, store.Delete(t.Context(), "k"), "403 to the listing of its versions")
	status = 0
	hanging, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = store.Stat(hanging, "k")
	require.Error(t, err)
	front.CloseClientConnections()
	front.Close()
	_, err = store.Stat(t.Context(), "k")
	require.Error(t, err)
	var ops []string
	all, err := registry.Gather()
	require.NoError(t, err)
	for _, m := range all[0].GetMetric() {
		var labels []string
		for _, l := range m.GetLabel() {
			labels = append(labels, l.GetValue())
		}
		ops = append(ops, strings.Join(labels, " "))
	}
	require.Subset(t, ops, []string{"bucket failed", "bucket ok", "head refused", "list refused", "head silent", "head unreachable"})
}
