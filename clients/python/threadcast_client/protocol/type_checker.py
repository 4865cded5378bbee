"""Compare a JSON value with a type: TypedDict, union, Literal, list, dict, or annotated string or number."""

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

__all__ = ["type_faults"]

_RFC_3339_UTC: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)", re.ASCII)
_YEAR_5138_EPOCH_S: Final = 100_000_000_000
"""A larger number is a time in milliseconds."""
_MAX_SHOWN_CHARS: Final = 60


def type_faults(value: Any, expected: Any, path: str = "") -> list[str]:
    """Return every way in which `value` does not match the type `expected`, each with its path.

    Keys that a TypedDict does not declare are faults too: the contract declares every key.
    """
    return list(_faults(value, expected, path))


def _faults(value: Any, expected: Any, path: str) -> Iterator[str]:
    origin = get_origin(expected)
    if expected is Any:
        return
    if is_typeddict(expected):
        yield from _typed_dict_faults(value, expected, path)
    elif origin is Annotated:
        yield from _annotated_faults(value, expected, path)
    elif origin is Literal:
        if not any(value is choice or value == choice for choice in get_args(expected)):
            yield f"{path}: {_shortened(value)} is not one of {', '.join(map(str, get_args(expected)))}"
    elif origin in (Union, types.UnionType):
        yield from _union_faults(value, get_args(expected), path)
    elif origin in (list, dict):
        yield from _item_faults(value, origin, get_args(expected), path)
    elif not _is_instance(value, expected):
        yield f"{path}: {_shortened(value)} is not {_type_name(expected)}"


def _typed_dict_faults(value: Any, expected: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path}: {_shortened(value)} is not an object"
        return
    hints = _hints(expected)
    for key in sorted(expected.__required_keys__ - value.keys()):
        yield f"{_joined(path, key)}: missing"
    for key, item in value.items():
        if key in hints:
            yield from _faults(item, hints[key], _joined(path, key))
        else:
            yield f"{_joined(path, key)}: not in the contract"


def _annotated_faults(value: Any, expected: Any, path: str) -> Iterator[str]:
    plain_type, annotation = get_args(expected)
    if not _is_instance(value, plain_type):
        yield f"{path}: {_shortened(value)} is not {_type_name(plain_type)}"
    elif not _FORMAT_CHECKS[annotation](value):
        yield f"{path}: {_shortened(value)} is not {annotation}"


def _union_faults(value: Any, choices: tuple[Any, ...], path: str) -> Iterator[str]:
    if value is None and types.NoneType in choices:
        return
    others = [choice for choice in choices if choice is not types.NoneType]
    discriminated = [choice for choice in others if is_typeddict(choice) and _has_type_of(value, choice)]
    if len(others) == 1 or discriminated:
        yield from _faults(value, (discriminated or others)[0], path)
    elif not any(_is_of(value, choice) for choice in others):
        yield f"{path}: {_shortened(value)} has no type that the contract allows here"


def _is_of(value: Any, choice: Any) -> bool:
    """Whether a value is of a plain type."""
    return choice in (str, int, float, bool) and _is_instance(value, choice)


def _has_type_of(value: Any, choice: Any) -> bool:
    """Whether the key `type`, the discriminator, has a value that this TypedDict declares."""
    type_hint = _hints(choice).get("type")
    return isinstance(value, dict) and type_hint is not None and value.get("type") in get_args(type_hint)


def _item_faults(value: Any, origin: Any, arguments: tuple[Any, ...], path: str) -> Iterator[str]:
    if not isinstance(value, origin):
        yield f"{path}: {_shortened(value)} is not {_type_name(origin)}"
        return
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in pairs:
        yield from _faults(item, arguments[-1], _joined(path, str(key)))


def _is_instance(value: Any, expected: Any) -> bool:
    """Whether a value is of a plain type; unlike in Python, true and false are not numbers."""
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


_FORMAT_CHECKS: Final[dict[str, Callable[[Any], bool]]] = {
    "a UUID": _is_uuid,
    "an RFC 3339 time in UTC": _is_time,
    "a non-empty string": bool,
    "a time in epoch seconds": _is_epoch_seconds,
}


@cache
def _hints(expected: Any) -> dict[str, Any]:
    """Return a TypedDict's annotations, cached: `get_type_hints` evaluates them on every call."""
    hints = get_type_hints(expected, include_extras=True)
    return {key: _without_not_required(hint) for key, hint in hints.items()}


def _without_not_required(hint: Any) -> Any:
    """Unwrap NotRequired[...]; `__required_keys__` says which keys are required."""
    return get_args(hint)[0] if get_origin(hint) is NotRequired else hint


def _joined(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _shortened(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _MAX_SHOWN_CHARS else f"{text[: _MAX_SHOWN_CHARS - 3]}…"


def _type_name(expected: Any) -> str:
    return {dict: "an object", list: "a list", str: "a string", bool: "true or false"}.get(
        expected, "a number"
    )
