"""What Schemathesis can't know from the document.

It does what a client does around the API: uploads what it created, receives
events, deletes what it no longer needs, and keeps the run's own key. refusals.py
has the few refusals of requests that fit the document.
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
            raise RuntimeError("the key is none of its tenant")


received = threading.Semaphore(0)


class Receiver(http.server.BaseHTTPRequestHandler):
    """Takes every event, so that deliveries succeed and can be sent again."""

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
    """Deletes what the run made and records how many requests succeeded."""
    for path, ids in CREATED.values():
        for id in ids:
            client.delete(f"{API}/{path}/{id}")
    for kind, ids in made.items():
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
    # Lists show the run its own key: another is revoked or rotated in its place.
    if ids.get("id") == OWN_KEY:
        ids["id"] = create("tenant/api-keys", {})["id"]
    # Stateful tests come to what is ready by links, the others hardly ever: they get it in every other valid case.
    meta = case.meta
    if meta and meta.phase.name != TestPhase.STATEFUL and meta.generation.mode.is_positive and next(number) % 2:
        ids.update(ready(name_of(case.operation)))
        # The same goes for cursors: without one, the list begins.
        (case.query or {}).pop("cursor", None)
    if isinstance(case.body, dict):
        if meta and meta.generation.mode.is_positive and next(positive) % 8:
            agree(name_of(case.operation), case.body)
        come_true(case.body)


def agree(operation, body):
    """What a schema can't say: which fields go together, and what was declared before. Some bodies stay as they are."""
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


# Beyond 5 GiB, and so in parts.
LARGEST = 6 << 30


def come_true(body):
    """Examples name a file of 50 MiB and a receiver that nobody has: small and real ones take their place."""
    size = body.get("size_bytes")
    if isinstance(size, int) and LARGEST < size <= 53687091200000:  # no disk of a test has room for terabytes
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
        make_room(operation, created["id"])


SMALL = 1 << 20


def upload(backup, created):
    """Stores small files, zeros whatever their checksum is, and completes every other."""
    # The URL of a repeated request's answer takes no bytes once the backup is no longer pending.
    if "upload_url" not in created or backup["size_bytes"] > SMALL or created["status"] != "pending":
        return
    body = bytes(backup["size_bytes"])
    stored = requests.put(created["upload_url"], headers=created["upload_headers"], data=body)
    if stored.ok and next(number) % 2:
        client.post(f"{API}/backups/{created['id']}/complete")


lock = threading.Lock()
made = {}

# What an operation needs that takes backups which wait for their bytes alone.
WAITING = {
    "renewUploadUrl": {"name": "waits", "size_bytes": 1},
    "createPartUploads": {"name": "waits for parts", "multipart": True},
    "listParts": {"name": "waits for parts", "multipart": True},
}


def ready(operation):
    """The path parameters of something that the operation accepts, created again if the run has deleted it."""
    if operation in WAITING:  # what others upload and complete doesn't do
        id = create("backups", WAITING[operation])["id"]
        make_room("createBackup", id)
        return {"id": id}
    if operation in ("completeBackup", "getBackupDownload"):
        kind, make, path = "backup", make_backup, "backups/{id}"
    elif operation in ("testWebhook", "recoverWebhook", "redeliverWebhookDelivery"):
        kind, make, path = "webhook", make_webhook, "webhooks/{id}/deliveries/{delivery_id}"
    else:
        return {}
    with lock:
        found = kind in made and client.get(f"{API}/{path.format(**made[kind])}").ok
        if not found:
            made[kind] = make()
        # An update may have disabled it.
        if kind == "webhook":
            client.patch(f"{API}/webhooks/{made[kind]['id']}", json={"enabled": True, "url": RECEIVER_URL})
            settle(f"{API}/{path.format(**made[kind])}")
        return {name: id for name, id in made[kind].items() if name == "id" or operation == "redeliverWebhookDelivery"}


def settle(delivery):
    """Waits until a delivery is over: one that is pending can't be sent again."""
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


# So that lists have something to show from the beginning.
made["backup"] = make_backup()

# A tenant may have 100 keys and 10 webhooks to one host, and its backups reserve quota.
KEPT = {"backups": 20, "tenant/api-keys": 20, "webhooks": 5}
CREATED = {
    "createBackup": ("backups", collections.deque()),
    "createApiKey": ("tenant/api-keys", collections.deque()),
    "rotateApiKey": ("tenant/api-keys", collections.deque()),
    "createWebhook": ("webhooks", collections.deque()),
}


def make_room(operation, id):
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
        return not refusals.is_no_body(case.operation.label, sent(response), wrong)
    if not isinstance(failure, RejectedPositiveData):
        return True
    body = case.body if isinstance(case.body, dict) else {}  # it may be left out
    return not refusals.kind(case.operation.label, response.json()["error"], case.query or {}, body)
