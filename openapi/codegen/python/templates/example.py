import os
import time
from pathlib import Path

import httpx

from lox import AuthenticatedClient
from lox.api.backups import complete_backup, create_backup, get_backup, get_backup_download
from lox.models import Backup, BackupDownload, BackupUpload, CreateBackupRequest, Metadata

file = Path("backup.tar.gz")

with AuthenticatedClient(
    base_url=os.environ.get("LOX", "https://backlox.com/api"),
    token=os.environ["KEY"],
    timeout=httpx.Timeout(60),  # completing a backup may take 30 seconds
) as client:
    # 1. Request an upload URL
    upload = create_backup.sync(
        client=client,
        body=CreateBackupRequest(
            name="daily-backup",
            size_bytes=file.stat().st_size,
            content_type="application/gzip",
            metadata=Metadata.from_dict({"source": "production-server"}),
        ),
    )
    if not isinstance(upload, BackupUpload) or not upload.upload_url or not upload.upload_headers:
        raise SystemExit(f"not created: {upload}")

    # 2. Upload the file, straight from the disk
    with file.open("rb") as content:
        httpx.put(
            upload.upload_url, content=content, headers=upload.upload_headers.to_dict(), timeout=None
        ).raise_for_status()

    # 3. Have LOX verify it
    backup = complete_backup.sync(upload.id, client=client)
    while isinstance(backup, Backup) and backup.status == "verifying":
        time.sleep(2)
        backup = get_backup.sync(upload.id, client=client)
    if not isinstance(backup, Backup) or backup.status != "completed":
        raise SystemExit(f"not completed: {backup}")
    print(backup.checksum, backup.completed_at)

    # Fetch it back
    download = get_backup_download.sync(backup.id, client=client)
    if not isinstance(download, BackupDownload):
        raise SystemExit(f"no download: {download}")
    with Path("restored.tar.gz").open("wb") as restored, httpx.stream("GET", download.download_url) as response:
        response.raise_for_status()
        for chunk in response.iter_bytes():
            restored.write(chunk)
