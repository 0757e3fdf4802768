package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/oapi-codegen/nullable"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/store/storetest"
)

const webhooksPath = "/api/v1/webhooks"

func (h *testenv) createWebhook(t testing.TB, in client.CreateWebhookRequest) *client.CreatedWebhook {
	t.Helper()
	r, err := h.api.CreateWebhookWithResponse(t.Context(), in)
	require.NoError(t, err)
	require.NotNil(t, r.JSON201, "%s", r.Body)
	assert.Equal(t, webhooksPath+"/"+r.JSON201.ID, r.HTTPResponse.Header.Get("Location"))
	return r.JSON201
}

func (h *testenv) getWebhook(t testing.TB, id string) *client.Webhook {
	t.Helper()
	r, err := h.api.GetWebhookWithResponse(t.Context(), id)
	require.NoError(t, err)
	require.NotNil(t, r.JSON200, "%s", r.Body)
	return r.JSON200
}

// patchWebhook changes a webhook and returns it.
func (h *testenv) patchWebhook(t testing.TB, id, body string) *client.Webhook {
	t.Helper()
	r := h.send(t, request{method: http.MethodPatch, path: webhooksPath + "/" + id, body: strings.NewReader(body)})
	require.Equal(t, http.StatusOK, r.status, "%s", r.body)
	var out client.Webhook
	require.NoError(t, json.Unmarshal(r.body, &out))
	require.Equal(t, *h.getWebhook(t, id), out, "it is what was answered")
	return &out
}

func (h *testenv) listWebhooks(t testing.TB, params *client.ListWebhooksParams) *client.WebhookList {
	t.Helper()
	r, err := h.api.ListWebhooksWithResponse(t.Context(), params)
	require.NoError(t, err)
	require.NotNil(t, r.JSON200, "%s", r.Body)
	return r.JSON200
}

// TestWebhookLifecycle creates a webhook, which gets the events of a completed and a failed backup,
// and deletes it. Only the answer to the creation may show the secret; no other answer and no log
// may.
func TestWebhookLifecycle(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	r := newReceiver(t)
	w := h.createWebhook(t, client.CreateWebhookRequest{URL: r.URL, Description: "pager"})
	assert.Equal(t, client.WebhookEvents{client.EventTypeBackupCompleted, client.EventTypeBackupFailed}, w.Events)
	want := client.Webhook{
		ID: w.ID, URL: r.URL, Events: w.Events, Description: "pager", Enabled: true, CreatedAt: h.clock.now(),
	}
	assert.Equal(t, want, *h.getWebhook(t, w.ID))
	assert.Equal(t, client.WebhookList{Webhooks: []client.Webhook{want}, Total: 1, Limit: 20}, *h.listWebhooks(t, nil))
	var sealed []byte
	require.NoError(t, h.db.QueryRowContext(t.Context(), "select secret from webhooks").Scan(&sealed))
	assert.NotContains(t, string(sealed), w.Secret, "the database has it encrypted")

	begun := h.clock.now().Format(time.RFC3339)
	completed := h.stored(t, "nightly", []byte("a"))
	first := r.next(t)
	assert.Equal(t, `{"event":"backup.completed","timestamp":"`+begun+`","data":{"id":"`+completed+
		`","name":"nightly","status":"completed","size_bytes":1,"checksum":"`+checksumOf([]byte("a"))+`"}}`, string(first.body))
	first.signedBy(t, h, w.Secret)
	// Before the clock is set, which would end the lease.
	h.becomesDelivery(t, w.ID, h.deliveries(t, w.ID, nil).Deliveries[0].ID, client.DeliveryStatusSucceeded)
	assert.Equal(t, "application/json", first.header.Get("Content-Type"))
	assert.Equal(t, "LOX-Webhooks/1", first.header.Get("User-Agent"))

	failed := h.create(t, client.CreateBackupRequest{Name: "never", SizeBytes: 1}).ID
	h.clock.advance(time.Hour)
	h.sweep(t)
	second := r.next(t)
	assert.Equal(t, `{"event":"backup.failed","timestamp":"`+h.clock.now().Format(time.RFC3339)+`","data":{"id":"`+failed+
		`","name":"never","status":"failed","error":"`+h.fetch(t, failed).Error+`"}}`, string(second.body))
	second.signedBy(t, h, w.Secret)

	list := h.deliveries(t, w.ID, nil)
	require.Len(t, list.Deliveries, 2)
	for i, m := range []message{second, first} {
		d := h.becomesDelivery(t, w.ID, list.Deliveries[i].ID, client.DeliveryStatusSucceeded)
		assert.Equal(t, m.header.Get("Webhook-Id"), d.EventID)
		assert.Equal(t, string(m.body), d.Payload)
	}

	gone, err := h.api.DeleteWebhookWithResponse(t.Context(), w.ID)
	require.NoError(t, err)
	assert.Equal(t, client.DeletedWebhook{ID: w.ID, Deleted: true}, *gone.JSON200)
	id := w.ID + "/" + list.Deliveries[0].ID
	for _, op := range webhookOperations() {
		switch op.of {
		case aWebhook:
			op.do(t, h.api, w.ID).refused(t, http.StatusNotFound, lox.CodeNotFound, nil)
		case aDelivery:
			op.do(t, h.api, id).refused(t, http.StatusNotFound, lox.CodeNotFound, nil)
		}
	}
	assert.Equal(t, client.WebhookList{Webhooks: []client.Webhook{}, Limit: 20}, *h.listWebhooks(t, nil))
	h.stored(t, "to nobody", []byte("a"))
	assert.Empty(t, r.got)
	storetest.CheckCounters(t, h.dsn)
}

