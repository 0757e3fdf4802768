"""Does the main job with the client of openapi-generator."""

import os
import urllib.request

import openapi_client

CONTENT = b"content of a backup by openapi-generator's Python client"

configuration = openapi_client.Configuration(host=os.environ["LOX_URL"], access_token=os.environ["LOX_API_KEY"])
backups = openapi_client.BackupsApi(openapi_client.ApiClient(configuration))

upload = backups.create_backup(
    openapi_client.CreateBackupRequest(name="python", size_bytes=len(CONTENT), metadata={"generator": "openapi-generator"})
)
assert upload.status.startswith("pending"), upload.status
assert upload.upload_url and upload.upload_headers
put = urllib.request.Request(upload.upload_url, CONTENT, upload.upload_headers, method="PUT")
urllib.request.urlopen(put, timeout=30).close()

assert backups.complete_backup(upload.id).status.startswith("completed")
assert upload.id in [backup.id for backup in backups.list_backups(limit=100).backups]
assert backups.get_backup(upload.id).metadata == {"generator": "openapi-generator"}

download = backups.get_backup_download(upload.id)
with urllib.request.urlopen(download.download_url, timeout=30) as response:
    assert response.read() == CONTENT
assert backups.delete_backup(upload.id).deleted
