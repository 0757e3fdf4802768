package webhooks

import (
	"context"
	"time"
)

// forgetBatch is how many deliveries one statement removes at most. It bounds the number of
// its locks.
const forgetBatch = 1000

// FailAbandoned fails the pending deliveries of disabled webhooks, which their tenants
// would otherwise see as pending. If it runs out of time, the next call continues.
func (d *Dispatcher) FailAbandoned(ctx context.Context, now time.Time) error {
	return d.store.FailAbandoned(ctx, now)
}

// ForgetDeliveries removes some of the deliveries that ended Config.Keep before now or
// earlier, and reports whether there may be more.
func (d *Dispatcher) ForgetDeliveries(ctx context.Context, now time.Time) (more bool, err error) {
	n, err := d.store.ForgetDeliveries(ctx, now.Add(-d.cfg.Keep), forgetBatch)
	return n > 0, err
}
