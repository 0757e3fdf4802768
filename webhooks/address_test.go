package webhooks_test

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/webhooks"
)

// Many names lead to one machine, with any ports: the limits also apply to the address that is
// dialed.
func TestManyNamesOfOneFailingMachine(t *testing.T) {
	t.Parallel()
	arrivals := make(chan time.Time, 1000)
	s := receiver(t, func(w http.ResponseWriter, _ *http.Request) {
		arrivals <- time.Now()
		w.WriteHeader(http.StatusInternalServerError)
	})
	u, err := url.Parse(s.URL)
	require.NoError(t, err)
	m, secret := newMemory(), lox.NewWebhookSecret()
	out := sender(t, webhooks.SenderConfig{
		AllowPrivate: true, Resolver: resolver(t, func(string) []string { return []string{"127.0.0.1"} }),
	})
	start(t, webhooks.NewDispatcher(m, out, discard, webhooks.Config{}))
	for i := range 30 {
		m.send(signedHook(t, m, fmt.Sprintf("http://n%d.example:%s/", i, u.Port()), secret), 5)
	}
	first, last := <-arrivals, time.Time{}
	for range 4 {
		last = <-arrivals
	}
	// Attempts begin a second apart. The first may take some time to arrive.
	assert.Greater(t, last.Sub(first), 3*time.Second)
	m.with(func() { assert.LessOrEqual(t, m.putBacks, 30, "once for each name") })
}

// The same for a machine that works: it gets as many attempts at once as one host.
func TestManyNamesOfOneSlowMachine(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	now, most := 0, 0
	s := receiver(t, func(http.ResponseWriter, *http.Request) {
		mu.Lock()
		now++
		most = max(most, now)
		mu.Unlock()
		<-time.After(20 * time.Millisecond)
		mu.Lock()
		now--
		mu.Unlock()
	})
	u, err := url.Parse(s.URL)
	require.NoError(t, err)
	m, secret := newMemory(), lox.NewWebhookSecret()
	out := sender(t, webhooks.SenderConfig{
		AllowPrivate: true, Resolver: resolver(t, func(string) []string { return []string{"127.0.0.1"} }),
	})
	start(t, webhooks.NewDispatcher(m, out, discard, webhooks.Config{}))
	for i := range 30 {
		m.send(signedHook(t, m, fmt.Sprintf("http://n%d.example:%s/", i, u.Port()), secret), 20)
	}
	for m.pending() > 0 {
		<-time.After(10 * time.Millisecond)
	}
	t.Logf("%d at once, %d claims of %d webhooks, %d put back", most, m.claims, m.looked, m.putBacks)
	assert.LessOrEqual(t, most, webhooks.DefaultPerHost)
	assert.Less(t, m.claims, 600, "each gets something")
	assert.Less(t, m.looked, 2*600, "webhooks without room are left alone")
	assert.LessOrEqual(t, m.putBacks, 30, "once for each name")
	for _, f := range m.finished {
		assert.Equal(t, lox.DeliverySucceeded, f.Status, f.Attempt.Error)
	}
}

// A name leads to a machine where nothing listens and to one that answers: the answers of the
// second don't give the first one more attempts.
func TestSuccessCountsForSendingAddress(t *testing.T) {
	t.Parallel()
	answering := receiver(t, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Connection", "close") })
	u, err := url.Parse(answering.URL)
	require.NoError(t, err)
	var alone atomic.Bool
	m := newMemory()
	out := sender(t, webhooks.SenderConfig{
		AllowPrivate: true, Resolver: resolver(t, func(string) []string {
			if alone.Load() {
				return []string{"127.0.0.2"}
			}
			return []string{"127.0.0.2", "127.0.0.1"}
		}),
	})
	start(t, webhooks.NewDispatcher(m, out, discard, webhooks.Config{}))
	w := signedHook(t, m, "http://both.example:"+u.Port(), lox.NewWebhookSecret())
	for range 5 {
		m.send(w, 1)
		for m.pending() > 0 {
			<-time.After(time.Millisecond)
		}
	}
	for _, f := range m.finished {
		require.Equal(t, lox.DeliverySucceeded, f.Status, f.Attempt.Error)
	}

	alone.Store(true)
	arrivals := make(chan time.Time, 100)
	listener, err := net.Listen("tcp", "127.0.0.2:"+u.Port())
	require.NoError(t, err)
	refusing := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		arrivals <- time.Now()
		w.WriteHeader(http.StatusInternalServerError)
	})}
	go func() { _ = refusing.Serve(listener) }()
	t.Cleanup(func() { _ = refusing.Close() })
	m.send(w, 20)
	first, last := <-arrivals, time.Time{}
	for range 2 {
		last = <-arrivals
	}
	assert.Greater(t, last.Sub(first), 1500*time.Millisecond, "a second apart")
}

// A name leads to an address without free slots and to one where nothing listens: that is a failed
// attempt.
func TestAttemptsCountForAllAddresses(t *testing.T) {
	t.Parallel()
	arrived, over := make(chan struct{}, 1), make(chan struct{})
	hanging := receiver(t, func(http.ResponseWriter, *http.Request) {
		arrived <- struct{}{}
		<-over
	})
	t.Cleanup(func() { close(over) })
	u, err := url.Parse(hanging.URL)
	require.NoError(t, err)
	m, secret := newMemory(), lox.NewWebhookSecret()
	out := sender(t, webhooks.SenderConfig{
		AllowPrivate: true, Resolver: resolver(t, func(name string) []string {
			if name == "one.example." {
				return []string{"127.0.0.1"}
			}
			return []string{"127.0.0.1", "127.0.0.9"}
		}),
	})
	start(t, webhooks.NewDispatcher(m, out, discard, webhooks.Config{PerHost: 1}))
	m.send(signedHook(t, m, "http://one.example:"+u.Port(), secret), 1)
	<-arrived
	id := m.send(signedHook(t, m, "http://two.example:"+u.Port(), secret), 1)[0]
	for len(m.attempts(id)) == 0 {
		<-time.After(time.Millisecond)
	}
	assert.Equal(t, "The receiver can't be reached", m.attempts(id)[0].Attempt.Error)
	m.with(func() { assert.Zero(t, m.putBacks) })
}
