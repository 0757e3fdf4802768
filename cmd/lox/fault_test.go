package main_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	// roundsEnv names the variable with the number of times that TestFaults ends the server, for
	// longer runs than usual.
	roundsEnv     = "LOX_FAULT_ROUNDS"
	defaultRounds = 14
	clientCount   = 6
)

// roundsOf reads a number of rounds from a variable.
func roundsOf(t *testing.T, name string, usual int) int {
	t.Helper()
	given := os.Getenv(name)
	if given == "" {
		return usual
	}
	n, err := strconv.Atoi(given)
	require.NoError(t, err, name)
	return n
}

// installation is one data directory, and what clients know of its backups.
type installation struct {
	setup
	p       *process
	key     string
	entries []*entry // all backups that clients requested and that may exist
	gone    map[string]bool
	starts  map[string][]time.Duration
	done    map[string]int // requests acknowledged during work
	before  *process       // the server of the previous round
}

// The server is ended during its work, again and again on the same data directory. Each time,
// everything that was acknowledged must exist, and nothing may be incomplete.
func TestFaults(t *testing.T) {
	t.Parallel()
	// The server keeps its address, because upload URLs outlive a crash. Nothing else listens at
	// such an address.
	host := fmt.Sprintf("127.%d.%d.%d", 1+rand.IntN(254), rand.IntN(255), 1+rand.IntN(254))
	h := &installation{setup: setup{dir: usedDir(t)}, gone: map[string]bool{}, done: map[string]int{}, starts: map[string][]time.Duration{}}
	h.env = []string{"LOX_ADDR=" + net.JoinHostPort(host, "0"), "LOX_VERIFY_LEASE=1s", "LOX_SWEEP_INTERVAL=100ms", "LOX_RATE_LIMIT_FACTOR=1000"}
	h.p = h.start(t)
	h.key = h.savedKey(t)
	h.env[0] = "LOX_ADDR=" + h.p.addr()
	h.before = h.p
	t.Cleanup(func() {
		if t.Failed() {
			for _, p := range []*process{h.before, h.p} {
				t.Logf("lox %d complained:\n%s", p.cmd.Process.Pid, p.complained())
			}
		}
	})
	for round := range roundsOf(t, roundsEnv, defaultRounds) {
		f := faults[round%len(faults)]
		name := fmt.Sprintf("round %d, %s", round, f.name)
		ending := h.p
		h.disturb(t, name, f)
		h.p = h.start(t)
		h.starts[f.name] = append(h.starts[f.name], h.p.started)
		h.reconcile(t, name)
		h.check(t, name)
		h.before = ending
	}
	h.checkAllDownloads(t)
	h.p.stop(t, syscall.SIGTERM)
	t.Logf("acknowledged before a fault: %v", h.done)
	for name, took := range h.starts {
		slices.Sort(took)
		t.Logf("start after %s: %d times, median %s, longest %s", name, len(took), took[len(took)/2], took[len(took)-1])
	}
}

// disturb lets clients work until the server has ended.
func (h *installation) disturb(t *testing.T, name string, f fault) {
	t.Helper()
	a := newAPI(t, h.p.baseURL, h.key)
	alarm := newTrigger(a.http.Transport, 1+rand.IntN(150))
	a.http.Transport = alarm
	workers := h.workers(a)
	ctx, stopWork := context.WithCancel(t.Context())
	var working sync.WaitGroup
	for _, v := range workers {
		working.Go(func() { v.work(ctx) })
	}
	<-alarm.reached
	// At any point of a request, not always at its start.
	<-time.After(time.Duration(rand.IntN(8000)) * time.Microsecond)
	f.end(t, h)
	stopWork()
	working.Wait()
	for _, v := range workers {
		h.entries = append(h.entries, v.made...)
		for what, n := range v.done {
			h.done[what] += n
		}
		require.NoError(t, v.problem, name)
	}
}

// workers gives each client some of the existing backups.
func (h *installation) workers(a *api) []*worker {
	workers := make([]*worker, clientCount)
	for i := range workers {
		workers[i] = &worker{api: a, done: map[string]int{}}
	}
	for i, e := range h.entries {
		workers[i%clientCount].known = append(workers[i%clientCount].known, e)
	}
	return workers
}

// fault is a way to end a server.
type fault struct {
	name string
	end  func(*testing.T, *installation)
}

var faults = []fault{
	{"kill -9 of lox", func(_ *testing.T, h *installation) {
		h.p.kill()
	}},
	{"kill -9 of the postmaster", func(t *testing.T, h *installation) {
		h.postmaster(t).kill()
		assert.Equal(t, 1, h.p.exit(t))
		assert.Equal(t, 1, strings.Count(h.p.stderr.String(), "\nlox: the built-in PostgreSQL ended: PostgreSQL (process "))
		assert.NotContains(t, h.p.stderr.String(), "\nPostgreSQL (process ", "it says so twice")
	}},
	{"kill -9 of both", func(t *testing.T, h *installation) {
		h.postmaster(t).kill()
		h.p.kill()
	}},
	{"kill -9 of lox and all of PostgreSQL", func(t *testing.T, h *installation) {
		all := h.postgres(t)
		h.p.signal(syscall.SIGKILL)
		for _, p := range all {
			p.kill()
		}
		<-h.p.exited
	}},
	{"kill -9 of a backend", func(t *testing.T, h *installation) {
		// PostgreSQL ends all connections, recovers, and continues, and so does lox.
		h.p.crashPostgres(t)
		requireReady(t, newAPI(t, h.p.baseURL, h.key), h.p.baseURL)
		h.p.kill()
	}},
	{"SIGTERM", func(t *testing.T, h *installation) {
		h.p.stop(t, syscall.SIGTERM)
	}},
	{"kill -9 at the start", func(t *testing.T, h *installation) {
		usual := h.p.started
		h.p.kill()
		for range 2 {
			p := h.launch(t)
			<-time.After(time.Duration(rand.Int64N(int64(usual))))
			p.kill()
		}
	}},
}

// checkAllDownloads reads every existing backup.
func (h *installation) checkAllDownloads(t *testing.T) {
	t.Helper()
	a := newAPI(t, h.p.baseURL, h.key)
	read := 0
	for _, e := range h.entries {
		if e.completed {
			require.NoError(t, e.fetch(t.Context(), a))
			read++
		}
	}
	require.NotZero(t, read)
}
