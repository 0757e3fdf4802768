# Sourced by main.sh.

# sample createWebhook
created=$(curl --fail-with-body -sS -X POST "$LOX_URL/v1/webhooks" \
  -H "Authorization: Bearer $LOX_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{"url": "'"$webhook_url"'", "events": ["backup.completed", "backup.failed"]}')
webhook_id=$(jq -r .id <<<"$created")
jq -r .secret <<<"$created" # verifies signatures; it is shown only once
# end sample

# sample listWebhooks
curl --fail-with-body -sS "$LOX_URL/v1/webhooks" \
  -H "Authorization: Bearer $LOX_API_KEY"
# end sample

# sample getWebhook
curl --fail-with-body -sS "$LOX_URL/v1/webhooks/$webhook_id" \
  -H "Authorization: Bearer $LOX_API_KEY"
# end sample

# sample updateWebhook
curl --fail-with-body -sS -X PATCH "$LOX_URL/v1/webhooks/$webhook_id" \
  -H "Authorization: Bearer $LOX_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "description": "Pager of the operators",
    "events": ["backup.failed", "storage.quota_warning"]
  }'
# end sample

# sample testWebhook
delivery_id=$(curl --fail-with-body -sS -X POST "$LOX_URL/v1/webhooks/$webhook_id/test" \
  -H "Authorization: Bearer $LOX_API_KEY" | jq -r .id)
# end sample

# A delivery that is still on its way can't be sent again.
until curl --fail-with-body -sS "$LOX_URL/v1/webhooks/$webhook_id/deliveries/$delivery_id" \
  -H "Authorization: Bearer $LOX_API_KEY" | jq -e .completed_at >delivered.json; do
  sleep 0.2
done

# sample listWebhookDeliveries
curl --fail-with-body -sS \
  "$LOX_URL/v1/webhooks/$webhook_id/deliveries?event=webhook.test&created_after=2024-01-15" \
  -H "Authorization: Bearer $LOX_API_KEY"
# end sample

# sample getWebhookDelivery
curl --fail-with-body -sS "$LOX_URL/v1/webhooks/$webhook_id/deliveries/$delivery_id" \
  -H "Authorization: Bearer $LOX_API_KEY"
# end sample

# sample redeliverWebhookDelivery
curl --fail-with-body -sS -X POST \
  "$LOX_URL/v1/webhooks/$webhook_id/deliveries/$delivery_id/redeliver" \
  -H "Authorization: Bearer $LOX_API_KEY"
# end sample

# sample recoverWebhook
curl --fail-with-body -sS -X POST "$LOX_URL/v1/webhooks/$webhook_id/recover" \
  -H "Authorization: Bearer $LOX_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{"since": "2024-01-15"}'
# end sample

# sample rotateWebhookSecret
# The old secret goes on to sign for an hour, beside the new one.
rotated=$(curl --fail-with-body -sS -X POST "$LOX_URL/v1/webhooks/$webhook_id/rotate-secret" \
  -H "Authorization: Bearer $LOX_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{"overlap_seconds": 3600}')
jq -r .secret <<<"$rotated" # keep it: it is shown only once
# end sample
