package webhooks

import (
	"context"
	"log/slog"
	"time"

	"github.com/backlox/lox"
)

// deliver makes one attempt of a claimed delivery and records its result. The end of ctx
// interrupts the attempt.
func (d *Dispatcher) deliver(ctx context.Context, c claimed) {
	item := c.item
	defer func() {
		d.slots.free(item)
		signal(d.freed)
	}()
	answer := d.transport.Send(withPermit(ctx, c.permit), item)
	interrupted := answer.Status == 0 && ctx.Err() != nil // not the receiver's failure
	if c.permit.end(outcomeOf(answer, interrupted)) {
		signal(d.due)
	}
	switch {
	case interrupted:
		return
	case !answer.NotBefore.IsZero():
		d.putBack(ctx, item, answer.NotBefore)
		return
	}
	f := finishedAttempt(item, answer, d.cfg.Clock(), d.cfg.Random())
	d.metrics.attempted(answer)
	d.report(ctx, f, answer)
	d.finish(ctx, f, c.until)
	if f.NextAt != nil {
		signal(d.due) // the timer may be set for a later time
	}
}

// outcomeOf returns what an attempt shows about its host.
func outcomeOf(a Answer, interrupted bool) outcome {
	switch {
	case interrupted, a.Unsigned, !a.NotBefore.IsZero():
		return outcomeUnknown
	case a.Status/100 == 2:
		return outcomeSucceeded
	default:
		return outcomeFailed
	}
}

// putBack ends the claim of a delivery that was not tried, because the address of its host
// must get no more attempts until a time. If putBack fails, the delivery is due again when
// its lease ends.
func (d *Dispatcher) putBack(ctx context.Context, item lox.Dispatch, at time.Time) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer cancel()
	if err := d.store.PutBackDelivery(ctx, item, at); err != nil {
		d.log.WarnContext(ctx, "a webhook delivery could not be rescheduled: it will be tried when its lease ends", append(about(item), "error", err)...)
		return
	}
	signal(d.due)
}

// finish records an attempt. It retries until the lease ends: after that another process
// may have claimed the delivery.
func (d *Dispatcher) finish(ctx context.Context, f lox.FinishedAttempt, until time.Time) {
	for {
		try, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
		err := d.store.FinishDelivery(try, f)
		cancel()
		if err == nil {
			return
		}
		if !wait(ctx, finishPause) || !d.cfg.Clock().Before(until) {
			d.log.ErrorContext(ctx, "a webhook attempt could not be recorded: it will be repeated", append(about(f.Dispatch), "error", err)...)
			return
		}
	}
}

// report logs a failure. URLs stay out of it: their queries may hold tokens.
func (d *Dispatcher) report(ctx context.Context, f lox.FinishedAttempt, a Answer) {
	level, text := slog.LevelDebug, "webhook attempt failed"
	switch {
	case f.Status == lox.DeliverySucceeded:
		return
	case a.Unsigned:
		level = slog.LevelError // only the operator can fix this
	case f.Status == lox.DeliveryFailed:
		level, text = slog.LevelInfo, "webhook delivery failed"
	}
	fields := append(about(f.Dispatch), "event", f.Dispatch.Type, "attempt", a.Number, "status", a.Status, "reason", a.Error)
	if f.NextAt != nil {
		fields = append(fields, "next", f.NextAt.UTC())
	}
	if a.Cause != nil {
		fields = append(fields, "error", a.Cause)
	}
	d.log.Log(ctx, level, text, fields...)
}

// about returns the log fields that name a delivery and the request that caused its event.
func about(item lox.Dispatch) []any {
	fields := []any{"delivery", item.ID, "webhook", item.Webhook, "tenant", item.Tenant}
	if item.RequestID != "" {
		fields = append(fields, "request_id", item.RequestID)
	}
	return fields
}
