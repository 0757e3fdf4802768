package webhooks_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/backlox/lox"
	"github.com/backlox/lox/webhooks"
)

// bothKinds returns a Transport for receivers that hang and for receivers that answer within 10 ms.
func bothKinds(ctx context.Context, d lox.Dispatch) webhooks.Answer {
	if strings.HasPrefix(d.URL, "https://slow") {
		return hangs(ctx, d)
	}
	return answers(http.StatusOK, 10*time.Millisecond)(ctx, d)
}

func TestSlowReceiversDelayNoOthers(t *testing.T) {
	t.Parallel()
	for name, slow := range map[string]int{"none": 0, "one": 1, "many": 100} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				m := newMemory()
				run(t, m, transport(bothKinds), webhooks.Config{})
				for i := range slow {
					m.send(m.hook(fmt.Sprintf("https://slow%d.example", i)), 100)
				}
				for range 20 { // at different times of their attempts
					pass(777 * time.Millisecond)
					id := m.send(m.hook("https://fast.example"), 1)[0]
					begun := time.Now()
					pass(10 * time.Millisecond)
					assert.Equal(t, lox.DeliverySucceeded, m.get(id).Status, "as if it were alone")
					assert.Equal(t, begun, m.attempts(id)[0].Attempt.At)
				}
			})
		})
	}
}

// Due deliveries of a receiver that hangs don't delay deliveries of others that become due later.
func TestSlowReceiversHardlyDelayRetries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		run(t, m, transport(func(ctx context.Context, d lox.Dispatch) webhooks.Answer {
			if d.URL == "https://slow.example" {
				return hangs(ctx, d)
			}
			return answers(http.StatusInternalServerError, 0)(ctx, d)
		}), webhooks.Config{})
		m.send(m.hook("https://slow.example"), 100)
		id := m.send(m.hook("https://failing.example"), 1)[0]
		pass(6 * time.Second)
		assert.Len(t, m.attempts(id), 2)
	})
}

func TestReceiverConcurrencyLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		now, most, all := map[lox.WebhookID]int{}, 0, 0
		out := transport(func(ctx context.Context, d lox.Dispatch) webhooks.Answer {
			m.with(func() {
				now[d.Webhook]++
				most = max(most, now[d.Webhook])
				total := 0
				for _, n := range now {
					total += n
				}
				all = max(all, total)
			})
			defer m.with(func() { now[d.Webhook]-- })
			return answers(http.StatusOK, 10*time.Millisecond)(ctx, d)
		})
		run(t, m, out, webhooks.Config{Concurrency: 50, PerWebhook: 8})
		for i := range 20 {
			m.send(m.hook(fmt.Sprintf("https://example%d.com", i)), 50)
		}
		pass(time.Minute)
		assert.Zero(t, m.pending())
		assert.LessOrEqual(t, most, 8)
		assert.LessOrEqual(t, all, 50)
		assert.Greater(t, all, 30, "slots are used")
	})
}

// A delivery that arrives while all slots are in use is sent as soon as one is free.
func TestFreedSlotIsUsedAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		run(t, m, transport(bothKinds), webhooks.Config{Concurrency: 8, PerWebhook: 2})
		for i := range 8 {
			m.send(m.hook(fmt.Sprintf("https://slow%d.example", i)), 1)
		}
		pass(5 * time.Second)
		id := m.send(m.hook("https://fast.example"), 1)[0]
		pass(9 * time.Second)
		assert.Empty(t, m.attempts(id))
		pass(time.Second + 10*time.Millisecond)
		assert.Equal(t, lox.DeliverySucceeded, m.get(id).Status)
	})
}

// A receiver's limit applies to all processes together. They check for its waiting deliveries from
// time to time, not continuously.
func TestProcessesWithoutFreeSlots(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		var now atomic.Int32
		out := transport(func(ctx context.Context, d lox.Dispatch) webhooks.Answer {
			assert.LessOrEqual(t, now.Add(1), int32(webhooks.DefaultPerWebhook))
			defer now.Add(-1)
			return hangs(ctx, d)
		})
		run(t, m, out, webhooks.Config{})
		run(t, m, out, webhooks.Config{})
		m.send(m.hook("https://slow.example"), 1000)
		pass(time.Minute)
		m.with(func() { assert.Less(t, m.claims, 200) })
	})
}

// The figures are those of a database and a receiver in the same data centre.
func TestLongQueueToFastReceiverDrainsInSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		m.latency = 3 * time.Millisecond
		run(t, m, answers(http.StatusOK, 2*time.Millisecond), webhooks.Config{})
		m.send(m.hook("https://example.com"), 10000)
		begun := time.Now()
		for m.pending() > 0 {
			pass(100 * time.Millisecond)
		}
		assert.Less(t, time.Since(begun), 10*time.Second)
		m.with(func() { assert.Less(t, m.claims, 10000/4) })
	})
}

func TestDatabaseUnavailable(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		run(t, m, answers(http.StatusOK, 0), webhooks.Config{})
		w := m.hook("https://example.com")
		m.with(func() { m.down = errors.New("away") })
		id := m.send(w, 1)[0]
		pass(time.Hour)
		m.with(func() { m.down = nil })
		pass(30 * time.Second)
		assert.Equal(t, lox.DeliverySucceeded, m.get(id).Status)
	})
}

func TestAttemptIsRecordedAfterDatabaseOutage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		var sent atomic.Int32
		run(t, m, transport(func(ctx context.Context, d lox.Dispatch) webhooks.Answer {
			sent.Add(1)
			m.with(func() { m.down = errors.New("away") })
			return answers(http.StatusOK, 0)(ctx, d)
		}), webhooks.Config{})
		id := m.send(m.hook("https://example.com"), 1)[0]
		pass(20 * time.Second)
		m.with(func() { m.down = nil })
		pass(5 * time.Minute)
		assert.Equal(t, lox.DeliverySucceeded, m.get(id).Status)
		assert.EqualValues(t, 1, sent.Load())
	})
}
