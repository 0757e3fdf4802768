package main_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// messages returns the messages in the log that are among names, in order.
func (p *process) messages(t *testing.T, names ...string) (found []map[string]any) {
	t.Helper()
	for line := range strings.Lines(p.stderr.String()) {
		var record map[string]any
		if json.Unmarshal([]byte(line), &record) != nil {
			continue // "lox: …", for the terminal
		}
		for _, name := range names {
			if record["msg"] == name {
				found = append(found, record)
			}
		}
	}
	return found
}

func messagesOf(records []map[string]any) (all []any) {
	for _, r := range records {
		all = append(all, r["msg"])
	}
	return all
}

var lifeMessages = []string{"starting", "serving", "stopping", "stopped", "ended"}

// A server behind a load balancer is stopped: it says that it isn't ready, and still answers until
// LOX_DRAIN has passed.
func TestDrain(t *testing.T) {
	t.Parallel()
	const drain = 4 * time.Second
	s := setup{dir: usedDir(t), env: []string{"LOX_DRAIN=4s"}}
	p := s.start(t)
	a := newAPI(t, p.baseURL, s.savedKey(t))
	requireReadiness(t, p, http.StatusOK, `{"database":"ok","disk":"ok"}`)
	signalled := time.Now()
	p.signal(syscall.SIGTERM)
	eventually(t, func() bool { return len(p.messages(t, "stopping")) == 1 })
	requireReadiness(t, p, http.StatusServiceUnavailable, `{"database":"ok","disk":"ok","server":"stopping"}`)
	_, err := a.ids(t.Context())
	require.NoError(t, err, "it answers")
	requireStored(t, a, noise(1, 1000))
	require.Zero(t, p.exit(t))
	assert.GreaterOrEqual(t, time.Since(signalled), drain)

	found := p.messages(t, lifeMessages...)
	require.Equal(t, []any{"starting", "serving", "stopping", "stopped"}, messagesOf(found))
	assert.Equal(t, "dev", found[0]["version"])
	assert.NotEmpty(t, found[0]["schema"])
	assert.Equal(t, p.addr(), found[1]["addr"])
	assert.Equal(t, "terminated signal received", found[2]["reason"])
	assert.Equal(t, "4s", found[2]["drain"])
	assert.NotEmpty(t, found[3]["after"])
	require.Empty(t, s.postgres(t))
}

// The last lines of the log distinguish a stop from a crash.
func TestLogDistinguishesStopFromCrash(t *testing.T) {
	t.Parallel()
	s := setup{dir: usedDir(t)}
	p := s.start(t)
	eventually(t, func() bool { return len(p.messages(t, "serving")) == 1 })
	p.kill()
	assert.Equal(t, []any{"starting", "serving"}, messagesOf(p.messages(t, lifeMessages...)))

	p = s.start(t)
	s.postmaster(t).kill()
	require.Equal(t, 1, p.exit(t))
	found := p.messages(t, lifeMessages...)
	require.Equal(t, []any{"starting", "serving", "ended"}, messagesOf(found))
	assert.Contains(t, found[2]["error"], "the built-in PostgreSQL ended")

	p = s.start(t)
	p.stop(t, syscall.SIGINT)
	found = p.messages(t, lifeMessages...)
	require.Equal(t, []any{"starting", "serving", "stopping", "stopped"}, messagesOf(found))
	assert.Equal(t, "interrupt signal received", found[2]["reason"])
}

// fetchWithin requests a URL and returns status, headers and the duration.
func fetchWithin(ctx context.Context, t *testing.T, method, url, key string) (status int, header http.Header, took time.Duration) {
	t.Helper()
	began := time.Now()
	req, err := http.NewRequestWithContext(ctx, method, url, nil)
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+key)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return resp.StatusCode, resp.Header, time.Since(began)
}
