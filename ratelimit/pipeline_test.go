package ratelimit

import (
	"context"
	"errors"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/ulule/limiter/v3"

	"github.com/backlox/lox/ratelimit/redistest"
)

var many = limiter.Rate{Period: time.Hour, Limit: 1 << 40}

func takeOf(key string, rates ...limiter.Rate) Request {
	return Request{Op: Take, Hits: 1, Key: key, Rates: rates}
}

func peekOf(key string, rates ...limiter.Rate) Request {
	return Request{Op: Peek, Hits: 1, Key: key, Rates: rates}
}

// gate is a hook that records the number of commands in each pipeline, and delays the first one.
type gate struct {
	held, open chan struct{}
	first      sync.Once
	mu         sync.Mutex
	sizes      []int
}

func (g *gate) DialHook(next redis.DialHook) redis.DialHook          { return next }
func (g *gate) ProcessHook(next redis.ProcessHook) redis.ProcessHook { return next }

func (g *gate) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		g.mu.Lock()
		g.sizes = append(g.sizes, len(cmds))
		g.mu.Unlock()
		g.first.Do(func() {
			close(g.held)
			<-g.open
		})
		return next(ctx, cmds)
	}
}

func openGated(t *testing.T, s *redistest.Server, timeout time.Duration) (*Redis, *gate) {
	t.Helper()
	r, err := NewRedis(s.URL, timeout)
	require.NoError(t, err)
	_, _, err = r.Count(t.Context(), takeOf("first", many)) // Redis knows the script from now on
	require.NoError(t, err)
	g := &gate{held: make(chan struct{}), open: make(chan struct{})}
	r.client.AddHook(g)
	return r, g
}

// queue starts a call, and returns when it waits for the running ones.
func queue(t *testing.T, r *Redis, group *sync.WaitGroup, call func()) {
	t.Helper()
	_, before := r.calls.Load()
	group.Go(call)
	require.Eventually(t, func() bool {
		_, waiting := r.calls.Load()
		return waiting == before+1
	}, 10*time.Second, 100*time.Microsecond)
}

func TestConcurrentCallsAreBatched(t *testing.T) {
	t.Parallel()
	s := redistest.Start(t)
	r, g := openGated(t, s, time.Minute)
	require.NoError(t, s.Client().RPush(t.Context(), counterName("a list", many.Period), "").Err())
	var group sync.WaitGroup
	succeed := func(key string) func() {
		return func() {
			taken, windows, err := r.Count(t.Context(), takeOf(key, many))
			assert.NoError(t, err)
			assert.True(t, taken)
			assert.EqualValues(t, 1, windows[0].Count)
		}
	}
	group.Go(succeed("alone"))
	<-g.held
	queue(t, r, &group, func() {
		_, _, err := r.Count(t.Context(), takeOf("a list", many))
		assert.ErrorContains(t, err, "WRONGTYPE", "and the others don't fail")
	})
	canceled, cancel := context.WithCancel(t.Context())
	gaveUp := make(chan error)
	queue(t, r, &group, func() {
		_, _, err := r.Count(canceled, takeOf("given up", many))
		gaveUp <- err
	})
	for i := range maxBatch {
		queue(t, r, &group, succeed(strconv.Itoa(i)))
	}
	cancel()
	require.ErrorIs(t, <-gaveUp, context.Canceled, "while the others wait")
	require.NoError(t, s.Client().ScriptFlush(t.Context()).Err())
	close(g.open)
	group.Wait()
	require.NoError(t, r.Close())
	running, waiting := r.calls.Load()
	assert.Zero(t, running+waiting)
	// The first one, then a full batch without the cancelled call, then the rest. Commands that
	// were sent before Redis knew the script are sent twice.
	assert.Equal(t, []int{1, 1, maxBatch, 1}, g.sizes)
	assert.Zero(t, s.Client().Exists(t.Context(), counterName("given up", many.Period)).Val())
}

