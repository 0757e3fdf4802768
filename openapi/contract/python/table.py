"""The table: chapters and their steps, operations and payloads, as they are written."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError


@dataclass
class Request:
    """A request that the client isn't asked to make."""

    method: str
    url: str
    headers: dict[str, Any] | str = field(default_factory=dict)
    payload: str = ""
    text: str = ""


@dataclass
class Receive:
    """A webhook that is waited for."""

    event: str
    path: str = ""
    secrets: list[str] = field(default_factory=list)


@dataclass
class Wait:
    """A wait until a time, or for seconds after a step ended."""

    until: str = ""
    seconds: float | str = 0.0
    after: str = ""


@dataclass
class Expect:
    """What a step says of its answer."""

    status: int = 0
    headers: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    payload: str = ""


@dataclass
class Step:
    """A line of the table."""

    step: str = ""
    needs: list[str] = field(default_factory=list)

    call: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    key: str | None = "${key}"
    request: Request | None = None
    receive: Receive | None = None
    wait: Wait | None = None
    control: dict[str, Any] | None = None

    each: Literal["", "operations"] = ""
    only: list[str] | None = None
    excepted: list[str] = field(default_factory=list, metadata={"name": "except"})
    bodies: bool = False
    times: int = 0
    eventually: bool = False

    expect: Expect = field(default_factory=Expect)
    save: dict[str, str] = field(default_factory=dict)

    def taken(self, operations: list["Step"]) -> Iterator[tuple["Step", str]]:
        """What the step comes to, itself or one for each operation or each time, with what stands behind its name."""
        if not self.each:
            yield from [(self, f" {n}") for n in range(1, self.times + 1)] if self.times else [(self, "")]
            return
        for line in operations:
            if self.only is not None and line.call not in self.only or line.call in self.excepted:
                continue
            if self.bodies and line.body is None:
                continue
            body = line.body if self.body is None else self.body
            each = replace(self, call=line.call, parameters=line.parameters | self.parameters, body=body)
            yield each, f" {line.call}"


@dataclass
class Chapter:
    chapter: str
    needs: list[str] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)


@dataclass
class Payload:
    text: str = ""
    pattern: str = ""
    size: int = 0

    def content(self) -> bytes:
        pattern = self.pattern.encode()
        return (pattern * (self.size // len(pattern) + 1))[: self.size] if pattern else self.text.encode()


def read(file: Path, kind: Any) -> Any:
    """Reads a file of the table, as one of the types above or a list or dict of them."""
    try:
        content = YAML(typ="safe", pure=True).load(file)
    except YAMLError as error:
        raise ValueError(str(error)) from None
    return shaped(str(file), content, kind)


def shaped(at: str, value: Any, kind: Any) -> Any:
    """Makes a value of YAML one of a type. A field that no runner knows is an error, for it would check nothing."""
    if isinstance(kind, type) and is_dataclass(kind) and isinstance(value, dict):
        hints = get_type_hints(kind)
        known = {f.metadata.get("name", f.name): f.name for f in fields(kind)}
        if unknown := value.keys() - known.keys():
            raise ValueError(f"{at}: no field {', '.join(map(str, unknown))}")
        members = {known[n]: shaped(f"{at}.{n}", member, hints[known[n]]) for n, member in value.items()}
        try:
            return kind(**members)
        except TypeError as error:
            raise ValueError(f"{at}: {error}") from None
    origin, of = get_origin(kind), get_args(kind)
    if origin is UnionType:
        for one in of:
            try:
                return shaped(at, value, one)
            except ValueError as error:
                failed = error
        raise failed
    if origin is list and isinstance(value, list):
        return [shaped(f"{at}[{i}]", element, of[0]) for i, element in enumerate(value)]
    if origin is dict and isinstance(value, dict):
        return {shaped(at, name, of[0]): shaped(f"{at}.{name}", member, of[1]) for name, member in value.items()}
    if origin is Literal and value in of or kind is float and type(value) is int:
        return value
    if kind is Any or type(value) is kind:
        return value
    raise ValueError(f"{at}: expected {kind}, came {value!r}")
