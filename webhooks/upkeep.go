package webhooks

import (
	"context"
	"time"
)

// forgetBatch bounds what one statement removes, and so its locks.
const forgetBatch = 1000

// FailAbandoned fails the deliveries that are still pending of disabled webhooks: until
// then their tenants see them pending. If it runs out of time, the next call goes on
// where it ended.
func (d *Dispatcher) FailAbandoned(ctx context.Context, now time.Time) error {
	return d.store.FailAbandoned(ctx, now)
}

// ForgetDeliveries removes some of the deliveries that were over for Config.Keep by the
// given time, and reports whether there may be more.
func (d *Dispatcher) ForgetDeliveries(ctx context.Context, now time.Time) (more bool, err error) {
	n, err := d.store.ForgetDeliveries(ctx, now.Add(-d.cfg.Keep), forgetBatch)
	return n > 0, err
}