// TestPatchWebhook follows RFC 7396.
func TestPatchWebhook(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	id := h.createWebhook(t, client.CreateWebhookRequest{URL: nowhere, Description: "before"}).ID
	before := *h.getWebhook(t, id)
	h.clock.advance(time.Minute)
	assert.Equal(t, before, *h.patchWebhook(t, id, `{}`), "nothing was asked for")
	want := before
	want.URL = "https://example.com/other?token=1"
	assert.Equal(t, want, *h.patchWebhook(t, id, `{"url":"https://example.com/other?token=1"}`))
	want.Events = client.WebhookEvents{client.EventTypeBackupDeleted}
	assert.Equal(t, want, *h.patchWebhook(t, id, `{"events":["backup.deleted"]}`), "they are replaced as a whole")
	want.Description = ""
	assert.Equal(t, want, *h.patchWebhook(t, id, `{"description":null}`))
	want.Enabled = false
	assert.Equal(t, want, *h.patchWebhook(t, id, `{"enabled":false}`))
	want.Description, want.Enabled = "after", true
	assert.Equal(t, want, *h.patchWebhook(t, id, `{"description":"after","enabled":true}`))

	for _, media := range []string{"application/json", "APPLICATION/JSON; charset=utf-8"} {
		r := h.send(t, request{
			method: http.MethodPatch, path: webhooksPath + "/" + id, body: strings.NewReader(`{"description":"` + media + `"}`),
			header: http.Header{"Content-Type": {media}},
		})
		require.Equal(t, http.StatusOK, r.status, "%s", r.body)
		assert.Equal(t, media, h.getWebhook(t, id).Description)
	}
	typed, err := h.api.UpdateWebhookWithResponse(t.Context(), id, client.UpdateWebhookRequest{
		Description: nullable.NewNullNullable[string](), Enabled: new(false),
	})
	require.NoError(t, err)
	want.Description, want.Enabled = "", false
	assert.Equal(t, want, *typed.JSON200)
}

