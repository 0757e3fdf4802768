package main_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/gen/client"
)

// Fifty webhooks of one tenant lead to one host, as they may from before the limit, and each gets
// forty events. The host fails; deliveries to another host arrive at once.
func TestFailingHostIsThrottled(t *testing.T) {
	t.Parallel()
	const webhooks, calls = 50, 40
	database := externalDatabase(t)
	s := externalSetup(t, database, "LOX_WEBHOOK_ALLOW_PRIVATE=true", "LOX_RATE_LIMIT_FACTOR=1000")
	p := s.start(t)
	a := newAPI(t, p.baseURL, s.requireTenant(t, "n", "enterprise", 10<<40))
	arrivals := make(chan time.Time, webhooks*calls*2)
	failing := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		arrivals <- time.Now()
		w.WriteHeader(http.StatusInternalServerError)
	}))
	require.NoError(t, failing.Listener.Close())
	var err error
	failing.Listener, err = net.Listen("tcp", "127.0.0.2:0") // another host than the one that works
	require.NoError(t, err)
	failing.Start()
	t.Cleanup(failing.Close)
	subscribe := func(url string) *client.CreateWebhookResponse {
		created, err := a.CreateWebhookWithResponse(t.Context(), client.CreateWebhookRequest{
			URL: url, Events: []client.EventType{client.EventTypeBackupCreated},
		})
		require.NoError(t, err)
		return created
	}
	for i := range webhooks {
		url := fmt.Sprintf("https://host%d.example/", i/10)
		require.NotNil(t, subscribe(url).JSON201)
		if i%10 == 9 && i < webhooks-1 {
			assert.Equal(t, map[string]string{
				"url": fmt.Sprintf("Use another host, or delete one of the 10 webhooks to host%d.example first", i/10),
			}, subscribe(url).JSON400.Error.Details)
		}
	}
	_, err = openSQL(t, database).ExecContext(t.Context(), "update webhooks set url = $1", failing.URL+"/hook")
	require.NoError(t, err)
	other := newAPI(t, p.baseURL, s.requireTenant(t, "other", "enterprise", 10<<40))
	healthy := newReceiver(t, other, "backup.created")

	begun := time.Now()
	for range calls {
		_, err := a.create(t.Context(), client.CreateBackupJSONRequestBody{Name: "n", SizeBytes: 1}, "")
		require.NoError(t, err)
	}
	first, last := <-arrivals, time.Time{}
	for range 5 {
		last = <-arrivals
		sent := time.Now()
		have, _ := healthy.distinct() // before it is sent, because it may arrive at once
		_, err := other.create(t.Context(), client.CreateBackupJSONRequestBody{Name: "n", SizeBytes: 1}, "")
		require.NoError(t, err)
		eventually(t, func() bool { n, _ := healthy.distinct(); return n > have })
		assert.Less(t, time.Since(sent), 5*time.Second)
	}
	// Attempts begin a second apart; the first may take some time to arrive.
	assert.Greater(t, last.Sub(first), 4*time.Second)
	passed := time.Since(begun)
	t.Logf("%.1f POSTs a second at the host", float64(6+len(arrivals))/passed.Seconds())
	p.stop(t, syscall.SIGTERM)
	assert.Empty(t, p.complaints())
}

// Ten webhooks of one tenant fail at a host, each with more deliveries than the host gets attempts
// in a minute. Later deliveries of another tenant to that host are attempted nevertheless.
func TestFailingTenantDoesNotBlockOthers(t *testing.T) {
	t.Parallel()
	const calls = 20
	s := externalSetup(t, externalDatabase(t), "LOX_WEBHOOK_ALLOW_PRIVATE=true", "LOX_RATE_LIMIT_FACTOR=1000")
	p := s.start(t)
	a := newAPI(t, p.baseURL, s.requireTenant(t, "n", "enterprise", 10<<40))
	tried := make(chan struct{}, calls*10)
	failing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		tried <- struct{}{}
		w.WriteHeader(http.StatusNotFound)
	}))
	t.Cleanup(failing.Close)
	for range 10 {
		created, err := a.CreateWebhookWithResponse(t.Context(), client.CreateWebhookRequest{
			URL: failing.URL, Events: []client.EventType{client.EventTypeBackupCreated},
		})
		require.NoError(t, err)
		require.NotNil(t, created.JSON201, "%s", created.Body)
	}
	for range calls {
		_, err := a.create(t.Context(), client.CreateBackupJSONRequestBody{Name: "n", SizeBytes: 1}, "")
		require.NoError(t, err)
	}
	<-tried
	other := newAPI(t, p.baseURL, s.requireTenant(t, "other", "enterprise", 10<<40))
	working := newReceiver(t, other, "backup.created") // at another port of the same host
	_, err := other.create(t.Context(), client.CreateBackupJSONRequestBody{Name: "n", SizeBytes: 1}, "")
	require.NoError(t, err)
	before := len(tried)
	eventually(t, func() bool { n, _ := working.distinct(); return n > 0 })
	assert.LessOrEqual(t, len(tried)-before, 5, "one or two turns of the other tenant's, or a few more on a slow machine")
	p.stop(t, syscall.SIGTERM)
	assert.Empty(t, p.complaints())
}

// Receivers send answers about which net/http logs lines of its own, and invalid statuses.
func TestLogFormWithOddReceivers(t *testing.T) {
	t.Parallel()
	s := setup{dir: usedDir(t), env: []string{"LOX_WEBHOOK_ALLOW_PRIVATE=true", "LOX_LOG_FORMAT=json"}}
	p := s.start(t)
	a := newAPI(t, p.baseURL, s.savedKey(t))
	answers := map[string]string{
		"127.0.0.2": "HTTP/1.1 204 No Content\r\n\r\nbut here it is",
		"127.0.0.3": "HTTP/1.1 099 Low\r\nContent-Length: 0\r\n\r\n",
	}
	for host, answer := range answers {
		listener, err := net.Listen("tcp", host+":0")
		require.NoError(t, err)
		t.Cleanup(func() { _ = listener.Close() })
		go func() {
			for {
				conn, err := listener.Accept()
				if err != nil {
					return
				}
				go func() {
					defer conn.Close()
					_, _ = conn.Read(make([]byte, 8<<10))
					_, _ = io.WriteString(conn, answer)
					_, _ = io.Copy(io.Discard, conn) // until the other side closes
				}()
			}
		}()
		created, err := a.CreateWebhookWithResponse(t.Context(), client.CreateWebhookRequest{URL: "http://" + listener.Addr().String()})
		require.NoError(t, err)
		require.NotNil(t, created.JSON201, "%s", created.Body)
		r := &receiver{hook: created.JSON201}
		got := r.attempted(t, a, r.test(t, a).ID).AttemptLog[0]
		if host == "127.0.0.2" {
			assert.Equal(t, client.Attempt{Number: 1, At: got.At, LatencyMs: got.LatencyMs, Status: 204}, got)
		} else {
			assert.Equal(t, "There was no valid HTTP answer", got.Error)
			assert.Zero(t, got.Status)
		}
	}
	p.awaitStderr(t, regexp.MustCompile(`"msg":"(Unsolicited response) received on idle HTTP channel`))
	p.stop(t, syscall.SIGTERM)
	for line := range strings.Lines(p.stderr.String()) {
		assert.True(t, json.Valid([]byte(line)), line)
	}
}
