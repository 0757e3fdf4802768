# Sourced by main.sh.

# sample getTenant
curl --fail-with-body -sS "$LOX_URL/v1/tenant" \
  -H "Authorization: Bearer $LOX_API_KEY"
# end sample

# sample updateTenant
curl --fail-with-body -sS -X PATCH "$LOX_URL/v1/tenant" \
  -H "Authorization: Bearer $LOX_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "contact_email": "ops@example.com",
    "settings": {"dashboard.theme": "dark"}
  }'
# end sample

# sample createApiKey
created=$(curl --fail-with-body -sS -X POST "$LOX_URL/v1/tenant/api-keys" \
  -H "Authorization: Bearer $LOX_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{"name": "nightly upload", "scopes": ["backups:read", "backups:write"]}')
key_id=$(jq -r .id <<<"$created")
jq -r .key <<<"$created" # keep it: it is shown only once
# end sample

# sample listApiKeys
curl --fail-with-body -sS "$LOX_URL/v1/tenant/api-keys?limit=10" \
  -H "Authorization: Bearer $LOX_API_KEY"
# end sample

# sample rotateApiKey
# The old key goes on to work for an hour.
rotated=$(curl --fail-with-body -sS -X POST "$LOX_URL/v1/tenant/api-keys/$key_id/rotate" \
  -H "Authorization: Bearer $LOX_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{"overlap_seconds": 3600}')
jq -r .key <<<"$rotated" # keep it: it is shown only once
# end sample

# sample revokeApiKey
curl --fail-with-body -sS -X DELETE "$LOX_URL/v1/tenant/api-keys/$key_id" \
  -H "Authorization: Bearer $LOX_API_KEY"
# end sample