func TestBadWebhooks(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	id := h.createWebhook(t, client.CreateWebhookRequest{URL: nowhere}).ID
	before := h.accounts(t)
	const (
		unknown = "Unknown field"
		noEvent = "Must be one of backup.completed, backup.failed, backup.created, backup.deleted, storage.quota_warning, " +
			"api_key.created, api_key.revoked, webhook.disabled"
	)
	both := map[string]map[string]string{
		`{"url":null}`: {"url": badURL},
		`{"url":7}`:    {"url": badURL},
		`{"url":"` + nowhere + `","link":"a","Enabled":true}`:                        {"link": unknown, "Enabled": unknown},
		`{"url":"` + nowhere + `","events":[]}`:                                      {"events": "Must name at least one event"},
		`{"url":"` + nowhere + `","events":"backup.failed"}`:                         {"events": "Must be a list of events"},
		`{"url":"` + nowhere + `","events":["backup.failed","backup.failed"]}`:       {"events": "Must not name an event twice"},
		`{"url":"` + nowhere + `","events":["backup.failed","webhook.test"]}`:        {"events.1": noEvent},
		`{"url":"` + nowhere + `","events":["*"],"enabled":"yes"}`:                   {"events.0": noEvent, "enabled": "Must be true or false"},
		`{"url":"` + nowhere + `","description":""}`:                                 {"description": "Must be 1 to 255 characters"},
		`{"url":"` + nowhere + `","description":"` + strings.Repeat("ä", 256) + `"}`: {"description": "Must be 1 to 255 characters"},
		`{"url":"` + nowhere + `","description":"a\u0000b"}`:                         {"description": "Must not contain control characters"},
		`{"url":"` + nowhere + `","description":"a\u009fb"}`:                         {"description": "Must not contain control characters"},
		`[]`:                   {"body": "Must be a JSON object"},
		``:                     {"body": "Must be a JSON object"},
		`{"url":"a","url":""}`: {"url": "Must be given once"},
	}
	for body, details := range both {
		h.send(t, request{method: http.MethodPost, path: webhooksPath, body: strings.NewReader(body)}).invalid(t, details)
		h.send(t, request{method: http.MethodPatch, path: webhooksPath + "/" + id, body: strings.NewReader(body)}).invalid(t, details)
	}
	h.send(t, request{method: http.MethodPost, path: webhooksPath, body: strings.NewReader(`{}`)}).invalid(t, map[string]string{"url": badURL})
	h.send(t, request{method: http.MethodPost, path: webhooksPath, body: strings.NewReader(`{"url":"` + nowhere + `","secret":"whsec_mine"}`)}).
		invalid(t, map[string]string{"secret": unknown})
	for field, problem := range map[string]string{"events": "Must be a list of events", "enabled": "Must be true or false"} {
		h.send(t, request{method: http.MethodPost, path: webhooksPath, body: strings.NewReader(`{"url":"` + nowhere + `","` + field + `":null}`)}).
			invalid(t, map[string]string{field: problem})
	}
	for body, details := range map[string]map[string]string{
		`{"url":null}`:     {"url": badURL},
		`{"events":null}`:  {"events": "Must be a list of events"},
		`{"enabled":null}`: {"enabled": "Must be true or false"},
	} { // only the description can be removed
		h.send(t, request{method: http.MethodPatch, path: webhooksPath + "/" + id, body: strings.NewReader(body)}).invalid(t, details)
	}
	const readOnly = "Is read-only"
	h.send(t, request{method: http.MethodPatch, path: webhooksPath + "/" + id, body: strings.NewReader(`{"id":"` + id +
		`","secret":"mine","disabled_reason":"","failing_since":null,"previous_secret_expires_at":null,"created_at":"2024-01-15T10:30:00Z"}`)}).
		invalid(t, map[string]string{
			"id": readOnly, "secret": readOnly + ": rotate it instead", "disabled_reason": readOnly, "failing_since": readOnly,
			"previous_secret_expires_at": readOnly, "created_at": readOnly,
		})
	h.send(t, request{method: http.MethodPatch, path: webhooksPath + "/" + id, body: strings.NewReader(`{}`),
		header: http.Header{"Content-Type": {"application/merge-patch+json"}}}).
		refused(t, http.StatusUnsupportedMediaType, lox.CodeUnsupportedMedia, map[string]string{"Content-Type": "Must be application/json"})
	for body, details := range map[string]map[string]string{
		`{"overlap_seconds":-1}`:   {"overlap_seconds": "Must be an integer between 0 and 604800"},
		`{"overlap_seconds":1.5}`:  {"overlap_seconds": "Must be an integer between 0 and 604800"},
		`{"overlap_seconds":"1"}`:  {"overlap_seconds": "Must be an integer between 0 and 604800"},
		`{"overlap_seconds":null}`: {"overlap_seconds": "Must be an integer between 0 and 604800"},
		`{"overlap":1}`:            {"overlap": unknown},
		`[]`:                       {"body": "Must be a JSON object"},
	} {
		h.send(t, request{method: http.MethodPost, path: webhooksPath + "/" + id + "/rotate-secret", body: strings.NewReader(body)}).invalid(t, details)
	}
	assert.Equal(t, before, h.accounts(t))
}

