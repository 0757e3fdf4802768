package server

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Metrics and access log distinguish an upload whose client closed the connection from one that the
// store failed. All other answers are sent unchanged.
func TestSignedURLClientClosed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		leaves     bool
		sent, seen int
		level      string
	}{
		"left before the answer":        {true, http.StatusServiceUnavailable, 499, "INFO"},
		"unavailable":                   {false, http.StatusServiceUnavailable, http.StatusServiceUnavailable, "ERROR"},
		"left, but refused":             {true, http.StatusForbidden, http.StatusForbidden, "INFO"},
		"left, but the disk was full":   {true, http.StatusInsufficientStorage, http.StatusInsufficientStorage, "ERROR"},
		"left after all that was asked": {true, http.StatusOK, http.StatusOK, "INFO"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			serving := make(chan struct{})
			var log bytes.Buffer
			registry := prometheus.NewRegistry()
			cfg := Config{
				Log: slog.New(slog.NewJSONHandler(&log, nil)),
				SignedURLs: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					close(serving)
					if test.leaves {
						<-r.Context().Done()
					}
					w.WriteHeader(test.sent)
				}),
			}
			s := httptest.NewServer(withStorage(cfg, newMetrics(registry), http.NotFoundHandler()))
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if test.leaves {
				go func() { <-serving; cancel() }()
			}
			r, err := http.NewRequestWithContext(ctx, http.MethodPut, s.URL+storagePath+"upload/key", nil)
			require.NoError(t, err)
			resp, err := http.DefaultClient.Do(r)
			if test.leaves {
				require.ErrorIs(t, err, context.Canceled)
			} else {
				require.NoError(t, err)
				assert.Equal(t, test.sent, resp.StatusCode)
			}
			if resp != nil {
				require.NoError(t, resp.Body.Close())
			}
			s.Close() // waits for the request to end
			assert.Contains(t, log.String(), fmt.Sprintf(`"status":%d,`, test.seen))
			assert.Contains(t, log.String(), `"level":"`+test.level+`"`)
			families, err := registry.Gather()
			require.NoError(t, err)
			require.Len(t, families, 1)
			require.Len(t, families[0].GetMetric(), 1)
			for _, label := range families[0].GetMetric()[0].GetLabel() {
				if label.GetName() == "status" {
					assert.Equal(t, strconv.Itoa(test.seen), label.GetValue())
				}
			}
		})
	}
}
