package store

import (
	"context"
	"errors"
	"time"

	"github.com/backlox/lox"
)

const sealedSecretsSQL = `select tenant_id, id, secret, previous_secret, previous_ends_at
from webhooks where (tenant_id, id) > ($1, $2) and deleted_at is null
order by tenant_id, id
limit $3`

// RekeyWebhooks calls reseal for each secret of all webhooks of all tenants, and
// stores the changed ones. It locks each webhook while it replaces its secrets, so
// other processes may change webhooks meanwhile. If reseal returns an error, the secret
// does not change, and failed is called for its webhook. RekeyWebhooks returns the
// number of webhooks and how many it has changed.
func (s *Store) RekeyWebhooks(
	ctx context.Context, reseal func(sealed []byte, owner lox.WebhookID) (fresh []byte, changed bool, err error),
	failed func(tenant lox.TenantID, id lox.WebhookID, err error), by lox.Actor,
) (total, changed int64, err error) {
	var last lox.Webhook
	for {
		var page []lox.Webhook
		if err := s.sealedSecrets.SelectContext(ctx, &page, last.Tenant, last.ID, batchSize); err != nil {
			return total, changed, wrap(ctx, "list secrets of webhooks", err)
		}
		for _, w := range page {
			total++
			// Check without a lock first: in a repeated run most webhooks need no change.
			any, unread := resealWebhook(&w, reseal)
			if any {
				_, err := s.UpdateWebhook(ctx, w.Tenant, w.ID, lox.EventSecretResealed, by, func(w *lox.Webhook) error {
					any, unread = resealWebhook(w, reseal)
					return nil
				})
				if lox.CodeOf(err) == lox.CodeNotFound { // deleted meanwhile
					any, unread = false, nil
				} else if err != nil {
					any, unread = false, err
				}
			}
			if ctx.Err() != nil {
				return total, changed, wrap(ctx, "change secret of webhook", err)
			}
			if unread != nil {
				failed(w.Tenant, w.ID, unread)
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

// resealWebhook encrypts each secret separately, so that one that no key can decrypt
// doesn't prevent the change of the other. It removes an expired previous secret.
func resealWebhook(w *lox.Webhook, reseal func([]byte, lox.WebhookID) ([]byte, bool, error)) (any bool, unread error) {
	if w.PreviousEndsAt != nil && time.Now().After(*w.PreviousEndsAt) {
		w.Previous, w.PreviousEndsAt, any = nil, nil, true
	}
	for _, sealed := range []*[]byte{&w.Secret, &w.Previous} {
		if *sealed == nil {
			continue
		}
		fresh, changed, err := reseal(*sealed, w.ID)
		if err != nil {
			unread = errors.Join(unread, err)
			continue
		}
		*sealed, any = fresh, any || changed
	}
	return any, unread
}
