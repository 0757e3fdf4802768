# Sourced by main.sh.

# sample getStorage
curl --fail-with-body -sS "$LOX_URL/v1/storage" \
  -H "Authorization: Bearer $LOX_API_KEY"
# end sample

# sample getStorageStats
curl --fail-with-body -sS "$LOX_URL/v1/storage/stats" \
  -H "Authorization: Bearer $LOX_API_KEY"
# end sample
