package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// client sends requests over a fixed number of kept connections. It runs in the
// process of the server and takes its share of the processors, the same for
// whatever is compared.
type client struct {
	http  *http.Client
	conns int
}

func newClient(conns int) *client {
	return &client{conns: conns, http: &http.Client{Transport: &http.Transport{
		MaxConnsPerHost: conns, MaxIdleConnsPerHost: conns, DisableCompression: true,
	}}}
}

func (c *client) close() { c.http.CloseIdleConnections() }

// slice is what some requests took, one after another on each connection.
type slice struct {
	latencies []time.Duration
	elapsed   time.Duration
}

// drive sends requests on every connection for a time. Requests that are on
// their way at its end are waited for, and count.
func (c *client) drive(ctx context.Context, d time.Duration, key string, target func(i int) string) (slice, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	latencies := make([][]time.Duration, c.conns)
	start := time.Now()
	var running sync.WaitGroup
	for conn := range c.conns {
		running.Go(func() {
			for time.Since(start) < d {
				began := time.Now()
				if err := c.get(ctx, target(int(next.Add(1))), key); err != nil {
					cancel(err) // the first one counts
					return
				}
				latencies[conn] = append(latencies[conn], time.Since(began))
			}
		})
	}
	running.Wait()
	done := slice{elapsed: time.Since(start)}
	for _, of := range latencies {
		done.latencies = append(done.latencies, of...)
	}
	return done, context.Cause(ctx)
}

// get sends one request and reads the answer to its end. Anything but 200 is an
// error.
func (c *client) get(ctx context.Context, url, key string) error {
	r, err := newRequest(ctx, url, key)
	if err != nil {
		return err
	}
	res, err := c.http.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", url, res.Status)
	}
	_, err = io.Copy(io.Discard, res.Body)
	return err
}

func newRequest(ctx context.Context, url, key string) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err == nil {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	return r, err
}
