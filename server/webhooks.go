package server

import (
	"cmp"
	"context"
	"time"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/api"
)

// WebhookStore keeps webhooks and their deliveries. Every method reads only the
// tenant's rows: the id of another tenant's webhook is CodeNotFound, as if it never
// existed.
type WebhookStore interface {
	// CreateWebhook inserts a webhook. CodeInvalidState: the tenant has MaxWebhooks
	// webhooks, or MaxWebhooksPerHost with the same host.
	CreateWebhook(ctx context.Context, w lox.Webhook, by lox.Actor) error

	// Webhooks returns a page of webhooks, newest first, and how many there are in all.
	Webhooks(ctx context.Context, tenant lox.TenantID, limit, offset int) ([]lox.Webhook, int64, error)

	// Webhook returns a webhook. CodeNotFound.
	Webhook(ctx context.Context, tenant lox.TenantID, id lox.WebhookID) (lox.Webhook, error)

	// UpdateWebhook locks a webhook, calls change, and stores the result unless change
	// fails. change may be called again, with the then current webhook. If the webhook
	// becomes disabled, its pending deliveries fail. UpdateWebhook records an event of type
	// what, unless nothing has changed. CodeNotFound; CodeInvalidState: the webhook has a new
	// host, and the tenant has MaxWebhooksPerHost others with that host.
	UpdateWebhook(ctx context.Context, tenant lox.TenantID, id lox.WebhookID, what lox.EventType, by lox.Actor, change func(*lox.Webhook) error) (lox.Webhook, error)

	// DeleteWebhook marks a webhook as deleted: from then on no method returns it or its
	// deliveries. lifecycle.Store.ForgetWebhooks removes the rows. CodeNotFound.
	DeleteWebhook(ctx context.Context, tenant lox.TenantID, id lox.WebhookID, now time.Time, by lox.Actor) error

	// SendEvent inserts an event and its delivery to one webhook, whether or not the
	// webhook subscribes to its type. CodeNotFound; CodeInvalidState: the webhook is disabled.
	SendEvent(ctx context.Context, tenant lox.TenantID, to lox.WebhookID, e lox.Event) (lox.Delivery, error)

	// Deliveries returns a page of a webhook's deliveries, newest first, and how many
	// match: MaxExactTotal+1 if there are more than MaxExactTotal. CodeNotFound: there is no
	// such webhook.
	Deliveries(ctx context.Context, tenant lox.TenantID, webhook lox.WebhookID, q lox.DeliveryQuery) ([]lox.Delivery, int64, error)

	// Delivery returns a delivery with its attempts, in order, and its payload.
	// CodeNotFound.
	Delivery(ctx context.Context, tenant lox.TenantID, webhook lox.WebhookID, id lox.DeliveryID) (lox.DeliveryDetails, error)

	// Redeliver makes a succeeded or failed delivery pending again: due now, with the
	// whole schedule of retries. CodeNotFound; CodeInvalidState: the delivery is pending,
	// or the webhook is disabled.
	Redeliver(ctx context.Context, tenant lox.TenantID, webhook lox.WebhookID, id lox.DeliveryID, now time.Time, by lox.Actor) (lox.Delivery, error)

	// RecoverDeliveries does the same with all failed deliveries that were created since
	// a time, and returns how many. CodeNotFound; CodeInvalidState: the webhook is
	// disabled.
	RecoverDeliveries(ctx context.Context, tenant lox.TenantID, webhook lox.WebhookID, since, now time.Time, by lox.Actor) (int64, error)
}

// webhookHandlers answers the operations on webhooks and their deliveries.
type webhookHandlers struct {
	store    WebhookStore
	secrets  lox.SecretBox
	receiver func(host string) string // returns what is wrong with a host, or ""
	clock    func() time.Time
}

// checkReceiver returns an error if nothing can ever be sent to a webhook.
func (h *webhookHandlers) checkReceiver(w lox.Webhook) error {
	if h.receiver == nil {
		return nil
	}
	if problem := h.receiver(w.Host()); problem != "" {
		return lox.Invalid(invalidBody, "url", problem)
	}
	return nil
}

// ListWebhooks answers GET /v1/webhooks.
func (h *webhookHandlers) ListWebhooks(ctx context.Context, r api.ListWebhooksRequestObject) (api.ListWebhooksResponseObject, error) {
	found, total, err := h.store.Webhooks(ctx, principal(ctx).Tenant, r.Params.Limit, r.Params.Offset)
	if err != nil {
		return nil, err
	}
	list := api.WebhookList{
		Webhooks: make([]api.Webhook, 0, len(found)),
		Total:    total, Limit: r.Params.Limit, Offset: r.Params.Offset,
	}
	for _, w := range found {
		list.Webhooks = append(list.Webhooks, h.out(w))
	}
	return api.ListWebhooks200JSONResponse{Body: list}, nil
}

