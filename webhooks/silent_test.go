package webhooks_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/backlox/lox"
	"github.com/backlox/lox/webhooks"
)

// silence adds ten webhooks to each of a number of tenants, each at its own host that never
// answers, with one due delivery each.
func (m *memory) silence(tenants int) {
	for tenant := range tenants {
		for i := range 10 {
			m.send(m.hookOf(tenant, fmt.Sprintf("https://slow%d-%d.example", tenant, i)), 1)
		}
	}
}

// 2,000 receivers of 200 tenants hang. A receiver that answers gets its events without delay, and
// the first event of a new webhook is hardly late.
func TestThousandsOfSilentReceiversDelayNoOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		run(t, m, transport(bothKinds), webhooks.Config{})
		answering := m.hook("https://fast.example")
		m.send(answering, 1)
		pass(time.Second)
		m.silence(200)
		for range 20 { // at different times of their attempts
			pass(777 * time.Millisecond)
			id, begun := m.send(answering, 1)[0], time.Now()
			pass(10 * time.Millisecond)
			assert.Equal(t, lox.DeliverySucceeded, m.get(id).Status, "as if it were alone")
			assert.Equal(t, begun, m.attempts(id)[0].Attempt.At)
		}
		id := m.send(m.hook("https://fast.new.example"), 1)[0]
		pass(time.Second)
		assert.Equal(t, lox.DeliverySucceeded, m.get(id).Status, "a new one")
	})
}

// A tenant whose receivers hang gets two attempts at a time, however many webhooks it has.
func TestTenantWithSilentReceiversGetsTwoAttempts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		run(t, m, transport(bothKinds), webhooks.Config{})
		m.silence(1)
		pass(time.Second)
		assert.Equal(t, 2, m.underWay())
		pass(webhooks.DefaultTimeout)
		assert.Equal(t, 2, m.underWay(), "the next ones")
	})
}
