"""Hooks that do what Schemathesis can't know from the document.

They act like a client: they upload files for created backups, receive webhooks,
delete old resources, and never revoke the run's own key. refusals.py lists the
valid requests that the server may refuse.
"""

import atexit
import collections
import hashlib
import http.server
import itertools
import json
import os
import sys
import threading
import time

import requests
import schemathesis
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.generation.meta import TestPhase
from schemathesis.openapi.checks import RejectedPositiveData

# Schemathesis loads this file by its path.
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import refusals

API = os.environ["API_URL"] + "/v1"
KEY = os.environ["API_KEY"]
client = requests.Session()
client.headers["Authorization"] = f"Bearer {KEY}"


def own_key_id():
    for offset in itertools.count(0, 100):
        page = client.get(f"{API}/tenant/api-keys", params={"limit": 100, "offset": offset})
        page.raise_for_status()
        for key in page.json()["api_keys"]:
            if KEY.startswith(key["prefix"]) and KEY.endswith(key["last4"]):
                return key["id"]
        if offset >= page.json()["total"]:
            raise RuntimeError("the tenant doesn't list the run's own key")


received = threading.Semaphore(0)  # counts webhooks


class Receiver(http.server.BaseHTTPRequestHandler):
    """Accepts every webhook, so that deliveries succeed and can be redelivered."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()
        received.release()

    def log_message(self, *_):
        pass


receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=receiver.serve_forever, daemon=True).start()
RECEIVER_URL = f"http://127.0.0.1:{receiver.server_port}/"

OWN_KEY = own_key_id()
number = itertools.count()
positive = itertools.count()
accepted = collections.Counter()  # requests by operation


@atexit.register
def finish():
    """Deletes what the run created and writes the number of successful requests."""
    for path, ids in CREATED.values():
        for id in ids:
            client.delete(f"{API}/{path}/{id}")
    for kind, ids in ready_resources.items():
        client.delete(f"{API}/{kind}s/{ids['id']}")
    with open(os.environ["ACCEPTED_FILE"], "w") as file:
        json.dump(accepted, file)


def name_of(operation):
    return operation.definition.raw["operationId"]


@schemathesis.hook
def before_init_operation(context, operation):
    accepted[name_of(operation)] += 0


@schemathesis.hook
def before_call(context, case, kwargs):
    ids = case.path_parameters
    # Schemathesis finds the run's own key in lists. Revoke or rotate another key instead.
    if ids.get("id") == OWN_KEY:
        ids["id"] = create("tenant/api-keys", {})["id"]
    # Stateful tests follow links to resources in the right state. Other tests hardly ever find one, so every other valid case
    # gets one here.
    meta = case.meta
    if meta and meta.phase.name != TestPhase.STATEFUL and meta.generation.mode.is_positive and next(number) % 2:
        ids.update(ready_ids(name_of(case.operation)))
        # A random cursor is never valid. Without a cursor, the case gets the first page.
        (case.query or {}).pop("cursor", None)
    if isinstance(case.body, dict):
        if meta and meta.generation.mode.is_positive and next(positive) % 8:
            make_consistent(name_of(case.operation), case.body)
        make_realistic(case.body)


def make_consistent(operation, body):
    """Applies rules that a schema can't state: which fields exclude each other, and which values were declared before."""
    if operation == "createBackup":
        if "size_bytes" not in body:
            body["multipart"] = True
        else:
            body.pop("max_size_bytes", None)
            if body["size_bytes"] > 5 << 30:
                body.pop("multipart", None)
    if operation == "completeBackup":
        body.clear()
    if operation == "createPartUploads":
        for n, part in enumerate(body["parts"]):
            part["part_number"] = n + 1
            part.pop("size_bytes", None)


# Above 5 GiB, so that some backups must be uploaded in parts.
LARGEST = 6 << 30


def make_realistic(body):
    """Replaces sizes, checksums and URLs that can't work here, such as the examples' file of 50 MiB and their receiver."""
    size = body.get("size_bytes")
    if isinstance(size, int) and LARGEST < size <= 53687091200000:  # the disk of a test is smaller
        body["size_bytes"] = 1 + size % LARGEST
    if body.get("size_bytes") == 52428800:
        body["size_bytes"] = 52428
    if body.get("checksum") == "sha256:a1b2c3d4e5f60c7392214b9056c2cd60f5b2d8a6e64d2356ae396297fd750b4a":
        size = body.get("size_bytes")
        if isinstance(size, int) and 0 < size <= SMALL:
            body["checksum"] = "sha256:" + hashlib.sha256(bytes(size)).hexdigest()
    if body.get("url") == "https://example.com/lox":
        body["url"] = RECEIVER_URL


