package client

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

const (
	goldenNewWebhook = `
ID           whk_00000000000000000000000000
URL          http://127.0.0.1:8080/hook
Description  for the night shift
Events       backup.failed storage.quota_warning
Secret       whsec_0000

The secret is shown this once. The receiver needs it.
`
	goldenWebhooks = `
whk_00000000000000000000000000  disabled
    http://127.0.0.1:8080/hook
    for the night shift
    events: backup.failed storage.quota_warning
    created 2024-01-20 12:00
`
	goldenDeliveries = `
ID                              CREATED (UTC)   EVENT                  STATUS
dlv_00000000000000000000000000  01-20 12:00:00  webhook.test           pending
    1 attempt, next 01-20 12:00:05
dlv_00000000000000000000000000  01-20 12:00:00  webhook.test           pending
    1 attempt, next 01-20 12:00:05
dlv_00000000000000000000000000  01-20 12:00:00  webhook.test           succeeded
`
)

func (h *testenv) newWebhook(url string, more ...string) (id string) {
	h.t.Helper()
	var made struct {
		ID string `json:"id"`
	}
	require.NoError(h.t, json.Unmarshal([]byte(h.must(append([]string{"webhooks", "create", "--json", url}, more...)...)), &made))
	return made.ID
}

// receiver starts a webhook receiver. It answers with status, which tests may change.
func receiver(t *testing.T) (url string, status *atomic.Int64) {
	t.Helper()
	status = new(atomic.Int64)
	status.Store(http.StatusNoContent)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(int(status.Load())) }))
	t.Cleanup(s.Close)
	return s.URL + "/hook", status
}

func TestWebhooksAreCreatedListedAndDeleted(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	assert.Equal(t, result{err: "There are no webhooks. To create one: lox webhooks create URL\n"}, h.run("webhooks", "ls"))
	url, _ := receiver(t)
	made := h.must("webhooks", "create", url, "--event", "backup.failed", "--event", "storage.quota_warning", "--description", "for the night shift")
	golden(t, goldenNewWebhook, made)
	id := field(made, "ID")
	assert.Regexp(t, `^whsec_\S+\n$`, h.must("webhooks", "create", url, "--quiet", "--disabled"))

	assert.Equal(t, "Disabled "+id+"\n", h.must("webhooks", "disable", id))
	assert.Contains(t, masked(h.must("webhooks", "ls")), strings.TrimPrefix(goldenWebhooks, "\n"))
	assert.NotContains(t, h.must("webhooks", "ls", "--json"), "whsec_")
	assert.Contains(t, h.fails(exitFailed, "webhooks", "test", id), "disabled")
	assert.Equal(t, "Enabled "+id+"\n", h.must("webhooks", "enable", id))

	assert.JSONEq(t, `{"id":"`+id+`","deleted":true}`, h.must("webhooks", "rm", "--yes", "--json", id))
	for _, args := range [][]string{{"rm", "--yes"}, {"enable"}, {"test"}, {"deliveries"}, {"recover", "--since", "2024-01-01"}} {
		said := h.fails(exitNotFound, append(append([]string{"webhooks"}, args...), id)...)
		assert.Equal(t, "lox: there is no webhook "+id+`; "lox webhooks ls" lists those that exist`+"\n", said)
	}
	said := h.fails(exitUsage, "webhooks", "create", "ftp://example.com", "--event", "backup.lost")
	assert.Contains(t, said, "\n  --event: ")
	assert.Contains(t, said, "\n  URL: ")

	screen, terminal := openTerminal(t)
	h.in = terminal
	say(t, screen, "y\n")
	rest := ids(t, h.must("webhooks", "ls", "--json"))
	r := h.run("webhooks", "rm", rest[0])
	assert.Equal(t, "Deleted "+rest[0]+"\n", r.out)
	assert.Equal(t, "  "+rest[0]+"  "+url+"\nDelete this webhook, for good? [y/N] ", r.err)
}

// TestDeliveriesAreListed uses the real dispatcher and a real receiver.
func TestDeliveriesAreListed(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	h.program.pause = pause
	url, status := receiver(t)
	id := h.newWebhook(url)
	assert.Equal(t, result{err: "There are no such deliveries.\n"}, h.run("webhooks", "deliveries", id))
	assert.Regexp(t, `^Delivered: the receiver answered 204 No Content after \d+ ms\n$`, h.must("webhooks", "test", id))
	status.Store(http.StatusTeapot)
	assert.Regexp(t, `^lox: the event wasn't delivered: the receiver answered 418 I'm a teapot after \d+ ms\n$`, h.fails(exitFailed, "webhooks", "test", id))
	r := h.run("webhooks", "test", id, "--json")
	assert.Equal(t, exitFailed, r.code)
	var tested struct {
		Attempts int `json:"attempts"`
	}
	require.NoError(t, json.Unmarshal([]byte(r.out), &tested))
	assert.Equal(t, 1, tested.Attempts)

	// The next attempt is in about five seconds.
	text := regexp.MustCompile(`next 01-20 12:00:0\d`).ReplaceAllString(h.must("webhooks", "deliveries", id), "next 01-20 12:00:05")
	golden(t, goldenDeliveries, text)
	assert.Len(t, ids(t, h.must("webhooks", "deliveries", id, "--status", "pending", "--json")), 2)
	assert.Empty(t, h.must("webhooks", "deliveries", id, "--event", "backup.failed", "--json"))
	assert.Equal(t, 1, strings.Count(h.must("webhooks", "deliveries", id, "--limit", "1", "--json"), "\n"))

	// Nothing has failed for good yet.
	assert.Equal(t, "No delivery since then has failed.\n", h.must("webhooks", "recover", id, "--since", "2024-01-01"))
	assert.JSONEq(t, `{"recovered":0}`, h.must("webhooks", "recover", id, "--since", "2024-01-01", "--json"))
	assert.Contains(t, h.fails(exitUsage, "webhooks", "recover", id), "since when? Set --since")
	assert.Contains(t, h.fails(exitUsage, "webhooks", "recover", id, "--since", "yesterday"), "\n  --since: ")
	unknown := lox.NewDeliveryID().String()
	assert.Contains(t, h.fails(exitNotFound, "webhooks", "redeliver", id, unknown), "there is no delivery "+unknown)
	status.Store(http.StatusNoContent)
	succeeded := ids(t, h.must("webhooks", "deliveries", id, "--status", "succeeded", "--json"))
	assert.Equal(t, succeeded[0]+" is sent again.\n", h.must("webhooks", "redeliver", id, succeeded[0]))
}

// TestRecoverSaysHowManyDeliveriesAreSentAgain fakes the response: real deliveries fail for good only after days.
func TestRecoverSaysHowManyDeliveriesAreSentAgain(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	id := h.newWebhook("https://example.com/hook")
	for n, want := range map[string]string{"1": "1 delivery is sent again.\n", "1234": "1,234 deliveries are sent again.\n"} {
		h.answers(1, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"recovered":`+n+`}`)
		})
		assert.Equal(t, want, h.must("webhooks", "recover", id, "--since", "2024-01-01"))
	}
	assert.Empty(t, h.must("webhooks", "recover", id, "--since", "2024-01-01", "--quiet"))
}

func TestWebhookTestGivesUpAfter30Seconds(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	release := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	t.Cleanup(func() { close(release); s.Close() })
	id := h.newWebhook(s.URL)
	assert.Equal(t, "lox: the event wasn't sent within 30s. To look again: lox webhooks deliveries "+id+"\n", h.fails(exitFailed, "webhooks", "test", id))
	assert.Len(t, h.paused, int(testWait/time.Second))
}
