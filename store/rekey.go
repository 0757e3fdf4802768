package store

import (
	"context"

	"github.com/backlox/lox"
)

const sealedSecretsSQL = `select tenant_id, id, secret, previous_secret
from webhooks where (tenant_id, id) > ($1, $2)
order by tenant_id, id
limit $3`

// RekeyWebhooks has reseal look at the secrets of all webhooks of all tenants,
// and stores what it returns of those that it says have changed. Other
// processes may change webhooks meanwhile: each is locked while its own secrets
// are replaced. failed is told of those that reseal has an error for; they stay
// as they are. It returns how many webhooks there were and how many were changed.
func (s *Store) RekeyWebhooks(
	ctx context.Context, reseal func(sealed []byte, owner lox.WebhookID) (fresh []byte, changed bool, err error),
	failed func(tenant lox.TenantID, id lox.WebhookID, err error),
) (total, changed int64, err error) {
	var last lox.Webhook
	for {
		var page []lox.Webhook
		if err := s.sealedSecrets.SelectContext(ctx, &page, last.Tenant, last.ID, batchSize); err != nil {
			return total, changed, wrap(ctx, "list secrets of webhooks", err)
		}
		for _, w := range page {
			total++
			// Without a lock first: most have nothing to change the second time.
			any, err := resealWebhook(&w, reseal)
			if err == nil && any {
				_, err = s.UpdateWebhook(ctx, w.Tenant, w.ID, func(w *lox.Webhook) error {
					any, err = resealWebhook(w, reseal)
					return err
				})
				if lox.CodeOf(err) == lox.CodeNotFound { // deleted meanwhile
					any, err = false, nil
				}
			}
			if ctx.Err() != nil {
				return total, changed, wrap(ctx, "change secret of webhook", err)
			}
			if err != nil {
				failed(w.Tenant, w.ID, err)
			} else if any {
				changed++
			}
			last = w
		}
		if len(page) < batchSize {
			return total, changed, nil
		}
	}
}

func resealWebhook(w *lox.Webhook, reseal func([]byte, lox.WebhookID) ([]byte, bool, error)) (any bool, err error) {
	for _, sealed := range []*[]byte{&w.Secret, &w.Previous} {
		if *sealed == nil {
			continue
		}
		fresh, changed, err := reseal(*sealed, w.ID)
		if err != nil {
			return false, err
		}
		*sealed, any = fresh, any || changed
	}
	return any, nil
}
