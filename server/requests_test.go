package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/client"
)

// request is a request that the generated client wouldn't send.
type request struct {
	method, path string
	body         io.Reader
	header       http.Header
}

type response struct {
	status int
	header http.Header
	body   []byte
}

// send sends a request with the tenant's key and, if it has a body, as JSON, unless its own header
// says otherwise. The response is checked against the document.
func (h *testenv) send(t testing.TB, r request) response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), r.method, h.http.URL+r.path, r.body)
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+h.key)
	if r.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for name, values := range r.header {
		req.Header.Del(name)
		for _, value := range values {
			req.Header.Add(name, value)
		}
	}
	resp, err := (&http.Client{Transport: checked{t, http.DefaultTransport}}).Do(req)
	require.NoError(t, err)
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return response{resp.StatusCode, resp.Header, body}
}

func (h *testenv) post(t testing.TB, body string) response {
	t.Helper()
	return h.send(t, request{method: http.MethodPost, path: backupsPath, body: strings.NewReader(body)})
}

func (h *testenv) get(t testing.TB, path string) response {
	t.Helper()
	return h.send(t, request{method: http.MethodGet, path: path})
}

const backupsPath = "/api/v1/backups"

// problem is the content of an error's body.
type problem struct {
	code    string
	message string
	details map[string]string
}

func problemOf(t testing.TB, body []byte) problem {
	t.Helper()
	var e client.ErrorResponse
	require.NoError(t, json.Unmarshal(body, &e), "%s", body)
	return problem{string(e.Error.Code), e.Error.Message, e.Error.Details}
}

// refused checks an error response exactly.
func (r response) refused(t testing.TB, status int, code lox.Code, details map[string]string) {
	t.Helper()
	require.Equal(t, status, r.status, "%s", r.body)
	p := problemOf(t, r.body)
	assert.Equal(t, string(code), p.code, "%s", r.body)
	assert.Equal(t, details, p.details, "%s", r.body)
}

// invalid checks a 400 that names the wrong fields.
func (r response) invalid(t testing.TB, details map[string]string) {
	t.Helper()
	r.refused(t, http.StatusBadRequest, lox.CodeValidation, details)
}

// state is a tenant's data, to compare before and after. Of the events it has those that every
// webhook gets by default, and those that were delivered.
type state struct {
	Backups, Keys, Events, Purges int
	lox.Usage
}

// state reads the database, so that a test can check that nothing has changed.
func (h *testenv) state(t testing.TB) state {
	t.Helper()
	ctx := context.WithoutCancel(t.Context()) // it is also used in cleanups
	var s state
	require.NoError(t, h.db.QueryRowContext(ctx, `select (select count(*) from backups),
		(select count(*) from idempotency_keys), (select count(*) from events e where type in ('backup.completed', 'backup.failed')
			or exists (select from deliveries where event_id = e.id)), (select count(*) from purges)`,
	).Scan(&s.Backups, &s.Keys, &s.Events, &s.Purges))
	var err error
	s.Usage, err = h.store.Usage(ctx, h.tenant.ID)
	require.NoError(t, err)
	return s
}

// accounts has all data of tenants, of keys except for their last use, and of webhooks with their
// deliveries.
func (h *testenv) accounts(t testing.TB) string {
	t.Helper()
	var all string
	require.NoError(t, h.db.QueryRowContext(t.Context(), `select
		(select json_agg(t order by id)::text from tenants t) ||
		(select json_agg(to_jsonb(k) - 'last_used_at' order by id)::text from api_keys k) ||
		(select coalesce(json_agg(w order by id)::text, '') from webhooks w) ||
		(select coalesce(json_agg(d order by id)::text, '') from deliveries d)`).Scan(&all))
	return all
}

// create creates a backup through the API.
func (h *testenv) create(t testing.TB, in client.CreateBackupRequest) *client.BackupUpload {
	t.Helper()
	resp, err := h.api.CreateBackupWithResponse(t.Context(), nil, in)
	require.NoError(t, err)
	require.NotNil(t, resp.JSON201, "%s", resp.Body)
	return resp.JSON201
}

// fetch gets a backup through the API.
func (h *testenv) fetch(t testing.TB, id string) *client.Backup {
	t.Helper()
	resp, err := h.api.GetBackupWithResponse(t.Context(), id)
	require.NoError(t, err)
	require.NotNil(t, resp.JSON200, "%s", resp.Body)
	return resp.JSON200
}

// complete asks to complete a backup and returns the raw response.
func (h *testenv) complete(t testing.TB, id string) response {
	t.Helper()
	resp, err := h.api.CompleteBackupWithResponse(t.Context(), id, client.CompleteBackupRequest{})
	require.NoError(t, err)
	return response{resp.StatusCode(), resp.HTTPResponse.Header, resp.Body}
}

// put uploads a file as its owner does.
func put(t testing.TB, u *client.BackupUpload, body []byte) {
	t.Helper()
	require.Equal(t, http.StatusOK, tryPut(t, u, body, nil), "the store must take the upload")
}

// tryPut uploads and returns the store's status. change may change the request.
func tryPut(t testing.TB, u *client.BackupUpload, body []byte, change func(*http.Request)) int {
	t.Helper()
	return sendPut(t, u, body, change).status
}

func sendPut(t testing.TB, u *client.BackupUpload, body []byte, change func(*http.Request)) response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, u.UploadURL, bytes.NewReader(body))
	require.NoError(t, err)
	for name, value := range u.UploadHeaders {
		req.Header.Set(name, value)
	}
	if change != nil {
		change(req)
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return response{resp.StatusCode, resp.Header, answer}
}

// stored creates a completed backup.
func (h *testenv) stored(t testing.TB, name string, body []byte) string {
	t.Helper()
	u := h.create(t, client.CreateBackupRequest{Name: name, SizeBytes: int64(len(body))})
	put(t, u, body)
	done := h.complete(t, u.ID)
	require.Equal(t, http.StatusOK, done.status, "%s", done.body)
	return u.ID
}

// eventually calls a function repeatedly until it returns true.
func eventually(t testing.TB, what string, ask func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(20 * time.Second); !ask(); <-tick.C {
		require.True(t, time.Now().Before(deadline), "waited in vain: %s", what)
	}
}
