package server

import (
	"context"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/api"
)

// deliveryRetry is the Retry-After of a requested delivery, in seconds: the client may then look up the
// result.
const deliveryRetry = 1

// TestWebhook answers POST /v1/webhooks/{id}/test.
func (h *webhookHandlers) TestWebhook(ctx context.Context, r api.TestWebhookRequestObject) (api.TestWebhookResponseObject, error) {
	id, err := webhookID(r.ID)
	if err != nil {
		return nil, err
	}
	w, err := h.store.Webhook(ctx, principal(ctx).Tenant, id)
	if err != nil {
		return nil, err
	}
	d, err := h.store.SendEvent(ctx, w.Tenant, w.ID, w.Event(lox.EventWebhookTest, h.clock(), actor(ctx)))
	if err != nil {
		return nil, err
	}
	return api.TestWebhook202JSONResponse{
		Body: deliveryOut(d), Headers: api.TestWebhook202ResponseHeaders{RetryAfter: deliveryRetry},
	}, nil
}

// ListWebhookDeliveries answers GET /v1/webhooks/{id}/deliveries.
func (h *webhookHandlers) ListWebhookDeliveries(ctx context.Context, r api.ListWebhookDeliveriesRequestObject) (api.ListWebhookDeliveriesResponseObject, error) {
	id, err := webhookID(r.ID)
	if err != nil {
		return nil, err
	}
	query, err := deliveryQuery(r.Params)
	if err != nil {
		return nil, err
	}
	found, total, err := h.store.Deliveries(ctx, principal(ctx).Tenant, id, query)
	if err != nil {
		return nil, err
	}
	list := api.DeliveryList{
		Deliveries: make([]api.Delivery, 0, len(found)),
		Total:      min(total, lox.MaxExactTotal), TotalCapped: total > lox.MaxExactTotal, Limit: query.Limit, Offset: query.Offset,
	}
	for _, d := range found {
		list.Deliveries = append(list.Deliveries, deliveryOut(d))
	}
	return api.ListWebhookDeliveries200JSONResponse{Body: list}, nil
}

// GetWebhookDelivery answers GET /v1/webhooks/{id}/deliveries/{delivery_id}.
func (h *webhookHandlers) GetWebhookDelivery(ctx context.Context, r api.GetWebhookDeliveryRequestObject) (api.GetWebhookDeliveryResponseObject, error) {
	id, delivery, err := deliveryIDs(r.ID, r.DeliveryID)
	if err != nil {
		return nil, err
	}
	d, err := h.store.Delivery(ctx, principal(ctx).Tenant, id, delivery)
	if err != nil {
		return nil, err
	}
	o := deliveryOut(d.Delivery)
	out := api.DeliveryDetails{
		ID: o.ID, EventID: o.EventID, Event: o.Event, Status: o.Status, Attempts: o.Attempts, CreatedAt: o.CreatedAt,
		NextAttemptAt: o.NextAttemptAt, CompletedAt: o.CompletedAt, Failure: o.Failure,
		Payload: string(d.Payload), AttemptLog: make([]api.Attempt, 0, len(d.Tries)),
	}
	for _, a := range d.Tries {
		out.AttemptLog = append(out.AttemptLog, api.Attempt{
			Number: a.Number, At: lox.Seconds(a.At), LatencyMs: a.Latency.Milliseconds(), Status: a.Status,
			ResponseBody: string(a.Body), Error: a.Error,
		})
	}
	return api.GetWebhookDelivery200JSONResponse{Body: out}, nil
}

// RedeliverWebhookDelivery answers POST
// /v1/webhooks/{id}/deliveries/{delivery_id}/redeliver.
func (h *webhookHandlers) RedeliverWebhookDelivery(ctx context.Context, r api.RedeliverWebhookDeliveryRequestObject) (api.RedeliverWebhookDeliveryResponseObject, error) {
	id, delivery, err := deliveryIDs(r.ID, r.DeliveryID)
	if err != nil {
		return nil, err
	}
	d, err := h.store.Redeliver(ctx, principal(ctx).Tenant, id, delivery, h.clock(), actor(ctx))
	if err != nil {
		return nil, err
	}
	return api.RedeliverWebhookDelivery202JSONResponse{
		Body: deliveryOut(d), Headers: api.RedeliverWebhookDelivery202ResponseHeaders{RetryAfter: deliveryRetry},
	}, nil
}

// RecoverWebhook answers POST /v1/webhooks/{id}/recover.
func (h *webhookHandlers) RecoverWebhook(ctx context.Context, r api.RecoverWebhookRequestObject) (api.RecoverWebhookResponseObject, error) {
	id, err := webhookID(r.ID)
	if err != nil {
		return nil, err
	}
	since, ok := lox.TimeBound(r.Body.Since, 0)
	if !ok {
		return nil, lox.Invalid(invalidBody, "since", wantTime)
	}
	n, err := h.store.RecoverDeliveries(ctx, principal(ctx).Tenant, id, lox.CreationBound(since), h.clock(), actor(ctx))
	if err != nil {
		return nil, err
	}
	return api.RecoverWebhook200JSONResponse{Body: api.RecoveredDeliveries{Recovered: n}}, nil
}

// deliveryIDs parses the ids in a path. Text that isn't an id gives the error that the webhook or the
// delivery doesn't exist.
func deliveryIDs(webhook, delivery string) (w lox.WebhookID, d lox.DeliveryID, err error) {
	if w, err = webhookID(webhook); err != nil {
		return w, d, err
	}
	if err := d.UnmarshalText([]byte(delivery)); err != nil {
		return w, d, lox.ErrDeliveryNotFound.Because(err)
	}
	return w, d, nil
}

func deliveryOut(d lox.Delivery) api.Delivery {
	out := api.Delivery{
		ID: d.ID.String(), EventID: d.Event.String(), Event: api.EventType(d.Type), Status: api.DeliveryStatus(d.Status),
		Attempts: d.Attempts, CreatedAt: d.CreatedAt.UTC(), Failure: d.Failure,
	}
	if d.CompletedAt != nil {
		out.CompletedAt = lox.Seconds(*d.CompletedAt)
	}
	if d.NextAt != nil {
		out.NextAttemptAt = lox.Seconds(*d.NextAt)
	}
	return out
}
