"""The refusals of requests that fit the document, each with the condition that allows it, and what is accepted though it doesn't.

An OpenAPI 3.0 document can't state the rules behind them. All else that a server refuses with 400 or 422 must break a
rule of the document.
"""

import datetime
import re
import unicodedata
from urllib.parse import urlsplit

# By operation: codes that depend on the state of things.
STATES = {
    "POST /v1/backups": {"idempotency_mismatch"},
    "POST /v1/backups/{id}/complete": {"upload_incomplete", "checksum_mismatch", "invalid_state"},
    "POST /v1/backups/{id}/upload-url": {"invalid_state"},  # not pending, or in parts
    "GET /v1/backups/{id}/parts": {"invalid_state"},  # not pending, or not in parts
    "POST /v1/backups/{id}/parts": {"invalid_state"},
    "GET /v1/backups/{id}/download": {"invalid_state"},  # not completed
    "POST /v1/tenant/api-keys": {"invalid_state"},  # the tenant has 1,000
    "DELETE /v1/tenant/api-keys/{id}": {"invalid_state"},  # the last with full access
    "POST /v1/tenant/api-keys/{id}/rotate": {"invalid_state"},  # rotated before
    "POST /v1/webhooks": {"invalid_state"},  # the tenant has 50, or 10 to the host
    "PATCH /v1/webhooks/{id}": {"invalid_state"},  # the tenant has 10 to the host
    "POST /v1/webhooks/{id}/test": {"invalid_state"},  # disabled
    "POST /v1/webhooks/{id}/recover": {"invalid_state"},  # disabled
    "POST /v1/webhooks/{id}/deliveries/{delivery_id}/redeliver": {"invalid_state"},  # pending, or disabled
}

# What is ignored where it is shown, of other categories than these.
IGNORABLE = set("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")


def is_hidden(value):
    """Patterns can't tell all of them: those of some languages have no characters beyond U+00FF, or take them for bytes."""
    return any(unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cn") or c in IGNORABLE for c in value)


def is_private(url):
    """Whether no host can be public that has this name, or it is an address, which may be none."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    return "." not in host or host.rsplit(".", 1)[1].isdigit() or host.endswith(PRIVATE)


PRIVATE = (".local", ".internal", ".localhost", ".test", ".invalid", ".example", ".lan", ".home", ".corp", ".intranet", ".arpa", ".onion", ".alt")


def bad_strings(value):
    """Nothing in OpenAPI 3.0 limits the keys of a map, or the size of all of it."""
    if any(not 0 < len(key) <= 128 or is_hidden(key) for key in value):
        return True
    return sum(len((key + (text or "")).encode("utf-8", "surrogatepass")) for key, text in value.items()) > 16384


def past(value):
    tomorrow = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)
    return value[:10] <= tomorrow.date().isoformat()


def number(value):
    """Of a parameter, which parse_qs has as a list."""
    return int(value[0] if isinstance(value, list) else value)


# What the server says of a field, and for which requests.
RULES = [
    ("name", "Must not contain ", lambda query, body: is_hidden(body["name"])),
    ("description", "Must not contain ", lambda query, body: is_hidden(body["description"])),
    ("url", "Must have a public host", lambda query, body: is_private(body["url"])),
    ("metadata", "Keys ", lambda query, body: bad_strings(body["metadata"])),
    ("size_bytes", "Size is required", lambda query, body: "size_bytes" not in body),
    ("multipart", "Must be true for more than", lambda query, body: body["multipart"] is False and body["size_bytes"] > 5 << 30),
    ("max_size_bytes", "Must be absent", lambda query, body: "size_bytes" in body or not body.get("multipart")),
    # What was declared when the backup was created.
    ("size_bytes", "Must be ", lambda query, body: body["size_bytes"]),
    ("checksum", "Must be sha256:", lambda query, body: body["checksum"]),
    # The backup has fewer parts, or others; each can be asked for once.
    ("parts.part_number", "Must be at most ", lambda query, body: body["parts"]),
    ("parts.part_number", "Must be there once", lambda query, body: len(body["parts"]) > 1),
    ("parts.size_bytes", "Must be ", lambda query, body: body["parts"]),
    # Those that the tenant has count, too.
    ("settings", "", lambda query, body: body["settings"]),
    ("expires_at", "Must be an RFC 3339 timestamp in the future", lambda query, body: past(body["expires_at"])),
    ("created_after", "Must be earlier than created_before", lambda query, body: "created_before" in query),
    ("offset", "Must be 0 with a cursor", lambda query, body: "cursor" in query),
    ("offset", "Must be at most 10000 here", lambda query, body: number(query["offset"]) > 10000),
    ("metadata[]", "Must have a key of 1 to 128 characters in the brackets", lambda query, body: "metadata" in str(query)),
    # It is opaque: only what an earlier page gave is one, and with the filters of that page.
    ("cursor", "Must be the next_cursor of an earlier page", lambda query, body: query["cursor"]),
    ("cursor", "Must be used with the filters of the page", lambda query, body: query["cursor"]),
]


# Where a body may be left out. There, a null is taken for none, which the guide says and no schema.
OPTIONAL_BODIES = {
    "POST /v1/backups/{id}/complete",
    "POST /v1/tenant/api-keys/{id}/rotate",
    "POST /v1/webhooks/{id}/rotate-secret",
}


def is_no_body(operation, body, wrong):
    """Whether a request that doesn't fit the document is right, as its body is null. body is as sent; wrong names what doesn't fit."""
    return operation in OPTIONAL_BODIES and body.strip(" \t\r\n") == "null" and {place.lower() for place in wrong} <= {"body"}


def kind(operation, error, query, body):
    """Names the documented kind of a refusal, by operation such as POST /v1/backups. None if there is none."""
    if error["code"] != "validation_error":
        return error["code"] if error["code"] in STATES.get(operation, ()) else None
    for field, text in error["details"].items():
        field = re.sub(r"\.\d+\.", ".", field)
        if field.startswith("metadata["):
            field = "metadata[]"  # whatever the key is
        if not any(field == name and text.startswith(start) and allows(query, body) for name, start, allows in RULES):
            return None
    return ", ".join(sorted(error["details"]))


def is_no_room(operation, error, body):
    """Whether the disk has no room for a backup of more than 1 TiB, which is 503: no disk of a test has room for it."""
    return operation == "POST /v1/backups" and error["code"] == "unavailable" and "no room" in error["message"] and body["size_bytes"] > 1 << 40
