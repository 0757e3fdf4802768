package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store/storetest"
)

// The dispatcher of the same process doesn't have to wait for a notification. Events without
// deliveries notify nobody.
func TestOwnDispatcherIsNotifiedDirectly(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	woken := make(chan struct{}, 1)
	s.TellDirectly(func() {
		select {
		case woken <- struct{}{}:
		default:
		}
	})
	tenant, _ := storetest.Tenant(t, s, quota)
	create(t, s, pending(tenant.ID, 1, noon))
	require.NoError(t, s.DeleteBackup(t.Context(), tenant.ID, create(t, s, pending(tenant.ID, 1, noon)).ID, noon, storetest.By))
	assert.False(t, s.DeliveriesCame())
	addWebhook(t, s, tenant.ID, lox.EventBackupCreated)
	for range 3 {
		create(t, s, pending(tenant.ID, 1, noon))
		select {
		case <-woken:
		case <-time.After(10 * time.Second):
			t.Fatal("the dispatcher was not notified")
		}
	}
	assert.True(t, s.DeliveriesCame())
}
