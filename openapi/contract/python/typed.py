"""Values in the types of the client: whether they are what the types say."""

from datetime import datetime
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs
from lox import models
from lox.types import Unset


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
        raise TypeError(f"{at}: expected {kind}, came {value!r}")


def check_members(at: str, value: Any) -> None:
    members = get_type_hints(type(value), localns=vars(models))
    more = members.pop("additional_properties", None)
    for name, kind in members.items():
        check(f"{at}.{name}", getattr(value, name), kind)
    if more is not None:
        if members and value.additional_properties:
            raise TypeError(f"{at}: the client doesn't know {value.additional_properties}")
        check(at, value.additional_properties, more)