// CreateWebhook answers POST /v1/webhooks.
func (h *webhookHandlers) CreateWebhook(ctx context.Context, r api.CreateWebhookRequestObject) (api.CreateWebhookResponseObject, error) {
	w := lox.Webhook{
		ID: lox.NewWebhookID(), Tenant: principal(ctx).Tenant, URL: r.Body.URL, Events: eventsIn(r.Body.Events),
		Description: r.Body.Description, Enabled: r.Body.Enabled == nil || *r.Body.Enabled, CreatedAt: lox.Seconds(h.clock()),
	}
	if len(w.Events) == 0 {
		w.Events = lox.DefaultEvents
	}
	if err := cmp.Or(w.Check(), h.checkReceiver(w)); err != nil {
		return nil, err
	}
	secret := lox.NewWebhookSecret()
	w.Secret = h.secrets.Seal(secret, w.ID)
	if err := h.store.CreateWebhook(ctx, w, actor(ctx)); err != nil {
		return nil, err
	}
	out := h.out(w)
	return api.CreateWebhook201JSONResponse{
		Headers: api.CreateWebhook201ResponseHeaders{Location: BasePath + "/v1/webhooks/" + out.ID},
		Body: api.CreatedWebhook{
			ID: out.ID, URL: out.URL, Secret: secret, Events: out.Events, Description: out.Description, Enabled: out.Enabled, CreatedAt: out.CreatedAt,
		},
	}, nil
}

// GetWebhook answers GET /v1/webhooks/{id}.
func (h *webhookHandlers) GetWebhook(ctx context.Context, r api.GetWebhookRequestObject) (api.GetWebhookResponseObject, error) {
	id, err := webhookID(r.ID)
	if err != nil {
		return nil, err
	}
	w, err := h.store.Webhook(ctx, principal(ctx).Tenant, id)
	if err != nil {
		return nil, err
	}
	return api.GetWebhook200JSONResponse{Body: h.out(w)}, nil
}

// UpdateWebhook answers PATCH /v1/webhooks/{id}.
func (h *webhookHandlers) UpdateWebhook(ctx context.Context, r api.UpdateWebhookRequestObject) (api.UpdateWebhookResponseObject, error) {
	id, err := webhookID(r.ID)
	if err != nil {
		return nil, err
	}
	body := r.Body
	patch := lox.WebhookPatch{Events: eventsIn(body.Events), Description: orEmpty(body.Description), Enabled: body.Enabled}
	if body.URL != "" {
		patch.URL = &body.URL
	}
	w, err := h.store.UpdateWebhook(ctx, principal(ctx).Tenant, id, lox.EventWebhookUpdated, actor(ctx), func(w *lox.Webhook) error {
		before := w.URL
		if err := w.Apply(patch); err != nil || w.URL == before {
			return err
		}
		return h.checkReceiver(*w)
	})
	if err != nil {
		return nil, err
	}
	return api.UpdateWebhook200JSONResponse{Body: h.out(w)}, nil
}

// DeleteWebhook answers DELETE /v1/webhooks/{id}.
func (h *webhookHandlers) DeleteWebhook(ctx context.Context, r api.DeleteWebhookRequestObject) (api.DeleteWebhookResponseObject, error) {
	id, err := webhookID(r.ID)
	if err != nil {
		return nil, err
	}
	if err := h.store.DeleteWebhook(ctx, principal(ctx).Tenant, id, h.clock(), actor(ctx)); err != nil {
		return nil, err
	}
	return api.DeleteWebhook200JSONResponse{Body: api.DeletedWebhook{ID: r.ID, Deleted: true}}, nil
}

// secretOverlap is how long a rotated secret still signs if the request doesn't say.
const secretOverlap = 24 * time.Hour

// RotateWebhookSecret answers POST /v1/webhooks/{id}/rotate-secret.
func (h *webhookHandlers) RotateWebhookSecret(ctx context.Context, r api.RotateWebhookSecretRequestObject) (api.RotateWebhookSecretResponseObject, error) {
	id, err := webhookID(r.ID)
	if err != nil {
		return nil, err
	}
	overlap := secretOverlap
	if r.Body != nil && r.Body.OverlapSeconds != nil {
		overlap = time.Duration(*r.Body.OverlapSeconds) * time.Second
	}
	secret := lox.NewWebhookSecret()
	w, err := h.store.UpdateWebhook(ctx, principal(ctx).Tenant, id, lox.EventSecretRotated, actor(ctx), func(w *lox.Webhook) error {
		return w.RotateSecret(h.secrets.Seal(secret, w.ID), overlap, h.clock())
	})
	if err != nil {
		return nil, err
	}
	return api.RotateWebhookSecret200JSONResponse{Body: api.RotatedWebhookSecret{
		ID: r.ID, Secret: secret, PreviousSecretExpiresAt: orZero(w.PreviousEndsAt),
	}}, nil
}

// webhookID parses the id in a path. Text that isn't an id gives ErrWebhookNotFound.
func webhookID(s string) (lox.WebhookID, error) {
	var id lox.WebhookID
	if err := id.UnmarshalText([]byte(s)); err != nil {
		return id, lox.ErrWebhookNotFound.Because(err)
	}
	return id, nil
}

func (h *webhookHandlers) out(w lox.Webhook) api.Webhook {
	out := api.Webhook{
		ID: w.ID.String(), URL: w.URL, Description: w.Description, Enabled: w.Enabled, DisabledReason: w.DisabledReason,
		CreatedAt: w.CreatedAt.UTC(),
	}
	if w.FailingSince != nil {
		out.FailingSince = lox.Seconds(*w.FailingSince)
	}
	for _, t := range w.Events {
		out.Events = append(out.Events, api.EventType(t))
	}
	if w.PreviousEndsAt != nil && h.clock().Before(*w.PreviousEndsAt) {
		out.PreviousSecretExpiresAt = w.PreviousEndsAt.UTC()
	}
	return out
}

// eventsIn converts the events of a request. It returns nil if the request names none.
func eventsIn(names []api.EventType) lox.EventTypes {
	if names == nil {
		return nil
	}
	events := make(lox.EventTypes, 0, len(names))
	for _, name := range names {
		events = append(events, lox.EventType(name))
	}
	return events
}
