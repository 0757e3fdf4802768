"""Does the main job with the client of openapi-python-client."""

import os

import httpx
from lox_api_client import AuthenticatedClient
from lox_api_client.api.backups import (
    complete_backup,
    create_backup,
    delete_backup,
    get_backup,
    get_backup_download,
    list_backups,
)
from lox_api_client.models import Backup, BackupDownload, BackupList, BackupUpload, CreateBackupRequest, DeletedBackup, Metadata

CONTENT = b"content of a backup by openapi-python-client's client"

client = AuthenticatedClient(base_url=os.environ["LOX_URL"], token=os.environ["LOX_API_KEY"])

metadata = Metadata.from_dict({"generator": "openapi-python-client"})
upload = create_backup.sync(client=client, body=CreateBackupRequest(name="python", size_bytes=len(CONTENT), metadata=metadata))
assert isinstance(upload, BackupUpload), upload
assert upload.status.startswith("pending"), upload.status
assert upload.upload_url and upload.upload_headers
httpx.put(upload.upload_url, content=CONTENT, headers=upload.upload_headers.to_dict()).raise_for_status()

completed = complete_backup.sync(upload.id, client=client)
assert isinstance(completed, Backup), completed
assert completed.status.startswith("completed"), completed.status
page = list_backups.sync(client=client, limit=100)
assert isinstance(page, BackupList), page
assert upload.id in [backup.id for backup in page.backups]
backup = get_backup.sync(upload.id, client=client)
assert isinstance(backup, Backup), backup
assert backup.metadata == metadata

download = get_backup_download.sync(upload.id, client=client)
assert isinstance(download, BackupDownload), download
assert httpx.get(download.download_url).raise_for_status().content == CONTENT
deleted = delete_backup.sync(upload.id, client=client)
assert isinstance(deleted, DeletedBackup), deleted
assert deleted.deleted
