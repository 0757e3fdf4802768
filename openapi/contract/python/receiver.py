"""Receives webhooks, and checks all about one."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from threading import Condition, Thread
from time import monotonic
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
from lox.events import parse_event
from standardwebhooks import Webhook, WebhookVerificationError

from typed import again
from values import Answer, Failure, parsed


@dataclass
class Message:
    path: str
    headers: httpx.Headers
    raw: bytes


class Receiver(ThreadingTCPServer):
    """Keeps the webhooks that came until a step takes them."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, listen: str) -> None:
        host, _, port = listen.rpartition(":")
        super().__init__((host, int(port or 0)), Handler)
        self.messages: list[Message] = []
        self.came = Condition()
        Thread(target=self.serve_forever, daemon=True).start()

    def keep(self, message: Message) -> None:
        with self.came:
            self.messages.append(message)
            self.came.notify_all()

    def take(self, wanted: Callable[[Message], bool], seconds: float) -> Message:
        """Removes and returns the first message that is wanted, waiting for it."""
        deadline = monotonic() + seconds
        with self.came:
            while True:
                for i, message in enumerate(self.messages):
                    if wanted(message):
                        return self.messages.pop(i)
                if not self.came.wait(deadline - monotonic()):
                    others = "".join(f"\n{m.path} {m.raw[:500].decode(errors='replace')}" for m in self.messages)
                    raise Failure(f"no such webhook came, but{others or ' none'}")


class Handler(BaseHTTPRequestHandler):
    """Answers …/STATUS[/anything] with that status."""

    server: Receiver
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        if "Transfer-Encoding" in self.headers:
            self.send_error(411)
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = unquote(urlsplit(self.path).path)
        self.server.keep(Message(path, httpx.Headers(self.headers.items()), body))
        statuses = [int(part) for part in path.split("/") if part.isdecimal() and 200 <= int(part) <= 599]
        status = statuses[0] if statuses else 404
        self.send_response(status)
        if status not in (204, 304):
            self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD = do_PUT = do_PATCH = do_DELETE = do_POST

    def log_message(self, *_: object) -> None:
        pass


def verified(message: Message, event: str, secrets: list[str]) -> Answer:
    """Checks the signatures and the body of a webhook, whose schema is named event."""
    altered = message.raw[:-1] + bytes([message.raw[-1] ^ 1])
    given = message.headers.get("X-LOX-Signature", "")
    if not any(hmac.compare_digest(given.encode(), signature(secret, message.raw)) for secret in secrets):
        raise Failure(f"X-LOX-Signature: {given!r} is by none of the secrets")
    if any(hmac.compare_digest(given.encode(), signature(secret, altered)) for secret in secrets):
        raise Failure("X-LOX-Signature: an altered body passes")
    headers = dict(message.headers)
    for secret in secrets:
        webhook = Webhook(secret)
        try:
            webhook.verify(message.raw, headers, json_parse=False)
        except Exception as error:  # a malformed signature is no WebhookVerificationError
            raise Failure(f"webhook-signature: {error!r}\ncame {headers}") from error
        try:
            webhook.verify(altered, headers, json_parse=False)
        except WebhookVerificationError:
            continue
        raise Failure("webhook-signature: an altered body passes")
    return Answer(0, message.headers, message.raw, decoded(event, message.raw))


def decoded(event: str, raw: bytes) -> Any:
    """Decodes the body of a webhook, of which the client must find by itself that its schema is named event, and encodes
    it again."""
    try:
        typed = parse_event(raw)
    except Exception as error:
        raise Failure(f"{event}: the client can't read the body: {error!r}\ncame {raw.decode()}") from error
    if type(typed).__name__ != event:
        raise Failure(f"{event}: the client took it for {type(typed).__name__}")
    return again(typed, raw)


def signature(secret: str, body: bytes) -> bytes:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest().encode()
