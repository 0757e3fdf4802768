from lox import AuthenticatedClient


def create(client: AuthenticatedClient) -> str:
    # sample createBackup
    import uuid
    from pathlib import Path

    import httpx
    from lox.api.backups import create_backup
    from lox.models import BackupUpload, CreateBackupRequest

    file = Path("backup.tar.gz")
    upload = create_backup.sync(
        client=client,
        body=CreateBackupRequest(
            name="daily-backup", size_bytes=file.stat().st_size, content_type="application/gzip"
        ),
        idempotency_key=str(uuid.uuid4()),
    )
    if not isinstance(upload, BackupUpload) or not upload.upload_url or not upload.upload_headers:
        raise RuntimeError(upload)

    with file.open("rb") as content:
        stored = httpx.put(
            upload.upload_url, content=content, headers=upload.upload_headers.to_dict(), timeout=None
        )
    stored.raise_for_status()
    print(upload.id)
    # end sample
    return upload.id


def renew(client: AuthenticatedClient) -> None:
    from lox.api.backups import create_backup
    from lox.models import BackupUpload as Pending
    from lox.models import CreateBackupRequest

    pending = create_backup.sync(client=client, body=CreateBackupRequest(name="hourly-backup", size_bytes=1))
    if not isinstance(pending, Pending):
        raise RuntimeError(pending)
    pending_id = pending.id

    # sample renewUploadUrl
    from lox.api.backups import renew_upload_url
    from lox.models import BackupUpload

    upload = renew_upload_url.sync(pending_id, client=client)
    if not isinstance(upload, BackupUpload):
        raise RuntimeError(upload)
    print("upload to", upload.upload_url, "by", upload.upload_expires_at)
    # end sample


def large(client: AuthenticatedClient) -> str:
    from lox.api.backups import create_backup
    from lox.models import BackupUpload, CreateBackupRequest

    body = CreateBackupRequest(name="large-backup", size_bytes=10 << 20, multipart=True)
    created = create_backup.sync(client=client, body=body)
    if not isinstance(created, BackupUpload):
        raise RuntimeError(created)
    return created.id


def part_uploads(client: AuthenticatedClient, large_id: str) -> None:
    # sample createPartUploads
    from lox.api.backups import create_part_uploads
    from lox.models import CreatePartUploadsRequest, PartUploads, RequestedPart

    urls = create_part_uploads.sync(
        large_id,
        client=client,
        body=CreatePartUploadsRequest(parts=[RequestedPart(part_number=1), RequestedPart(part_number=2)]),
    )
    if not isinstance(urls, PartUploads):
        raise RuntimeError(urls)
    for part in urls.parts:
        print("upload", part.size_bytes, "bytes of part", part.part_number, "to", part.upload_url)
    # end sample


def parts(client: AuthenticatedClient, large_id: str) -> None:
    # sample listParts
    from lox.api.backups import list_parts
    from lox.models import PartList

    page = list_parts.sync(large_id, client=client, limit=1000)
    if not isinstance(page, PartList):
        raise RuntimeError(page)
    for part in page.parts:
        print("part", part.part_number, "has arrived with", part.size_bytes, "bytes")
    # end sample


def complete(client: AuthenticatedClient, backup_id: str) -> None:
    # sample completeBackup
    from lox.api.backups import complete_backup
    from lox.models import Backup

    # The status "verifying" (202) means that LOX is still at it: ask get_backup later.
    backup = complete_backup.sync(backup_id, client=client)
    if not isinstance(backup, Backup):
        raise RuntimeError(backup)
    print(backup.status, backup.checksum)
    # end sample


def list_all(client: AuthenticatedClient) -> None:
    # sample listBackups
    from lox.api.backups import list_backups
    from lox.models import BackupList

    page = list_backups.sync(client=client, status="completed", limit=10)
    if not isinstance(page, BackupList):
        raise RuntimeError(page)
    for backup in page.backups:
        print(backup.id, backup.name, backup.size_bytes)
    # end sample


def get(client: AuthenticatedClient, backup_id: str) -> None:
    # sample getBackup
    from lox.api.backups import get_backup
    from lox.models import Backup

    backup = get_backup.sync(backup_id, client=client)
    if not isinstance(backup, Backup):
        raise RuntimeError(backup)
    print(backup.name, backup.status)
    # end sample


def download(client: AuthenticatedClient, backup_id: str) -> None:
    # sample getBackupDownload
    import hashlib

    import httpx
    from lox.api.backups import get_backup_download
    from lox.models import BackupDownload

    download = get_backup_download.sync(backup_id, client=client)
    if not isinstance(download, BackupDownload):
        raise RuntimeError(download)

    sha256 = hashlib.sha256()
    with open("restored.tar.gz", "wb") as file, httpx.stream("GET", download.download_url) as stored:
        stored.raise_for_status()
        for chunk in stored.iter_bytes():
            file.write(chunk)
            sha256.update(chunk)
    if download.checksum != f"sha256:{sha256.hexdigest()}":
        raise RuntimeError("restored.tar.gz is not what was stored")
    # end sample


def delete(client: AuthenticatedClient, backup_id: str) -> None:
    # sample deleteBackup
    from lox.api.backups import delete_backup
    from lox.models import DeletedBackup

    deleted = delete_backup.sync(backup_id, client=client)
    if not isinstance(deleted, DeletedBackup):
        raise RuntimeError(deleted)
    print("deleted", deleted.id)
    # end sample
