package webhooks_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/backlox/lox"
	"github.com/backlox/lox/webhooks"
)

// counter counts the attempts at each host.
type counter struct {
	mu        sync.Mutex
	begun     map[string][]time.Time
	now, most map[string]int
}

// counted returns a Transport that counts the attempts of another one.
func counted(out webhooks.Transport) (*counter, transport) {
	c := &counter{begun: map[string][]time.Time{}, now: map[string]int{}, most: map[string]int{}}
	add := func(key string, n int) {
		c.now[key] += n
		c.most[key] = max(c.most[key], c.now[key])
	}
	return c, func(ctx context.Context, d lox.Dispatch) webhooks.Answer {
		tenant := d.Tenant.String() + " " + d.Host
		c.mu.Lock()
		c.begun[d.Host] = append(c.begun[d.Host], time.Now())
		add(d.Host, 1)
		add(tenant, 1)
		c.mu.Unlock()
		defer func() {
			c.mu.Lock()
			defer c.mu.Unlock()
			add(d.Host, -1)
			add(tenant, -1)
		}()
		return out.Send(ctx, d)
	}
}

// peak returns the maximum of concurrent attempts.
func (c *counter) peak(key string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.most[key]
}

// current returns the number of running attempts.
func (c *counter) current(key string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now[key]
}

// pauses returns the shortest pause between attempts at a host.
func (c *counter) pauses(t *testing.T, host string) (n int, shortest time.Duration) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	shortest = time.Hour
	for i, at := range c.begun[host][1:] {
		shortest = min(shortest, at.Sub(c.begun[host][i]))
	}
	return len(c.begun[host]), shortest
}

// Fifty webhooks of five tenants lead to a failing host, with forty events each.
func TestFailingHostGetsOneAttemptPerSecond(t *testing.T) {
	t.Parallel()
	for name, failing := range map[string]transport{
		"refuses": answers(http.StatusInternalServerError, 10*time.Millisecond),
		"hangs":   hangs,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				m := newMemory()
				count, out := counted(transport(func(ctx context.Context, d lox.Dispatch) webhooks.Answer {
					if d.Host == "failing.example" {
						return failing(ctx, d)
					}
					return answers(http.StatusOK, 10*time.Millisecond)(ctx, d)
				}))
				run(t, m, out, webhooks.Config{})
				spellings := []string{"https://failing.example", "http://FAILING.example./a", "https://Failing.Example:8443/b"}
				for i := range 50 {
					w := m.hookOf(i%5, spellings[i%len(spellings)])
					m.send(w, 40)
				}
				for i := range 60 { // others are served without delay
					pass(777 * time.Millisecond)
					id := m.send(m.hook(fmt.Sprintf("https://healthy%d.example", i)), 1)[0]
					pass(10 * time.Millisecond)
					assert.Equal(t, lox.DeliverySucceeded, m.get(id).Status, "as if it were alone")
				}
				n, shortest := count.pauses(t, "failing.example")
				t.Logf("%d attempts in 47 s, %d at once", n, count.peak("failing.example"))
				assert.GreaterOrEqual(t, shortest, time.Second)
				assert.LessOrEqual(t, count.peak("failing.example"), webhooks.DefaultPerHost)
				if name == "refuses" {
					assert.Greater(t, n, 40, "as many as it may get")
				} else {
					assert.GreaterOrEqual(t, n, 3*5, "one of each tenant's at a time, for 15 s each")
				}
			})
		})
	}
}

// missing answers 404 to requests for a path of that name, and 200 to all others.
func missing(ctx context.Context, d lox.Dispatch) webhooks.Answer {
	if strings.HasSuffix(d.URL, "/missing") {
		return answers(http.StatusNotFound, time.Millisecond)(ctx, d)
	}
	return answers(http.StatusOK, 10*time.Millisecond)(ctx, d)
}

// Several tenants use a host: a tenant whose receiver fails there slows down no other tenant. After
// a restart, when nothing is known of the host, the first delivery waits for its turn.
func TestFailingReceiverAtSharedHost(t *testing.T) {
	t.Parallel()
	for name, known := range map[string]bool{"known": true, "after a restart": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				m := newMemory()
				count, out := counted(transport(missing))
				run(t, m, out, webhooks.Config{})
				good, bad := m.hook("https://shared.example/good"), m.hook("https://shared.example/missing")
				if known {
					m.send(good, 1)
					pass(time.Second)
				}
				m.send(bad, 100)
				for i := range 60 {
					pass(777 * time.Millisecond)
					id := m.send(good, 1)[0]
					if i == 0 && !known {
						pass(1200 * time.Millisecond)
					}
					pass(30 * time.Millisecond)
					assert.Equal(t, lox.DeliverySucceeded, m.get(id).Status)
				}
				n, _ := count.pauses(t, "shared.example")
				assert.LessOrEqual(t, n, 1+60+50, "one attempt a second of the other tenant's")
			})
		})
	}
}

// A slow host that works gets no more attempts at once than its limit, whichever process sends.
func TestHostConcurrencyLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		count, out := counted(answers(http.StatusOK, 100*time.Millisecond))
		run(t, m, out, webhooks.Config{})
		for i := range 40 {
			w := m.hookOf(i%4, "https://slow.example")
			m.send(w, 20)
		}
		begun := time.Now()
		for m.pending() > 0 {
			pass(100 * time.Millisecond)
		}
		t.Logf("800 in %s, %d at once", time.Since(begun), count.peak("slow.example"))
		assert.Equal(t, webhooks.DefaultPerHost, count.peak("slow.example"))
		for i := range 4 {
			assert.LessOrEqual(t, count.peak(m.tenant(i).String()+" slow.example"), 3*webhooks.DefaultPerHost/4)
		}
		assert.Less(t, time.Since(begun), 20*time.Second, "its share is used")
	})
}

// A host that works again gets the deliveries that had to wait.
func TestRecoveredHostGetsAllDeliveries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		back := time.Now().Add(20 * time.Second)
		run(t, m, transport(func(ctx context.Context, d lox.Dispatch) webhooks.Answer {
			if time.Now().Before(back) {
				return answers(http.StatusBadGateway, 10*time.Millisecond)(ctx, d)
			}
			return answers(http.StatusOK, 10*time.Millisecond)(ctx, d)
		}), webhooks.Config{})
		for range 10 {
			m.send(m.hook("https://example.com"), 100)
		}
		pass(20 * time.Second)
		assert.Greater(t, m.pending(), 900)
		pass(10 * time.Second)
		assert.LessOrEqual(t, m.pending(), 20, "those that failed wait for their turn")
	})
}