// No call waits longer than the timeout, however many wait. Not parallel, because it measures how
// long calls take.
func TestManyCallsWaitForHangingRedis(t *testing.T) {
	const callers, timeout = 10_000, time.Second
	s := redistest.Start(t)
	r, err := NewRedis(s.URL, timeout)
	require.NoError(t, err)
	_, _, err = r.Count(t.Context(), takeOf("k", many))
	require.NoError(t, err)
	s.Stop()
	var group sync.WaitGroup
	var worst atomic.Int64
	for range callers {
		group.Go(func() {
			begun := time.Now()
			_, _, err := r.Count(t.Context(), takeOf("k", many))
			assert.Error(t, err)
			for took, w := int64(time.Since(begun)), worst.Load(); took > w && !worst.CompareAndSwap(w, took); w = worst.Load() {
			}
		})
	}
	group.Wait()
	t.Log("longest call:", time.Duration(worst.Load()))
	assert.Less(t, time.Duration(worst.Load()), timeout+time.Second)
	s.Resume()
	require.NoError(t, r.Ping(t.Context()))
	_, windows, err := r.Count(t.Context(), peekOf("k", many))
	require.NoError(t, err)
	assert.LessOrEqual(t, windows[0].Count, int64(2), "only what was on its way when Redis stopped may have been counted")
	require.NoError(t, r.Close())
}

// A call whose answer is lost may have been counted, so it isn't sent again. The client of a
// cluster would do that.
func TestLostAnswerIsNotCountedTwice(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(testing.TB) *redistest.Server{"one": redistest.Start, "cluster": redistest.StartCluster} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			l := &lossy{}
			url, port := l.listen(t, s.URL)
			if name == "cluster" { // it tells its clients the addresses
				require.NoError(t, s.Client().ConfigSet(t.Context(), "cluster-announce-port", port).Err())
				url += "?addr=127.0.0.1:" + port
			}
			r, err := NewRedis(url, time.Minute)
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, r.Close()) }) // else the way to Redis waits for it
			_, _, err = r.Count(t.Context(), takeOf("k", many))
			require.NoError(t, err)
			l.losing.Store(true)
			_, _, err = r.Count(t.Context(), takeOf("k", many))
			require.ErrorIs(t, err, io.EOF)
			_, windows, err := r.Count(t.Context(), peekOf("k", many))
			require.NoError(t, err)
			assert.EqualValues(t, 2, windows[0].Count)
		})
	}
}

// lossy is a connection to Redis that loses the next answer if a test says so.
type lossy struct{ losing atomic.Bool }

func (l *lossy) listen(t *testing.T, url string) (through, port string) {
	t.Helper()
	network, address := "tcp", ""
	if path, ok := strings.CutPrefix(url, "unix://"); ok {
		network, address = "unix", path
	} else {
		address, _, _ = strings.Cut(strings.TrimPrefix(url, "redis://"), "?")
	}
	var group sync.WaitGroup
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() {
		_ = ln.Close()
		group.Wait()
	})
	group.Go(func() {
		for {
			client, err := ln.Accept()
			if err != nil {
				return
			}
			server, err := (&net.Dialer{}).DialContext(context.Background(), network, address)
			if err != nil {
				_ = client.Close()
				continue
			}
			group.Go(func() {
				_, _ = io.Copy(server, client)
				_ = server.Close()
			})
			group.Go(func() {
				_, _ = io.Copy(writer(func(b []byte) (int, error) {
					if l.losing.CompareAndSwap(true, false) {
						return 0, errors.New("lost")
					}
					return client.Write(b)
				}), server)
				_ = client.Close()
			})
		}
	})
	_, port, err = net.SplitHostPort(ln.Addr().String())
	require.NoError(t, err)
	return "redis://" + ln.Addr().String(), port
}

type writer func([]byte) (int, error)

func (w writer) Write(b []byte) (int, error) { return w(b) }
