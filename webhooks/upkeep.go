package webhooks

import (
	"context"
	"time"
)

// Retention is how long deliveries are kept after they have ended.
const Retention = 30 * 24 * time.Hour

// forgetBatch is how many deliveries one statement removes at most. It bounds the number of
// its locks.
const forgetBatch = 1000

// ForgetDeliveries removes some of the deliveries that ended more than Retention before
// now, and reports whether there may be more.
func (d *Dispatcher) ForgetDeliveries(ctx context.Context, now time.Time) (more bool, err error) {
	n, err := d.store.ForgetDeliveries(ctx, now.Add(-Retention), forgetBatch)
	return n > 0, err
}
