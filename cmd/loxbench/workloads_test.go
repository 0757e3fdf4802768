package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPathsOfTheWorkloads(t *testing.T) {
	s := &side{deep: "CURSOR", ids: []string{"bkp_1", "bkp_2"}}
	want := map[string]string{
		"list":                               "/v1/backups",
		"list, offset=0":                     "/v1/backups?offset=0",
		"list of a status":                   "/v1/backups?status=completed",
		"list of 90 dates":                   "/v1/backups?created_after=2026-01-31&created_before=2026-04-30",
		"list of a status and 90 dates":      "/v1/backups?created_after=2026-01-31&created_before=2026-04-30&status=completed",
		"list between two times":             "/v1/backups?created_after=2026-01-31T07%3A00%3A00Z&created_before=2026-05-01T19%3A00%3A00Z",
		"list of a status between two times": "/v1/backups?created_after=2026-01-31T07%3A00%3A00Z&created_before=2026-05-01T19%3A00%3A00Z&status=completed",
		"list by cursor, 90 % down":          "/v1/backups?cursor=CURSOR",
		"get one":                            "/v1/backups/bkp_2",
		"storage":                            "/v1/storage",
		"storage statistics":                 "/v1/storage/stats",
	}
	got := map[string]string{}
	for _, w := range workloads(time.Date(2026, 5, 31, 0, 0, 0, 0, time.UTC)) {
		got[w.name] = w.path(s, 3)
	}
	assert.Equal(t, want, got)
}

func TestDriveStopsAtTheFirstWrongAnswer(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer right" {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	defer server.Close()
	c := newClient(4)
	defer c.close()
	target := func(int) string { return server.URL }

	done, err := c.drive(t.Context(), 20*time.Millisecond, "right", target)
	require.NoError(t, err)
	assert.NotEmpty(t, done.latencies)
	assert.GreaterOrEqual(t, done.elapsed, 20*time.Millisecond)

	_, err = c.drive(t.Context(), time.Hour, "wrong", target)
	assert.ErrorContains(t, err, "401")
}
