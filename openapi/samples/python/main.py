"""Runs the samples of Python, each after those whose results it needs.

They store backup.tar.gz of the current folder. The environment must have LOX_URL, LOX_API_KEY and WEBHOOK_URL, at which a
receiver accepts events. Each sample has its own imports, so that readers see them.
"""

import backups
import record
import storage
import tenant
import webhooks
from lox import AuthenticatedClient
from lox.api.backups import get_backup
from lox.models import ErrorResponse


def new_client() -> AuthenticatedClient:
    # sample client
    import os

    import httpx
    from lox import AuthenticatedClient

    client = AuthenticatedClient(
        base_url=os.environ.get("LOX_URL", "https://backlox.com/api"),
        token=os.environ["LOX_API_KEY"],
        timeout=httpx.Timeout(60),  # completing a backup may take 30 seconds
    )
    # end sample
    return client


with new_client() as client:
    backup_id = backups.create(client)
    backups.renew(client)
    large_id = backups.large(client)
    backups.part_uploads(client, large_id)
    backups.parts(client, large_id)
    backups.complete(client, backup_id)
    backups.list_all(client)
    backups.get(client, backup_id)
    backups.download(client, backup_id)
    storage.get(client)
    storage.stats(client)
    tenant.run(client)
    webhooks.run(client)
    record.get(client, record.list_all(client))
    backups.delete(client, backup_id)

    # No sample: an error must be read as one, whatever a later version adds to it.
    gone = get_backup.sync(backup_id, client=client)
    if not isinstance(gone, ErrorResponse) or not gone.error.code.startswith("backup_not_found"):
        raise RuntimeError(gone)
