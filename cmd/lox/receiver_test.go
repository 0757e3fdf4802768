package main_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/webhooks/verify"
)

// receiver is the target of a webhook. It records everything that arrives.
type receiver struct {
	*httptest.Server
	hook *client.CreatedWebhook
	hold func() // called before an answer

	mu       sync.Mutex
	arrived  map[string]*arrival // by webhook-id
	problems []string
}

// arrival is an event, and how often it arrived.
type arrival struct {
	payload string
	times   int
}

// newReceiver creates a receiver with a webhook for it. The server must allow private addresses.
func newReceiver(t *testing.T, a *api, events ...client.EventType) *receiver {
	t.Helper()
	r := &receiver{hold: func() {}, arrived: map[string]*arrival{}}
	subscribed := make(chan struct{})
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		<-subscribed
		r.receive(w, req)
	}))
	t.Cleanup(r.Close)
	created, err := a.CreateWebhookWithResponse(t.Context(), client.CreateWebhookJSONRequestBody{URL: r.URL, Events: events})
	require.NoError(t, err)
	require.NotNil(t, created.JSON201, "%s", created.Body)
	r.hook = created.JSON201
	close(subscribed)
	return r
}

func (r *receiver) receive(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return // its sender was killed during the request
	}
	id := req.Header.Get("webhook-id")
	r.mu.Lock()
	if err := r.check(req.Header, body); err != nil {
		r.problems = append(r.problems, fmt.Sprintf("%s: %v: %s", id, err, body))
		w.WriteHeader(http.StatusUnauthorized)
	}
	known := r.arrived[id]
	if known == nil {
		known = &arrival{payload: string(body)}
		r.arrived[id] = known
	}
	known.times++
	if known.payload != string(body) {
		r.problems = append(r.problems, fmt.Sprintf("%s: first %s, then %s", id, known.payload, body))
	}
	r.mu.Unlock()
	r.hold()
}

// check verifies both signatures.
func (r *receiver) check(header http.Header, body []byte) error {
	v, err := verify.New(r.hook.Secret)
	if err != nil {
		return err
	}
	mac := hmac.New(sha256.New, []byte(r.hook.Secret))
	_, _ = mac.Write(body)
	if got := header.Get("X-LOX-Signature"); got != hex.EncodeToString(mac.Sum(nil)) {
		return fmt.Errorf("X-LOX-Signature is %q", got)
	}
	return v.Verify(header, body)
}

// distinct is the number of events that arrived, and repeated the number of further requests for
// them.
func (r *receiver) distinct() (events, repeated int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, a := range r.arrived {
		repeated += a.times - 1
	}
	return len(r.arrived), repeated
}

// event is the part of a payload that tests use.
type event struct {
	Event string `json:"event"`
	Data  struct {
		ID       string `json:"id"`
		Name     string `json:"name"`
		Status   string `json:"status"`
		Size     int64  `json:"size_bytes"`
		Checksum string `json:"checksum"`
		Error    string `json:"error"`
	} `json:"data"`
}

// events returns each event that arrived once, and checks their order.
func (r *receiver) events(t *testing.T) []event {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	require.Empty(t, r.problems)
	var events []event
	for _, id := range slices.Sorted(maps.Keys(r.arrived)) {
		var e event
		require.NoError(t, json.Unmarshal([]byte(r.arrived[id].payload), &e))
		events = append(events, e)
	}
	return events
}

// test has a test event sent and returns its delivery.
func (r *receiver) test(t *testing.T, a *api) *client.Delivery {
	t.Helper()
	sent, err := a.TestWebhookWithResponse(t.Context(), r.hook.ID)
	require.NoError(t, err)
	require.NotNil(t, sent.JSON202, "%s", sent.Body)
	return sent.JSON202
}

// attempted waits until a delivery was attempted and returns it. The delivery and its attempts are
// read one after the other, so an attempt may be listed before the delivery shows it.
func (r *receiver) attempted(t *testing.T, a *api, id string) (d *client.DeliveryDetails) {
	t.Helper()
	eventually(t, func() bool {
		got, err := a.GetWebhookDeliveryWithResponse(t.Context(), r.hook.ID, id)
		require.NoError(t, err)
		require.NotNil(t, got.JSON200, "%s", got.Body)
		d = got.JSON200
		return d.Attempts > 0 && d.Attempts == len(d.AttemptLog)
	})
	return d
}

// deliveries returns the number of deliveries with a status.
func (r *receiver) deliveries(ctx context.Context, t *testing.T, a *api, status client.DeliveryStatus) int {
	t.Helper()
	list, err := a.ListWebhookDeliveriesWithResponse(ctx, r.hook.ID, &client.ListWebhookDeliveriesParams{Status: &status})
	require.NoError(t, err)
	require.NotNil(t, list.JSON200, "%s", list.Body)
	return int(list.JSON200.Total)
}
