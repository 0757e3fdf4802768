package main_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/store/storetest"
)

// everyBackupEvent has all event types of backups.
var everyBackupEvent = []client.EventType{
	client.EventTypeBackupCreated, client.EventTypeBackupCompleted, client.EventTypeBackupFailed, client.EventTypeBackupDeleted,
}

// rolling is a rolling upgrade: two servers behind a load balancer, and clients that work.
type rolling struct {
	dsn               string
	previous, present setup
	balancer          *balancer
	key               string
	receiver          *receiver
	clients           []*rollingClient
	rolled            []*process // the replaced ones
	began             time.Time

	mu      sync.Mutex
	problem error
}

func (r *rolling) failure() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.balancer.mu.Lock()
	defer r.balancer.mu.Unlock()
	return errors.Join(r.problem, r.balancer.problem)
}

// The servers of the previous release are replaced under load by those of the present one, one by
// one, and these by the previous ones again; then the same with kill -9. Only requests in flight to
// a killed server fail, the counters are right at any time, and receivers get each event once.
func TestRollingUpgrade(t *testing.T) {
	t.Parallel()
	r := startRolling(t)
	end := r.work(t)
	r.roll(t, r.present, syscall.SIGTERM)
	r.roll(t, r.previous, syscall.SIGTERM)
	_, repeated := r.receiver.distinct()
	assert.Zero(t, repeated, "deliveries repeated though every server ended in good order")
	r.roll(t, r.present, syscall.SIGKILL)
	r.roll(t, r.previous, syscall.SIGKILL)
	r.replace(t, 0, r.present, syscall.SIGTERM)
	end()

	storetest.CheckCounters(t, r.dsn)
	r.checkClients(t)
	r.checkEvents(t)
	r.checkBackups(t)
	for place := range r.balancer.places {
		r.rolled = append(r.rolled, r.balancer.places[place].process)
		r.balancer.stop(t, place, syscall.SIGTERM)
	}
	for _, p := range r.rolled {
		for line := range strings.Lines(p.stderr.String()) {
			assert.NotContains(t, line, `"status":500`)
			assert.NotContains(t, line, `"level":"ERROR"`)
		}
	}
}

func startRolling(t *testing.T) *rolling {
	t.Helper()
	r := &rolling{dsn: externalDatabase(t), began: time.Now()}
	r.present = shared(t, r.dsn, "LOX_WEBHOOK_ALLOW_PRIVATE=true", "LOX_WEBHOOK_TIMEOUT=3s", "LOX_WEBHOOK_LEASE=6s",
		"LOX_VERIFY_LEASE=1s", "LOX_SWEEP_INTERVAL=100ms")
	r.previous = r.present.by(previousBinary(t))
	first, second := r.previous.start(t), r.previous.start(t)
	r.key = r.previous.requireTenant(t, "n", "enterprise", 10<<40)
	r.balancer = newBalancer(t, first, second)
	t.Cleanup(func() {
		for _, place := range r.balancer.places {
			r.rolled = append(r.rolled, place.process)
		}
		if t.Failed() {
			for _, p := range r.rolled {
				t.Logf("lox %d complained:\n%s", p.cmd.Process.Pid, p.complained())
			}
		}
	})
	r.receiver = newReceiver(t, r.api(t), everyBackupEvent...)
	return r
}

// api is a client of the balancer. Answers of the previous release aren't checked against the
// present document.
func (r *rolling) api(t *testing.T) *api {
	t.Helper()
	a := newAPI(t, r.balancer.URL+"/api", r.key)
	a.http.Transport = a.http.Transport.(checked).base
	return a
}

// work makes clients work until the returned function is called.
func (r *rolling) work(t *testing.T) (end func()) {
	t.Helper()
	var ending atomic.Bool
	var working sync.WaitGroup
	for range clientCount {
		c := &rollingClient{api: r.api(t), sums: map[string]string{}}
		r.clients = append(r.clients, c)
		working.Go(func() {
			for !ending.Load() {
				if err := c.cycle(context.WithoutCancel(t.Context())); err != nil {
					r.mu.Lock()
					defer r.mu.Unlock()
					r.problem = errors.Join(r.problem, err)
					return
				}
			}
		})
	}
	end = sync.OnceFunc(func() {
		ending.Store(true)
		working.Wait()
	})
	t.Cleanup(end)
	return end
}

// roll replaces one server after the other.
func (r *rolling) roll(t *testing.T, by setup, sig syscall.Signal) {
	t.Helper()
	for place := range r.balancer.places {
		r.replace(t, place, by, sig)
	}
}

func (r *rolling) replace(t *testing.T, place int, by setup, sig syscall.Signal) {
	t.Helper()
	const some = 40 // requests
	r.balancer.awaitMore(t, some)
	r.rolled = append(r.rolled, r.balancer.places[place].process)
	r.balancer.stop(t, place, sig)
	storetest.CheckCounters(t, r.dsn)
	next := by.start(t)
	r.balancer.put(place, next)
	r.balancer.awaitMore(t, some)
	storetest.CheckCounters(t, r.dsn)
	r.expire(t)
	require.NoError(t, r.failure())
	t.Logf("%5.1f s: place %d after %s, started within %s", time.Since(r.began).Seconds(), place, sig, next.started.Round(time.Millisecond))
}

// expire ends the upload time of the backups that clients have abandoned.
func (r *rolling) expire(t *testing.T) {
	t.Helper()
	_, err := storetest.SQL(t, r.dsn).ExecContext(t.Context(), `update backups set deadline = created_at where status = 'pending' and name like 'abandoned%'`)
	require.NoError(t, err)
}
