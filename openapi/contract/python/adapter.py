"""The adapter of the Python client for the contract, whose README says what an adapter does."""

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

# Of a request, in seconds: completing a backup may take 30.
TIMEOUT = httpx.Timeout(60)

Request = dict[str, Any]
Reply = dict[str, Any]


def snake_case(name: str) -> str:
    """The generator's name for an operation or a parameter of the document: list_api_keys, idempotency_key."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|-", "_", name).lower()


class Adapter:
    def __init__(self) -> None:
        found = pkgutil.walk_packages(api.__path__, "lox.api.")
        self.modules = {module.name.split(".")[-1]: module.name for module in found if not module.ispkg}
        self.clients: dict[tuple[str, str | None], Client | AuthenticatedClient] = {}  # by base URL and key
        self.http = httpx.Client(timeout=TIMEOUT)

    def call(self, request: Request) -> Reply:
        """Calls an operation by the function of the client, which is found by its name."""
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
        """Tells whether the headers of a webhook are signed by the secret."""
        try:
            Webhook(request["secret"]).verify(content(request), request["headers"], json_parse=False)
        except WebhookVerificationError:
            return {"verified": False}
        return {"verified": True}

    def event(self, request: Request) -> Reply:
        """Reads the body of a webhook."""
        return encoded(parse_event(content(request)))


def content(request: Request) -> bytes:
    return b64decode(request["content"] or "")


def arguments(function: Any, request: Request) -> dict[str, Any]:
    """Parameters and body by the names of the function, in its types."""
    hints = get_type_hints(function)
    named = {p["name"]: p["value"] for p in request["path"]} | request["query"] | request["header"]
    given = {}
    for name, value in named.items():
        known = snake_case(name)
        # The generator adds an underscore to names that Python has itself, such as type.
        if known not in hints and f"{known}_" in hints:
            known = f"{known}_"
        given[known] = argument(name, value, hints[known])
    if "body" in request:
        given["body"] = argument("body", request["body"], hints["body"])
    return given


def argument(name: str, value: Any, kind: Any) -> Any:
    """Makes an argument of its type, of which an optional one has Unset besides."""
    [of] = set(get_args(kind) or [kind]) - {Unset}
    typed = of.from_dict(value) if hasattr(of, "from_dict") else value
    check(name, typed, of)
    return typed


def encoded(typed: Any) -> Reply:
    """What the client decoded, which must be as its types say, encoded again."""
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
        except Exception as error:  # whatever the client raises
            reply = {"error": repr(error)}
        print(json.dumps({"id": request["id"], **reply}, allow_nan=False), flush=True)


if __name__ == "__main__":
    main()
