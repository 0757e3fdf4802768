package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store/storetest"
)

// The dispatcher of the same process needn't wait for a notification. Nobody is told of
// events that have no deliveries.
func TestTheOwnDispatcherIsToldDirectly(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	told := make(chan struct{}, 1)
	s.TellDirectly(func() {
		select {
		case told <- struct{}{}:
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
		case <-told:
		case <-time.After(10 * time.Second):
			t.Fatal("it was not told")
		}
	}
	assert.True(t, s.DeliveriesCame())
}
