package webhooks

import (
	"context"
	"time"

	"github.com/backlox/lox"
)

// Store leases due deliveries to processes and records the results. Unlike
// WebhookStore, it reads the rows of every tenant.
type Store interface {
	// ClaimDeliveries leases due deliveries to enabled webhooks, longest due first for
	// each webhook. It hides them from other processes until the claim ends.
	ClaimDeliveries(ctx context.Context, c lox.DeliveryClaim) ([]lox.Dispatch, error)

	// FinishDelivery records an attempt and its consequences. It does nothing if the
	// delivery was deleted, or was claimed by another process meanwhile.
	FinishDelivery(ctx context.Context, f lox.FinishedAttempt) error

	// PutBackDelivery ends the claim of a delivery that was not tried. The delivery keeps
	// its due time. Its webhook becomes due at the given time, unless it is due earlier. It
	// does nothing if the delivery was deleted, or was claimed by another process meanwhile.
	PutBackDelivery(ctx context.Context, d lox.Dispatch, at time.Time) error

	// NextDelivery returns when to claim again: the earliest time when a webhook is due or
	// a claim ends. It may be in the past if a webhook has more due deliveries than it may
	// get at once. ok is false if there is nothing to wait for.
	NextDelivery(ctx context.Context) (at time.Time, ok bool, err error)

	// WatchDeliveries calls due after any process has inserted deliveries, and when it may
	// have missed that, until ctx ends. After a failure it connects again.
	WatchDeliveries(ctx context.Context, due func())

	// ForgetDeliveries removes up to limit deliveries that ended before a time, with their
	// attempts, and returns how many.
	ForgetDeliveries(ctx context.Context, before time.Time, limit int) (int64, error)
}
