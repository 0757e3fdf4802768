"""Checks values against the types of the client."""

from datetime import datetime
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs
from lox import models
from lox.types import Unset


def check(at: str, value: Any, kind: Any) -> None:
    """Fails if a value doesn't have the type that the client declares, which Python doesn't check when it decodes. Fails,
    too, if a value has properties that its type doesn't declare, because the client would keep them."""
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
        raise TypeError(f"{at}: expected {kind}, got {value!r}")


def check_members(at: str, value: Any) -> None:
    members = get_type_hints(type(value), localns=vars(models))
    more = members.pop("additional_properties", None)
    for name, kind in members.items():
        check(f"{at}.{name}", getattr(value, name), kind)
    if more is not None:
        if members and value.additional_properties:
            raise TypeError(f"{at}: the client's type doesn't declare {value.additional_properties}")
        check(at, value.additional_properties, more)
