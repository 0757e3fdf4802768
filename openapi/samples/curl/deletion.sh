# Sourced by main.sh at the end, because later samples could not use what is deleted here.

# sample deleteWebhook
curl --fail-with-body -sS -X DELETE "$LOX_URL/v1/webhooks/$webhook_id" \
  -H "Authorization: Bearer $LOX_API_KEY"
# end sample

# sample deleteBackup
curl --fail-with-body -sS -X DELETE "$LOX_URL/v1/backups/$backup_id" \
  -H "Authorization: Bearer $LOX_API_KEY"
# end sample
