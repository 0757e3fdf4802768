"""Values in the types of the client: whether they are what the types say, and encode to what they were."""

import json
from datetime import datetime
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs
from lox import models
from lox.types import Unset

from values import Failure, equal, parsed


def decode(kind: Any, value: Any) -> Any:
    """Makes a request's body of its type. What the type doesn't know is an error, for it would not be sent."""
    typed = kind.from_dict(value)
    check(kind.__name__, typed, kind)
    if not equal(typed.to_dict(), value):
        raise Failure(f"{kind.__name__} loses something:\ngiven   {value}\nencodes {typed.to_dict()}")
    return typed


def again(typed: Any, raw: bytes) -> Any:
    """Encodes what an answer was decoded into, which must be what came."""
    name = type(typed).__name__
    check(name, typed, type(typed))
    body = parsed(json.dumps(typed.to_dict()).encode())
    if not equal(parsed(raw), body):
        raise Failure(f"{name} loses something:\ncame    {raw.decode()}\nencodes {json.dumps(body)}")
    return body


def check(at: str, value: Any, kind: Any) -> None:
    """Fails if a value isn't of the type that the client says it has: Python itself doesn't look at that when it decodes.
    Nor may there be properties that the type doesn't know, which the client would keep."""
    if get_origin(kind) in (Union, UnionType):
        if type(value) in (NoneType, Unset) and type(value) in get_args(kind):
            return
        [kind] = set(get_args(kind)) - {NoneType, Unset}
    fits = type(value) is (get_origin(kind) or kind)
    if kind is Any:
        return
    if attrs.has(kind):
        if fits:
            check_members(at, value)
    elif get_origin(kind) is list and fits:
        for i, element in enumerate(value):
            check(f"{at}[{i}]", element, *get_args(kind))
    elif get_origin(kind) is dict and fits:
        for name, member in value.items():
            check(f"{at}.{name}", member, get_args(kind)[1])
    elif get_origin(kind) is Literal:
        fits = value in get_args(kind)
    elif kind is float:
        fits = type(value) in (int, float)
    elif kind is datetime:
        fits = fits and value.tzinfo is not None
    if not fits:
        raise Failure(f"{at}: expected {kind}, came {value!r}")


def check_members(at: str, value: Any) -> None:
    members = get_type_hints(type(value), localns=vars(models))
    more = members.pop("additional_properties", None)
    for name, kind in members.items():
        check(f"{at}.{name}", getattr(value, name), kind)
    if more is not None:
        if members and value.additional_properties:
            raise Failure(f"{at}: the client doesn't know {value.additional_properties}")
        check(at, value.additional_properties, more)
