package server_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/store"
	"github.com/backlox/lox/webhooks"
	"github.com/backlox/lox/webhooks/verify"
)

var secretBox = webhooks.NewSecretBox([webhooks.KeySize]byte([]byte(strings.Repeat("k", webhooks.KeySize))))

// deliver sends due deliveries by the testenv's clock until ctx ends.
func (h *testenv) deliver(ctx context.Context, log *slog.Logger) {
	sender := webhooks.NewSender(secretBox, webhooks.SenderConfig{AllowPrivate: !h.guarded, Clock: h.clock.now})
	defer sender.Close()
	webhooks.NewDispatcher(clocked{h.store, h.clock}, sender, log, webhooks.Config{
		Clock: h.clock.now, Random: func() float64 { return 0.5 }, // no jitter
		PerHost: -1, // intervals of a second would wait for the clock to be set
	}).Run(ctx)
}

// clocked is a store whose deliveries may become due when the clock is set.
type clocked struct {
	*store.Grouped
	clock *clock
}

func (c clocked) WatchDeliveries(ctx context.Context, due func()) {
	var watching sync.WaitGroup
	defer watching.Wait()
	watching.Go(func() {
		for {
			changed := c.clock.nextChange()
			due()
			select {
			case <-changed:
			case <-ctx.Done():
				return
			}
		}
	})
	c.Store.WatchDeliveries(ctx, due)
}

// receiver is the target of a webhook. It answers 204 unless a test says otherwise.
type receiver struct {
	URL string
	got chan message

	mu      sync.Mutex
	answers []func(http.ResponseWriter)
}

// message is a request that a receiver got.
type message struct {
	header http.Header
	body   []byte
}

func newReceiver(t testing.TB) *receiver {
	t.Helper()
	r := &receiver{got: make(chan message, 64)}
	s := httptest.NewServer(r)
	t.Cleanup(s.Close)
	r.URL = s.URL + "/lox"
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	r.mu.Lock()
	answer := func(w http.ResponseWriter) { w.WriteHeader(http.StatusNoContent) }
	if len(r.answers) > 0 {
		answer, r.answers = r.answers[0], r.answers[1:]
	}
	r.mu.Unlock()
	answer(w)
	r.got <- message{req.Header, body}
}

// will sets the answer to the next request.
func (r *receiver) will(status int, body string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answers = append(r.answers, func(w http.ResponseWriter) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
}

// next waits for a message.
func (r *receiver) next(t testing.TB) message {
	t.Helper()
	select {
	case m := <-r.got:
		return m
	case <-time.After(20 * time.Second):
		require.Fail(t, "nothing arrives")
		return message{}
	}
}

// signedBy checks both signatures of a message.
func (m message) signedBy(t testing.TB, h *testenv, secret string) {
	t.Helper()
	m.standardBy(t, h, secret, nil)
	assert.Equal(t, plainSignature(secret, m.body), m.header.Get("X-Lox-Signature"))
}

// standardBy checks the signature of Standard Webhooks.
func (m message) standardBy(t testing.TB, h *testenv, secret string, want error) {
	t.Helper()
	v, err := verify.New(secret)
	require.NoError(t, err)
	v.Clock = h.clock.now
	require.ErrorIs(t, v.Verify(m.header, m.body), want)
}

// plainSignature is the signature of the published document.
func plainSignature(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}
