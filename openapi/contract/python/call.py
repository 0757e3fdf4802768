"""Calls operations through the client, and makes plain requests."""

import inspect
import pkgutil
import re
from importlib import import_module
from typing import Any, get_args, get_type_hints

import attrs
import httpx
from lox import AuthenticatedClient, Client, api
from lox.types import Unset

from typed import again, check, decode
from values import Answer, Failure, parsed, written

# Of a request: completing a backup may take 30 seconds.
TIMEOUT = httpx.Timeout(60)


def snake_case(name: str) -> str:
    """The generator's name for an operation or a parameter of the document: list_api_keys, idempotency_key."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|-", "_", name).lower()


class Operations:
    def __init__(self, base: str) -> None:
        self.base = base
        self.clients: dict[str | None, Client | AuthenticatedClient] = {}  # by key
        self.last: httpx.Response | None = None
        found = pkgutil.walk_packages(api.__path__, "lox.api.")
        self.modules = {module.name.split(".")[-1]: module.name for module in found if not module.ispkg}

    def call(self, operation: str, parameters: dict[str, Any], body: Any, key: str | None) -> Answer:
        """Calls an operation by the function of the client, which is found by its name."""
        if snake_case(operation) not in self.modules:
            raise Failure(f"the client has no {operation}")
        function = import_module(self.modules[snake_case(operation)]).sync_detailed
        arguments = {"client": self.client(key), **self.arguments(function, parameters, body)}
        try:
            inspect.signature(function).bind(**arguments)
        except TypeError as error:
            raise Failure(f"{operation}: {error}") from None
        self.last = None
        try:
            response = function(**arguments)
        except httpx.HTTPError as error:
            raise Failure(f"{operation}: {error!r}") from error
        except Exception as error:  # whatever the client raises when an answer isn't what it expects
            came = self.last and Answer(self.last.status_code, self.last.headers, self.last.content)
            raise Failure(f"{operation}: the client can't read the answer: {error!r}\ncame {came}") from error
        return Answer(
            response.status_code, response.headers, response.content, again(response.parsed, response.content)
        )

    def client(self, key: str | None) -> Client | AuthenticatedClient:
        if key not in self.clients:
            common: dict[str, Any] = {
                "base_url": self.base,
                "timeout": TIMEOUT,
                "httpx_args": {"event_hooks": {"response": [self.remember]}},
            }
            self.clients[key] = Client(**common) if key is None else AuthenticatedClient(token=key, **common)
        return self.clients[key]

    def remember(self, response: httpx.Response) -> None:
        """Keeps an answer, so that one that the client can't read can be shown."""
        response.read()
        self.last = response

    def arguments(self, function: Any, parameters: dict[str, Any], body: Any) -> dict[str, Any]:
        """Parameters and body by the names of the function, in its types."""
        hints = get_type_hints(function)
        # Path parameters are positional, and text in any case.
        path = [p.name for p in inspect.signature(function).parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
        arguments = {}
        for name, value in parameters.items():
            known = snake_case(name)
            # The generator adds an underscore to names that Python has itself, such as type.
            if known not in hints and f"{known}_" in hints:
                known = f"{known}_"
            if known not in hints.keys() - {"client", "body", "return"}:
                raise Failure(f"parameters: the operation has no {name}")
            arguments[known] = argument(name, written(value) if known in path else value, hints[known])
        if body is not None:
            if "body" not in hints:
                raise Failure("body: the operation has none")
            arguments["body"] = argument("body", body, hints["body"])
        return arguments


def argument(name: str, value: Any, kind: Any) -> Any:
    """Makes an argument of its type, of which an optional one has Unset besides."""
    [kind] = set(get_args(kind) or [kind]) - {Unset}
    if attrs.has(kind):
        try:
            return decode(kind, value)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise Failure(f"{name}: the client has no such {kind.__name__}: {error!r}") from error
    check(name, value, kind)
    return value


def request(http: httpx.Client, method: str, url: str, headers: dict[str, Any], content: bytes) -> Answer:
    """Makes a plain HTTP request."""
    encoded = [
        (name.encode(), written(value).encode())
        for name, value in headers.items()
        if name.lower() != "content-length"  # is that of the bytes, whatever upload_headers declare
    ]
    try:
        response = http.request(method, url, headers=encoded, content=content)
    except httpx.HTTPError as error:
        raise Failure(f"{method} {url}: {error!r}") from error
    answer = Answer(response.status_code, response.headers, response.content)
    if response.headers.get("Content-Type", "").startswith("application/json"):
        answer.body = parsed(answer.raw)
    return answer