@schemathesis.hook
def after_call(context, case, response):
    operation = name_of(case.operation)
    if response.status_code in (200, 201, 202):
        accepted[operation] += 1
    if operation in CREATED and response.status_code == 201:
        created = response.json()
        if operation == "createBackup":
            upload(case.body, created)
        delete_oldest(operation, created["id"])


SMALL = 1 << 20


def upload(backup, created):
    """Uploads zeros for small backups, whatever checksum was declared, and completes every other one."""
    # The answer to a repeated request may be of a backup that is no longer pending. Its URL refuses uploads.
    if "upload_url" not in created or backup["size_bytes"] > SMALL or created["status"] != "pending":
        return
    body = bytes(backup["size_bytes"])
    stored = requests.put(created["upload_url"], headers=created["upload_headers"], data=body)
    if stored.ok and next(number) % 2:
        client.post(f"{API}/backups/{created['id']}/complete")


lock = threading.Lock()
ready_resources = {}  # path parameters by kind

# Backups for operations that only accept pending ones.
PENDING = {
    "renewUploadUrl": {"name": "waits", "size_bytes": 1},
    "createPartUploads": {"name": "waits for parts", "multipart": True},
    "listParts": {"name": "waits for parts", "multipart": True},
}


def ready_ids(operation):
    """Returns the path parameters of a resource that the operation accepts. Creates it again if the run has deleted it."""
    if operation in PENDING:  # always a new backup, because other cases upload and complete the old ones
        id = create("backups", PENDING[operation])["id"]
        delete_oldest("createBackup", id)
        return {"id": id}
    if operation in ("completeBackup", "getBackupDownload"):
        kind, make, path = "backup", make_backup, "backups/{id}"
    elif operation in ("testWebhook", "recoverWebhook", "redeliverWebhookDelivery"):
        kind, make, path = "webhook", make_webhook, "webhooks/{id}/deliveries/{delivery_id}"
    else:
        return {}
    with lock:
        found = kind in ready_resources and client.get(f"{API}/{path.format(**ready_resources[kind])}").ok
        if not found:
            ready_resources[kind] = make()
        ids = ready_resources[kind]
        # Another case may have disabled the webhook.
        if kind == "webhook":
            client.patch(f"{API}/webhooks/{ids['id']}", json={"enabled": True, "url": RECEIVER_URL})
            wait_for_delivery(f"{API}/{path.format(**ids)}")
        return {name: id for name, id in ids.items() if name == "id" or operation == "redeliverWebhookDelivery"}


def wait_for_delivery(delivery):
    """Waits until a delivery is no longer pending, because a pending one can't be redelivered."""
    for _ in range(50):
        if client.get(delivery).json().get("status") != "pending":
            return
        time.sleep(0.1)


def create(path, body=None):
    response = client.post(f"{API}/{path}", json=body)
    response.raise_for_status()
    return response.json()


def make_backup():
    created = create("backups", {"name": "ready", "size_bytes": 1})
    requests.put(created["upload_url"], headers=created["upload_headers"], data=bytes(1)).raise_for_status()
    create(f"backups/{created['id']}/complete")
    return {"id": created["id"]}


def make_webhook():
    id = create("webhooks", {"url": RECEIVER_URL})["id"]
    delivery = create(f"webhooks/{id}/test")["id"]
    received.acquire(timeout=30)
    return {"id": id, "delivery_id": delivery}


# Lists must not be empty at the start.
ready_resources["backup"] = make_backup()

# How many of each are kept. A tenant may have 100 keys and 10 webhooks to one host, and pending backups use its quota.
KEPT = {"backups": 20, "tenant/api-keys": 20, "webhooks": 5}
CREATED = {
    "createBackup": ("backups", collections.deque()),
    "createApiKey": ("tenant/api-keys", collections.deque()),
    "rotateApiKey": ("tenant/api-keys", collections.deque()),
    "createWebhook": ("webhooks", collections.deque()),
}


def delete_oldest(operation, id):
    """Records a created resource, and deletes the oldest one if there are too many."""
    path, ids = CREATED[operation]
    ids.append(id)
    if len(ids) > KEPT[path]:
        client.delete(f"{API}/{path}/{ids.popleft()}")


def sent(response):
    body = response.request.body or b""
    return body.decode("utf-8", "replace") if isinstance(body, bytes) else body


@schemathesis.hook
def filter_failure(context, failure, case, response):
    if isinstance(failure, AcceptedNegativeData):
        wrong = [place.name for place, part in case.meta.components.items() if part.mode.is_negative]
        return not refusals.is_null_body(case.operation.label, sent(response), wrong)
    if not isinstance(failure, RejectedPositiveData):
        return True
    body = case.body if isinstance(case.body, dict) else {}  # the body may be optional
    return not refusals.kind(case.operation.label, response.json()["error"], case.query or {}, body)
