"""Says where a JSON value differs from a type: TypedDicts, unions, Literals, lists, maps, marked strings."""

import re
import types
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)
from uuid import UUID

__all__ = ["differences"]

_RFC_3339_UTC: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)", re.ASCII)
_YEAR_5138_EPOCH_S: Final = 100_000_000_000
"""Anything above is milliseconds taken for seconds."""


def differences(value: Any, expected: Any, where: str = "") -> list[str]:
    """Return every way in which `value` is not an `expected`, each with the path to it; empty when it is one.

    Keys that a TypedDict does not name are differences too: the contract names them all.
    """
    return list(_differences(value, expected, where))


def _differences(value: Any, expected: Any, where: str) -> Iterator[str]:
    origin = get_origin(expected)
    if expected is Any:
        return
    if is_typeddict(expected):
        yield from _in_keys(value, expected, where)
    elif origin is Annotated:
        yield from _in_mark(value, expected, where)
    elif origin is Literal:
        if not any(value is choice or value == choice for choice in get_args(expected)):
            yield f"{where}: {_shown(value)} is not one of {', '.join(map(str, get_args(expected)))}"
    elif origin in (Union, types.UnionType):
        yield from _in_union(value, get_args(expected), where)
    elif origin in (list, dict):
        yield from _in_items(value, origin, get_args(expected), where)
    elif not _is_plain(value, expected):
        yield f"{where}: {_shown(value)} is not {_named(expected)}"


def _in_keys(value: Any, expected: Any, where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where}: {_shown(value)} is not an object"
        return
    hints = _hints(expected)
    for key in sorted(expected.__required_keys__ - value.keys()):
        yield f"{_under(where, key)}: missing"
    for key, held in value.items():
        if key in hints:
            yield from _differences(held, hints[key], _under(where, key))
        else:
            yield f"{_under(where, key)}: not in the contract"


def _in_mark(value: Any, expected: Any, where: str) -> Iterator[str]:
    plain, mark = get_args(expected)
    if not _is_plain(value, plain):
        yield f"{where}: {_shown(value)} is not {_named(plain)}"
    elif not _MARKS[mark](value):
        yield f"{where}: {_shown(value)} is not {mark}"


def _in_union(value: Any, choices: tuple[Any, ...], where: str) -> Iterator[str]:
    if value is None and types.NoneType in choices:
        return
    others = [choice for choice in choices if choice is not types.NoneType]
    told = [choice for choice in others if is_typeddict(choice) and _says_it_is(value, choice)]
    if len(others) == 1 or told:
        yield from _differences(value, (told or others)[0], where)
    else:
        yield f"{where}: {_shown(value)} is none of the kinds the contract knows here"


def _says_it_is(value: Any, choice: Any) -> bool:
    kind = _hints(choice).get("type")
    return isinstance(value, dict) and kind is not None and value.get("type") in get_args(kind)


def _in_items(value: Any, origin: Any, inner: tuple[Any, ...], where: str) -> Iterator[str]:
    if not isinstance(value, origin):
        yield f"{where}: {_shown(value)} is not {_named(origin)}"
        return
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, held in pairs:
        yield from _differences(held, inner[-1], _under(where, str(key)))


def _is_plain(value: Any, expected: Any) -> bool:
    if isinstance(value, bool):
        return expected is bool
    return isinstance(value, (int, float) if expected is float else expected)


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


def _is_time(text: str) -> bool:
    if not _RFC_3339_UTC.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_epoch_seconds(number: int) -> bool:
    return 0 <= number < _YEAR_5138_EPOCH_S


_MARKS: Final[dict[str, Callable[[Any], bool]]] = {
    "a UUID": _is_uuid,
    "an RFC 3339 time in UTC": _is_time,
    "a text with something in it": bool,
    "a time in epoch seconds": _is_epoch_seconds,
}


@cache
def _hints(expected: Any) -> dict[str, Any]:
    """Read a TypedDict's annotations once: they are evaluated anew on every call otherwise."""
    hints = get_type_hints(expected, include_extras=True)
    return {key: _unwrapped(hint) for key, hint in hints.items()}


def _unwrapped(hint: Any) -> Any:
    """Take NotRequired[...] off: whether a key must be there is in `__required_keys__`."""
    return get_args(hint)[0] if get_origin(hint) is NotRequired else hint


def _under(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"  # noqa: PLR2004 - one line of a report


def _named(expected: Any) -> str:
    return {dict: "an object", list: "a list", str: "a string", bool: "true or false"}.get(
        expected, "a number"
    )
