# Sourced by main.sh.

# sample createBackup
created=$(curl --fail-with-body -sS -X POST "$LOX_URL/v1/backups" \
  -H "Authorization: Bearer $LOX_API_KEY" \
  -H "Content-Type: application/json" \
  -H "Idempotency-Key: $(openssl rand -hex 16)" \
  -d '{
    "name": "daily-backup",
    "size_bytes": '"$(wc -c <backup.tar.gz)"',
    "content_type": "application/gzip"
  }')
backup_id=$(jq -r .id <<<"$created")
upload_url=$(jq -r .upload_url <<<"$created")
jq -r '.upload_headers | to_entries[] | "\(.key): \(.value)"' <<<"$created" >headers.txt

curl --fail-with-body -sS -T backup.tar.gz -H @headers.txt "$upload_url"
# end sample

pending_id=$(curl --fail-with-body -sS -X POST "$LOX_URL/v1/backups" -H "Authorization: Bearer $LOX_API_KEY" \
  -H "Content-Type: application/json" -d '{"name": "hourly-backup", "size_bytes": 1}' | jq -r .id)

# sample renewUploadUrl
curl --fail-with-body -sS -X POST "$LOX_URL/v1/backups/$pending_id/upload-url" \
  -H "Authorization: Bearer $LOX_API_KEY"
# end sample

large_id=$(curl --fail-with-body -sS -X POST "$LOX_URL/v1/backups" -H "Authorization: Bearer $LOX_API_KEY" \
  -H "Content-Type: application/json" -d '{"name": "large-backup", "size_bytes": 10485760, "multipart": true}' | jq -r .id)

# sample createPartUploads
curl --fail-with-body -sS -X POST "$LOX_URL/v1/backups/$large_id/parts" \
  -H "Authorization: Bearer $LOX_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{"parts": [{"part_number": 1}, {"part_number": 2}]}'
# end sample

# sample listParts
curl --fail-with-body -sS "$LOX_URL/v1/backups/$large_id/parts?limit=1000" \
  -H "Authorization: Bearer $LOX_API_KEY"
# end sample

# sample completeBackup
# The status "verifying" (202) means that LOX is still at it: ask getBackup later.
curl --fail-with-body -sS -X POST "$LOX_URL/v1/backups/$backup_id/complete" \
  -H "Authorization: Bearer $LOX_API_KEY"
# end sample

# sample listBackups
curl --fail-with-body -sS "$LOX_URL/v1/backups?status=completed&limit=10" \
  -H "Authorization: Bearer $LOX_API_KEY"
# end sample

# sample getBackup
curl --fail-with-body -sS "$LOX_URL/v1/backups/$backup_id" \
  -H "Authorization: Bearer $LOX_API_KEY"
# end sample

# sample getBackupDownload
download=$(curl --fail-with-body -sS "$LOX_URL/v1/backups/$backup_id/download" \
  -H "Authorization: Bearer $LOX_API_KEY")
curl --fail-with-body -sS -o restored.tar.gz "$(jq -r .download_url <<<"$download")"

checksum=$(jq -r .checksum <<<"$download")
echo "${checksum#sha256:}  restored.tar.gz" | sha256sum --check
# end sample
