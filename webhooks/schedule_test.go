package webhooks_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/backlox/lox"
	"github.com/backlox/lox/webhooks"
)

// seldom is a polling interval that is too long for any test: only timers can find due deliveries.
const seldom = 100 * time.Hour

func TestWholeSchedule(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ random, factor float64 }{
		"least": {0, 0.8}, "average": {0.5, 1}, "most": {0.999999, 1.2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				m := newMemory()
				run(t, m, answers(http.StatusInternalServerError, 0), webhooks.Config{Random: func() float64 { return test.random }, Poll: seldom})
				id := m.send(m.hook("https://example.com"), 1)[0]
				pass(4 * 24 * time.Hour)
				attempts := m.attempts(id)
				assert.Len(t, attempts, len(webhooks.Schedule)+1)
				for i, delay := range webhooks.Schedule {
					want := time.Duration(float64(delay) * test.factor)
					assert.InDelta(t, want.Seconds(), attempts[i+1].Attempt.At.Sub(attempts[i].Attempt.At).Seconds(), 0.2)
					assert.Equal(t, lox.DeliveryPending, attempts[i].Status)
				}
				d := m.get(id)
				assert.Equal(t, lox.DeliveryFailed, d.Status)
				assert.Nil(t, d.NextAt)
				assert.Equal(t, 10, d.Attempts)
				assert.Zero(t, m.pending())
			})
		})
	}
}

// The time at which a bubble of synctest begins.
var bubble = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		header string
		want   time.Duration
	}{
		"no wish":           {429, "", 5 * time.Second},
		"seconds":           {429, "120", 2 * time.Minute},
		"503":               {503, "120", 2 * time.Minute},
		"date":              {429, bubble.Add(time.Hour).Format(http.TimeFormat), time.Hour},
		"less than is due":  {429, "1", 5 * time.Second},
		"date that is past": {503, bubble.Add(-time.Hour).Format(http.TimeFormat), 5 * time.Second},
		"too long":          {429, "99999999999", 24 * time.Hour},
		"date too far":      {429, bubble.AddDate(10, 0, 0).Format(http.TimeFormat), 24 * time.Hour},
		"nonsense":          {429, "soon", 5 * time.Second},
		"negative":          {429, "-5", 5 * time.Second},
		"another status":    {500, "120", 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				m := newMemory()
				run(t, m, transport(func(ctx context.Context, d lox.Dispatch) webhooks.Answer {
					a := answers(test.status, 0)(ctx, d)
					a.RetryAfter = test.header
					return a
				}), webhooks.Config{})
				id := m.send(m.hook("https://example.com"), 1)[0]
				synctest.Wait()
				assert.Equal(t, test.want, time.Until(*m.get(id).NextAt))
			})
		})
	}
}

func TestOnly2xxSucceeds(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]lox.DeliveryStatus{
		200: lox.DeliverySucceeded, 204: lox.DeliverySucceeded, 299: lox.DeliverySucceeded,
		0: lox.DeliveryPending, 301: lox.DeliveryPending, 304: lox.DeliveryPending, 400: lox.DeliveryPending, 404: lox.DeliveryPending, 500: lox.DeliveryPending,
		410: lox.DeliveryFailed,
	} {
		synctest.Test(t, func(t *testing.T) {
			m := newMemory()
			run(t, m, answers(status, 0), webhooks.Config{})
			id := m.send(m.hook("https://example.com"), 1)[0]
			synctest.Wait()
			assert.Equal(t, want, m.get(id).Status, status)
		})
	}
}

func TestReceiverAnswers410(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		run(t, m, answers(http.StatusGone, 0), webhooks.Config{})
		w := m.hook("https://example.com")
		m.send(w, 1)
		synctest.Wait()
		m.with(func() {
			assert.False(t, w.Enabled)
			assert.Equal(t, lox.DisabledGone, w.DisabledReason)
			assert.Len(t, m.events, 1)
			assert.Equal(t, lox.EventWebhookDisabled, m.events[0].Type)
			assert.Equal(t, w.Tenant, m.events[0].Tenant)
			assert.Contains(t, string(m.events[0].Payload), w.ID.String())
		})
	})
}

func TestReceiverFailsForFiveDays(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		works   time.Duration // when it answers 200, once
		enabled bool
		reason  string
	}{
		"always": {-1, false, lox.DisabledFailing},
		"almost": {60 * time.Hour, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				m, begun := newMemory(), time.Now()
				run(t, m, transport(func(ctx context.Context, d lox.Dispatch) webhooks.Answer {
					if test.works == time.Since(begun) {
						return answers(http.StatusOK, 0)(ctx, d)
					}
					return answers(http.StatusBadGateway, 0)(ctx, d)
				}), webhooks.Config{Poll: seldom})
				w := m.hook("https://example.com")
				for range 120 { // hours
					m.send(w, 1)
					pass(time.Hour)
					m.with(func() { assert.True(t, w.Enabled || time.Since(begun) >= lox.DisableAfter) })
				}
				m.send(w, 1)
				pass(time.Minute) // with its second attempt
				m.with(func() {
					for _, f := range m.finished { // disabling locks all of the tenant's webhooks
						assert.True(t, f.Disable == "" || f.Attempt.At.Sub(begun) >= lox.DisableAfter, "it isn't tried before")
					}
					assert.Equal(t, test.enabled, w.Enabled)
					assert.Equal(t, test.reason, w.DisabledReason)
				})
			})
		})
	}
}

// If a delivery can't be signed, that is the operator's fault, so it doesn't disable the webhook.
func TestUnsignedAttemptsDoNotDisable(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		run(t, m, transport(func(ctx context.Context, d lox.Dispatch) webhooks.Answer {
			a := answers(0, 0)(ctx, d)
			a.Unsigned = true
			return a
		}), webhooks.Config{Poll: seldom})
		w := m.hook("https://example.com")
		for range 130 {
			m.send(w, 1)
			pass(time.Hour)
		}
		m.with(func() {
			assert.True(t, w.Enabled)
			assert.Nil(t, w.FailingSince)
		})
	})
}

// After weeks without attempts since the last failure, one failure doesn't disable the webhook.
func TestOneFailureAfterQuietTimeDoesNotDisable(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m, fails := newMemory(), len(webhooks.Schedule)+2
		run(t, m, transport(func(ctx context.Context, d lox.Dispatch) webhooks.Answer {
			if fails--; fails >= 0 {
				return answers(http.StatusBadGateway, 0)(ctx, d)
			}
			return answers(http.StatusOK, 0)(ctx, d)
		}), webhooks.Config{Poll: seldom})
		w := m.hook("https://example.com")
		m.send(w, 1)
		pass(14 * 24 * time.Hour)
		id := m.send(w, 1)[0]
		pass(time.Minute)
		assert.Equal(t, lox.DeliverySucceeded, m.get(id).Status)
		m.with(func() {
			assert.True(t, w.Enabled)
			assert.Nil(t, w.FailingSince)
		})
	})
}