func TestWebhookURLs(t *testing.T) {
	t.Parallel()
	h := open(t, setup{undelivered: true})
	id := h.createWebhook(t, client.CreateWebhookRequest{URL: nowhere}).ID
	both := func(url string) (r [2]response) {
		body, err := json.Marshal(map[string]string{"url": url})
		require.NoError(t, err)
		r[0] = h.send(t, request{method: http.MethodPost, path: webhooksPath, body: strings.NewReader(string(body))})
		r[1] = h.send(t, request{method: http.MethodPatch, path: webhooksPath + "/" + id, body: strings.NewReader(string(body))})
		return r
	}
	for _, url := range []string{
		"https://example.com", "HTTPS://EXAMPLE.COM/", "http://example.com:8443/a/b?c=d&e=%20", "https://example.com?a",
		"http://10.0.0.1/lox", "http://[::1]:80/", "https://xn--bcher-kva.example/%C3%A4",
		"https://example.com/" + strings.Repeat("a", 2048-len("https://example.com/")),
	} {
		r := both(url)
		assert.Equal(t, http.StatusCreated, r[0].status, "%s: %s", url, r[0].body)
		assert.Equal(t, http.StatusOK, r[1].status, "%s: %s", url, r[1].body)
		assert.Equal(t, url, h.getWebhook(t, id).URL)
	}
	before := h.accounts(t)
	for _, url := range []string{
		"", "example.com", "//example.com", "/lox", "ftp://example.com", "file:///etc/passwd", "javascript:alert(1)", "gopher://a",
		"http:", "http://", "http:///a", "http://:80", "http:example.com", "https://?a", "https://#a",
		"https://user@example.com", "https://user:password@example.com", "https://@example.com", "https://example.com/#a", "https://example.com#",
		" https://example.com", "https://example.com ", "https://exa mple.com", "https://example.com/a b", "https://example.com/\x00",
		"https://example.com/\n", "https://example.com\\@example.org", "https://example.com:port", "https://[::1", "https://%zz",
		"https://example.com/%zz", "https://bücher.example/", "https://example.com/ä", "https://example.com:0", "https://example.com:65536", "https://example.com:",
		"https://[::ffff:10.0.0.1]/", "https://[1:2:3]/",
	} {
		for _, r := range both(url) {
			require.Equal(t, http.StatusBadRequest, r.status, "%q: %s", url, r.body)
			assert.Len(t, problemOf(t, r.body).details, 1)
			assert.Contains(t, problemOf(t, r.body).details["url"], "Must be an http or https URL", "%q", url)
		}
	}
	for _, r := range both("https://example.com/" + strings.Repeat("a", 2048)) {
		r.invalid(t, map[string]string{"url": "Must be at most 2048 characters"})
	}
	assert.Equal(t, before, h.accounts(t))
}

// More webhooks than a tenant may have are created at the same time.
func TestFiftyWebhooks(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	var wg sync.WaitGroup
	created := make(chan string, 60)
	for i := range cap(created) {
		wg.Go(func() {
			url := fmt.Sprintf("https://host%d.example.com/", i%6) // each host gets no more than it may
			r, err := h.api.CreateWebhookWithResponse(t.Context(), client.CreateWebhookRequest{URL: url})
			if !assert.NoError(t, err) {
				return
			}
			if r.JSON201 != nil {
				created <- r.JSON201.ID
				return
			}
			response{r.StatusCode(), r.HTTPResponse.Header, r.Body}.refused(t, http.StatusBadRequest, lox.CodeInvalidState,
				map[string]string{"url": "Delete one of the 50 webhooks first"})
		})
	}
	wg.Wait()
	assert.Len(t, created, 50)
	all := map[string]bool{}
	for offset := 0; offset < 60; offset += 20 {
		page := h.listWebhooks(t, &client.ListWebhooksParams{Limit: new(20), Offset: new(offset)})
		assert.EqualValues(t, 50, page.Total)
		for _, w := range page.Webhooks {
			all[w.ID] = true
		}
	}
	assert.Len(t, all, 50)
	_, err := h.api.DeleteWebhook(t.Context(), <-created)
	require.NoError(t, err)
	h.createWebhook(t, client.CreateWebhookRequest{URL: nowhere})
}
