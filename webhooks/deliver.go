package webhooks

import (
	"context"
	"log/slog"
	"time"

	"github.com/backlox/lox"
)

// deliver tries a delivery that was claimed, and records what came of it. The end
// of ctx breaks it off.
func (d *Dispatcher) deliver(ctx context.Context, c claimed) {
	item := c.item
	defer func() {
		d.slots.free(item)
		signal(d.freed)
	}()
	answer := d.transport.Send(withPass(ctx, c.pass), item)
	brokenOff := answer.Status == 0 && ctx.Err() != nil // which is no failure of the receiver's
	if c.pass.end(result(answer, brokenOff)) {
		signal(d.due)
	}
	switch {
	case brokenOff:
		return
	case !answer.NotBefore.IsZero():
		d.putBack(ctx, item, answer.NotBefore)
		return
	}
	f := settle(item, answer, d.cfg.Clock(), d.cfg.Random())
	d.metrics.attempted(answer)
	d.report(ctx, f, answer)
	d.finish(ctx, f, c.until)
	if f.NextAt != nil {
		signal(d.due) // or the timer might be set for later than this
	}
}

// result is what an attempt has shown of its host.
func result(a Answer, brokenOff bool) outcome {
	switch {
	case brokenOff, a.Unsigned, !a.NotBefore.IsZero():
		return outcomeUnknown
	case a.Status/100 == 2:
		return outcomeSucceeded
	default:
		return outcomeFailed
	}
}

// putBack gives back a delivery that was not tried, since the address that it leads
// to has no room until a time. If that fails, it is due again when its lease ends.
func (d *Dispatcher) putBack(ctx context.Context, item lox.Dispatch, at time.Time) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer cancel()
	if err := d.store.PutBackDelivery(ctx, item, at); err != nil {
		d.log.WarnContext(ctx, "webhook delivery is not put back: it will be tried later", append(about(item), "error", err)...)
		return
	}
	signal(d.due)
}

// finish records an attempt. It tries for as long as that counts: afterwards
// the delivery is another's.
func (d *Dispatcher) finish(ctx context.Context, f lox.FinishedAttempt, until time.Time) {
	for {
		try, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
		err := d.store.FinishDelivery(try, f)
		cancel()
		if err == nil {
			return
		}
		if !wait(ctx, finishPause) || !d.cfg.Clock().Before(until) {
			d.log.ErrorContext(ctx, "webhook attempt is not recorded: it will be made again", append(about(f.Dispatch), "error", err)...)
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
		level = slog.LevelError // the operator's to mend: no receiver gets anything
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

// about names a delivery in the log, and the request that its event follows from.
func about(item lox.Dispatch) []any {
	fields := []any{"delivery", item.ID, "webhook", item.Webhook, "tenant", item.Tenant}
	if item.RequestID != "" {
		fields = append(fields, "request_id", item.RequestID)
	}
	return fields
}
