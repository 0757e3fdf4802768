"""Values of the table: variables, what is taken from answers, and when two are equal."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx


class Failure(Exception):
    """Why a step fails: what was expected, and what came."""


@dataclass
class Answer:
    """What came of a step."""

    status: int
    headers: httpx.Headers
    raw: bytes
    body: Any = None  # decoded

    def __str__(self) -> str:
        return f"{self.status} {dict(self.headers)} {self.raw[:2000].decode(errors='replace').rstrip()}"


class Variables(dict[str, Any]):
    def fill(self, value: Any) -> Any:
        """Puts variables in place of their names, everywhere in a value."""
        match value:
            case str():
                if whole := re.fullmatch(r"\$\{([^}]+)\}", value):
                    return self.look_up(whole[1])
                return re.sub(r"\$\{([^}]+)\}", lambda found: written(self.look_up(found[1])), value)
            case dict():
                return {name: self.fill(member) for name, member in value.items()}
            case list():
                return [self.fill(element) for element in value]
            case _:
                return value

    def text(self, value: Any) -> str:
        return written(self.fill(value))

    def look_up(self, name: str) -> Any:
        if now := re.fullmatch(r"now(?:\+(\d+))?", name):
            return (datetime.now(UTC) + timedelta(seconds=int(now[1] or 0))).strftime("%Y-%m-%dT%H:%M:%SZ")
        if name not in self:
            raise Failure(f"no variable ${{{name}}}")
        return self[name]


def written(value: Any) -> str:
    """A value as text: a string as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def parsed(text: bytes) -> Any:
    """JSON. NaN and Infinity, which Python would read, are none."""

    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is no JSON")

    return json.loads(text, parse_constant=refuse)


def evaluate(expression: str, answer: Answer) -> Any:
    """Takes a value from an answer by one of OpenAPI's runtime expressions."""
    header = expression.removeprefix("$response.header.")
    if header != expression:
        if not answer.headers.get(header):
            raise Failure(f"no header {header}")
        return answer.headers[header]
    if not re.match(r"\$response\.body(#|$)", expression):
        raise Failure(f"{expression}: must begin with $response.body or $response.header")
    value = answer.body
    for token in expression.partition("#")[2].split("/")[1:]:
        token = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and token in value:
            value = value[token]
        elif isinstance(value, list) and token.isdecimal() and int(token) < len(value):
            value = value[int(token)]
        else:
            raise Failure(f"{expression}: no {token!r} in {written(value)}")
    return value


def equal(a: Any, b: Any) -> bool:
    """Compares decoded JSON: numbers by value, times as instants."""
    match a, b:
        case dict(), dict():
            return a.keys() == b.keys() and all(equal(a[name], b[name]) for name in a)
        case list(), list():
            return len(a) == len(b) and all(map(equal, a, b))
        case str(), str():
            return a == b or (instant(a) is not None and instant(a) == instant(b))
        case (bool() | None, _) | (_, bool() | None):  # True is 1 to Python
            return a is b
        case int() | float(), int() | float():
            return a == b
        case _:
            return False


def instant(text: str) -> tuple[datetime, str] | None:
    """The instant of an RFC 3339 time: its second, and the digits behind, of which datetime would drop some."""
    time = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)", text, re.ASCII)
    try:
        return time and (datetime.fromisoformat(time[1] + time[3]).astimezone(UTC), (time[2] or "").rstrip("0"))
    except ValueError:
        return None
