#!/usr/bin/env bash
# Runs the samples of curl, each after those whose results it needs. They store backup.tar.gz of the current folder.
# The environment must have LOX_URL, LOX_API_KEY and WEBHOOK_URL, at which a receiver accepts events.
set -euo pipefail
samples=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
webhook_url=$WEBHOOK_URL

# sample client
LOX_URL=${LOX_URL:-https://backlox.com/api}
LOX_API_KEY=${LOX_API_KEY:?must be an API key}

curl --fail-with-body -sS "$LOX_URL/v1/tenant" \
  -H "Authorization: Bearer $LOX_API_KEY"
# end sample

source "$samples/backups.sh"
source "$samples/storage.sh"
source "$samples/tenant.sh"
source "$samples/webhooks.sh"
source "$samples/record.sh"
source "$samples/deletion.sh"
