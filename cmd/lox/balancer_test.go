package main_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// balancer is a load balancer that sends requests to servers in turn. A server can be replaced by
// another one at the same index.
type balancer struct {
	*httptest.Server

	mu      sync.Mutex
	places  []*backend
	next    int
	problem error // of a server that should answer
	cut     int   // requests in flight to servers that were killed
}

// backend is a server of the balancer.
type backend struct {
	*process
	proxy    http.Handler
	out      bool // gets no more requests
	killed   bool
	underWay int
	answered int
}

func newBalancer(t testing.TB, servers ...*process) *balancer {
	t.Helper()
	b := &balancer{places: make([]*backend, len(servers))}
	for place, p := range servers {
		b.put(place, p)
	}
	b.Server = httptest.NewServer(http.HandlerFunc(b.serve))
	t.Cleanup(b.Close)
	return b
}

// put adds a server, or replaces the one at an index.
func (b *balancer) put(place int, p *process) *backend {
	added := &backend{process: p}
	added.proxy = &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(&url.URL{Scheme: "http", Host: p.addr()}) },
		// With its own connections, which end with the server.
		Transport: &http.Transport{MaxIdleConnsPerHost: 64},
		ErrorLog:  slog.NewLogLogger(slog.DiscardHandler, slog.LevelError), // for answers that a kill interrupts
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			b.mu.Lock()
			defer b.mu.Unlock()
			if !added.killed && b.problem == nil {
				b.problem = err
			}
			w.WriteHeader(http.StatusBadGateway)
		},
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.places[place] = added
	return added
}

func (b *balancer) serve(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	for b.places[b.next%len(b.places)].out {
		b.next++
	}
	to := b.places[b.next%len(b.places)]
	b.next++
	to.underWay++
	b.mu.Unlock()
	defer func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		to.underWay--
		to.answered++
	}()
	to.proxy.ServeHTTP(w, r)
}

// stop takes a server out of rotation, and stops it by SIGTERM once it has answered its requests,
// or kills it.
func (b *balancer) stop(t testing.TB, place int, sig syscall.Signal) {
	t.Helper()
	b.mu.Lock()
	ending := b.places[place]
	ending.out = true
	if sig == syscall.SIGKILL {
		ending.killed = true
		b.cut += ending.underWay
		ending.signal(sig)
	}
	b.mu.Unlock()
	if sig != syscall.SIGKILL {
		require.Eventually(t, func() bool {
			b.mu.Lock()
			defer b.mu.Unlock()
			return ending.underWay == 0
		}, patience, tick, "requests don't end")
		ending.stop(t, sig)
		return
	}
	<-ending.exited
}

// awaitMore waits until every server has answered a number of further requests.
func (b *balancer) awaitMore(t testing.TB, requests int) {
	t.Helper()
	goals := map[*backend]int{}
	b.mu.Lock()
	for _, to := range b.places {
		goals[to] = to.answered + requests
	}
	b.mu.Unlock()
	require.Eventually(t, func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		for to, goal := range goals {
			if to.answered < goal {
				return false
			}
		}
		return true
	}, patience, tick, "the servers answer too few requests")
}
