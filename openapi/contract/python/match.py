"""What a step expects, held against what came."""

import re
from typing import Any

from values import Failure, equal, written

ABSENT: Any = object()


class Mismatch(Failure):
    """Something came that was not expected: unlike what is wrong with the table, this makes a $not hold."""


def match(at: str, want: Any, got: Any) -> None:
    """Holds a value, which may be absent, against what is wanted of it."""
    if isinstance(want, dict) and len(want) == 1:
        [(name, argument)] = want.items()
        if name.startswith("$"):
            return apply(at, name, argument, got)
    if got is ABSENT:
        raise Mismatch(f"{at}: is absent, expected {written(want)}")
    match want:
        case dict():
            if not isinstance(got, dict):
                raise Mismatch(f"{at}: expected an object, came {written(got)}")
            for name, member in want.items():
                match(f"{at}.{name}", member, got.get(name, ABSENT))
        case list():
            if not isinstance(got, list) or len(got) != len(want):
                raise Mismatch(f"{at}: expected {len(want)} elements, came {written(got)}")
            for i, (element, other) in enumerate(zip(want, got, strict=True)):
                match(f"{at}[{i}]", element, other)
        case _ if not equal(want, got):
            raise Mismatch(f"{at}: expected {written(want)}, came {written(got)}")


def apply(at: str, matcher: str, argument: Any, got: Any) -> None:
    if matcher == "$absent":
        if got is not ABSENT:
            raise Mismatch(f"{at}: expected none, came {written(got)}")
        return
    if got is ABSENT:
        raise Mismatch(f"{at}: is absent, expected {written({matcher: argument})}")
    if not holds(matcher, argument, got):
        raise Mismatch(f"{at}: expected {written({matcher: argument})}, came {written(got)}")


def holds(matcher: str, argument: Any, got: Any) -> bool:
    match matcher:
        case "$any":
            return True
        case "$matches":
            return isinstance(got, str) and re.search(written(argument), got, re.ASCII) is not None
        case "$atLeast" | "$atMost":
            bound, value = number(argument), number(got)
            if bound is None:
                raise Failure(f"{matcher}: {written(argument)} is no number")
            return value is not None and (value >= bound if matcher == "$atLeast" else value <= bound)
        case "$length":
            return isinstance(got, (str, list, dict)) and len(got) == number(argument)
        case "$contains":
            return isinstance(got, list) and any(matches(argument, element) for element in got)
        case "$not":
            return not matches(argument, got)
        case _:
            raise Failure(f"{matcher}: no such matcher")


def matches(want: Any, got: Any) -> bool:
    try:
        match("", want, got)
    except Mismatch:
        return False
    return True


def number(value: Any) -> float | None:
    """What is a number, or the text of one as in a header."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        return float(value)
    except ValueError:
        return None
