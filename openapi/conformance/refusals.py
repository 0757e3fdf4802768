"""The rules that an OpenAPI 3.0 document can't state.

A server may refuse a valid request only by one of these rules: each has a condition. Any other request that it refuses with
400 or 422 must be invalid by the document. is_null_body is the only case in which it accepts an invalid request.
"""

import datetime
import re
import unicodedata
from urllib.parse import urlsplit

# Error codes that depend on the state of a resource, by operation.
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

# Characters that are not displayed, though they are in none of the categories in is_hidden.
IGNORABLE = set("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")


def is_hidden(value):
    """Tells whether a text has characters that names must not have. The document's patterns exclude only some of them: in some
    languages, patterns can't match characters beyond U+00FF, or match bytes."""
    return any(unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cn") or c in IGNORABLE for c in value)


def is_private(url):
    """Tells whether the host of a URL has a name that can't be public, or is an address, which may be private."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    return "." not in host or host.rsplit(".", 1)[1].isdigit() or host.endswith(PRIVATE)


PRIVATE = (".local", ".internal", ".localhost", ".test", ".invalid", ".example", ".lan", ".home", ".corp", ".intranet", ".arpa", ".onion", ".alt")


def bad_strings(value):
    """Tells whether a map has invalid keys or is too large. OpenAPI 3.0 can't limit either."""
    if any(not 0 < len(key) <= 128 or is_hidden(key) for key in value):
        return True
    return sum(len((key + (text or "")).encode("utf-8", "surrogatepass")) for key, text in value.items()) > 16384


def past(value):
    tomorrow = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)
    return value[:10] <= tomorrow.date().isoformat()


def number(value):
    """Returns the number in a parameter. parse_qs returns a parameter as a list."""
    return int(value[0] if isinstance(value, list) else value)


# Field, beginning of the server's message about it, and the condition under which the server may send it.
RULES = [
    ("name", "Must not contain ", lambda query, body: is_hidden(body["name"])),
    ("description", "Must not contain ", lambda query, body: is_hidden(body["description"])),
    ("url", "Must have a public host", lambda query, body: is_private(body["url"])),
    ("metadata", "Keys ", lambda query, body: bad_strings(body["metadata"])),
    ("size_bytes", "Size is required", lambda query, body: "size_bytes" not in body),
    ("multipart", "Must be true for more than", lambda query, body: body["multipart"] is False and body["size_bytes"] > 5 << 30),
    ("max_size_bytes", "Must be absent", lambda query, body: "size_bytes" in body or not body.get("multipart")),
    # These must be the values with which the backup was created.
    ("size_bytes", "Must be ", lambda query, body: body["size_bytes"]),
    ("checksum", "Must be sha256:", lambda query, body: body["checksum"]),
    # The numbers and sizes of the backup's parts are limited, and a request must not name a part twice.
    ("parts.part_number", "Must be at most ", lambda query, body: body["parts"]),
    ("parts.part_number", "Must be there once", lambda query, body: len(body["parts"]) > 1),
    ("parts.size_bytes", "Must be ", lambda query, body: body["parts"]),
    # The limits include the settings that the tenant already has.
    ("settings", "", lambda query, body: body["settings"]),
    ("expires_at", "Must be an RFC 3339 timestamp in the future", lambda query, body: past(body["expires_at"])),
    ("created_after", "Must be earlier than created_before", lambda query, body: "created_before" in query),
    ("offset", "Must be 0 with a cursor", lambda query, body: "cursor" in query),
    ("offset", "Must be at most 10000 here", lambda query, body: number(query["offset"]) > 10000),
    ("metadata[]", "Must have a key of 1 to 128 characters in the brackets", lambda query, body: "metadata" in str(query)),
    # A cursor is opaque. Only one from an earlier page is valid, and only with that page's filters.
    ("cursor", "Must be the next_cursor of an earlier page", lambda query, body: query["cursor"]),
    ("cursor", "Must be used with the filters of the page", lambda query, body: query["cursor"]),
]


# Operations with an optional body. There, null counts as no body: the guide says so, but no schema does.
OPTIONAL_BODIES = {
    "POST /v1/backups/{id}/complete",
    "POST /v1/tenant/api-keys/{id}/rotate",
    "POST /v1/webhooks/{id}/rotate-secret",
}


def is_null_body(operation, body, wrong):
    """Tells whether a request is invalid by the document only because its body is null, which counts as no body.

    body is the text that was sent. wrong lists the invalid parts of the request.
    """
    return operation in OPTIONAL_BODIES and body.strip(" \t\r\n") == "null" and {place.lower() for place in wrong} <= {"body"}


def kind(operation, error, query, body):
    """Returns the documented kind of a refusal, or None. operation is such as POST /v1/backups."""
    if error["code"] != "validation_error":
        return error["code"] if error["code"] in STATES.get(operation, ()) else None
    for field, text in error["details"].items():
        field = re.sub(r"\.\d+\.", ".", field)
        if field.startswith("metadata["):
            field = "metadata[]"  # the same for any key
        if not any(field == name and text.startswith(start) and allows(query, body) for name, start, allows in RULES):
            return None
    return ", ".join(sorted(error["details"]))


def is_disk_full(operation, error, body):
    """Tells whether a 503 says that the disk is too small for a backup of more than 1 TiB, as the disk of a test is."""
    return operation == "POST /v1/backups" and error["code"] == "unavailable" and "no room" in error["message"] and body["size_bytes"] > 1 << 40
