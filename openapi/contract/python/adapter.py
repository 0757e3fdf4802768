"""The adapter of the Python client. The README of the contract says what an adapter does."""

import json
import pkgutil
import re
import sys
from base64 import b64decode, b64encode
from importlib import import_module
from typing import Any, get_args, get_type_hints

import httpx
from lox import AuthenticatedClient, Client, api
from lox.events import parse_event
from lox.types import Unset
from standardwebhooks import Webhook, WebhookVerificationError

from typed import check

# Of a request, in seconds. Completing a backup may take 30.
TIMEOUT = httpx.Timeout(60)

Request = dict[str, Any]
Reply = dict[str, Any]


def snake_case(name: str) -> str:
    """Returns the generator's name for an operation or a parameter: list_api_keys, idempotency_key."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|-", "_", name).lower()


class Adapter:
    def __init__(self) -> None:
        found = pkgutil.walk_packages(api.__path__, "lox.api.")
        self.modules = {module.name.split(".")[-1]: module.name for module in found if not module.ispkg}
        self.clients: dict[tuple[str, str | None], Client | AuthenticatedClient] = {}  # by base URL and key
        self.http = httpx.Client(timeout=TIMEOUT)

    def call(self, request: Request) -> Reply:
        """Calls an operation by the function of the client that has its name."""
        function = import_module(self.modules[snake_case(request["operation"])]).sync_detailed
        response = function(client=self.client(request["base"], request["key"]), **arguments(function, request))
        return {"status": response.status_code, "headers": dict(response.headers), **encoded(response.parsed)}

    def client(self, base: str, key: str | None) -> Client | AuthenticatedClient:
        if (base, key) not in self.clients:
            self.clients[base, key] = (
                Client(base_url=base, timeout=TIMEOUT)
                if key is None
                else AuthenticatedClient(base_url=base, timeout=TIMEOUT, token=key)
            )
        return self.clients[base, key]

    def request(self, request: Request) -> Reply:
        """Makes a plain HTTP request."""
        headers = [(name.encode(), value.encode()) for name, value in request.get("headers", {}).items()]
        response = self.http.request(request["method"], request["url"], headers=headers, content=content(request))
        body = b64encode(response.content).decode()
        return {"status": response.status_code, "headers": dict(response.headers), "content": body}

    def verify(self, request: Request) -> Reply:
        """Tells whether a webhook is signed with the secret."""
        try:
            Webhook(request["secret"]).verify(content(request), request["headers"], json_parse=False)
        except WebhookVerificationError:
            return {"verified": False}
        return {"verified": True}

    def event(self, request: Request) -> Reply:
        """Decodes the body of a webhook."""
        return encoded(parse_event(content(request)))


def content(request: Request) -> bytes:
    return b64decode(request["content"] or "")


def arguments(function: Any, request: Request) -> dict[str, Any]:
    """Returns the parameters and the body as keyword arguments of the function."""
    hints = get_type_hints(function)
    named = {p["name"]: p["value"] for p in request["path"]} | request["query"] | request["header"]
    given = {}
    for name, value in named.items():
        known = snake_case(name)
        # The generator adds an underscore to names of Python's own, such as type.
        if known not in hints and f"{known}_" in hints:
            known = f"{known}_"
        given[known] = argument(name, value, hints[known])
    if "body" in request:
        given["body"] = argument("body", request["body"], hints["body"])
    return given


def argument(name: str, value: Any, kind: Any) -> Any:
    """Converts a value to the type of its argument. The type of an optional argument is a union with Unset."""
    [of] = set(get_args(kind) or [kind]) - {Unset}
    typed = of.from_dict(value) if hasattr(of, "from_dict") else value
    check(name, typed, of)
    return typed


def encoded(typed: Any) -> Reply:
    """Checks what the client decoded against its type, and encodes it again."""
    name = type(typed).__name__
    check(name, typed, type(typed))
    return {"type": name, "value": typed.to_dict()}


def main() -> None:
    adapter = Adapter()
    actions = {"call": adapter.call, "request": adapter.request, "verify": adapter.verify, "event": adapter.event}
    for line in sys.stdin:
        request = json.loads(line)
        try:
            reply = actions[request["do"]](request)
        except Exception as error:  # anything that the client raises
            reply = {"error": repr(error)}
        print(json.dumps({"id": request["id"], **reply}, allow_nan=False), flush=True)


if __name__ == "__main__":
    main()
