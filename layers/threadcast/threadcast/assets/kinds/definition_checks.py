"""Composable checks of a definition; each yields every error with its place."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any
from uuid import UUID

__all__ = [
    "At",
    "Check",
    "Flaw",
    "anything",
    "is_uuid",
    "list_of",
    "mapping",
    "mapping_of",
    "name",
    "number",
    "one_of",
    "plain_text",
    "positive_number",
    "text",
    "texts",
    "uuid",
]

MAX_NAME_CHARACTERS = 200
_SHOWN_CHARACTERS = 40
_FREE_PREFIX = "x-"
_NONE: Mapping[str, Any] = {}

At = tuple[str | int, ...]
"""The path to a value: keys of mappings, and positions in lists from 0."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """An error in a definition, and its place; `reason` is a text for the operator."""

    at: At
    reason: str


Check = Callable[[object, At], Iterator[Flaw]]
"""Yields the errors in a value; the second argument is its place."""


def anything(_value: object, _at: At) -> Iterator[Flaw]:
    """Accept any value, without a check."""
    return iter(())


def text(value: object, at: At) -> Iterator[Flaw]:
    """Accept a text that is not blank."""
    if not (isinstance(value, str) and value.strip()):
        wanted = "a text in quotes" if isinstance(value, int | float) else "a text that is not empty"
        yield _must_be(wanted, value, at)


def plain_text(value: object, at: At) -> Iterator[Flaw]:
    """Accept any text, also an empty one."""
    if not isinstance(value, str):
        yield _must_be("a text", value, at)


def name(value: object, at: At) -> Iterator[Flaw]:
    """Accept a text that is not blank and has at most 200 characters."""
    yield from text(value, at)
    if isinstance(value, str) and len(value) > MAX_NAME_CHARACTERS:
        yield Flaw(at, f"{_named(at)} has {len(value):,} characters; at most {MAX_NAME_CHARACTERS} are kept")


def uuid(value: object, at: At) -> Iterator[Flaw]:
    """Accept a UUID in the canonical form."""
    if not is_uuid(value):
        yield _must_be("a UUID", value, at)


def number(value: object, at: At) -> Iterator[Flaw]:
    """Accept any number but zero."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value == 0:
        yield _must_be("a number other than 0", value, at)


def positive_number(value: object, at: At) -> Iterator[Flaw]:
    """Accept a whole number from 1."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        yield _must_be("a whole number from 1", value, at)


def one_of(allowed: Collection[str]) -> Check:
    """Return a check that accepts one of these texts."""

    def check(value: object, at: At) -> Iterator[Flaw]:
        if value not in tuple(allowed):
            yield _must_be(f"one of {', '.join(allowed)}", value, at)

    return check


def list_of(item: Check, *, at_least: int = 1) -> Check:
    """Return a check of a list with at least so many values, each checked by `item`."""
    wanted = "a list that is not empty" if at_least else "a list"

    def check(value: object, at: At) -> Iterator[Flaw]:
        if not isinstance(value, list) or len(value) < at_least:
            yield _must_be(wanted, value, at)
            return
        for position, found in enumerate(value):
            yield from item(found, (*at, position))

    return check


texts = list_of(text, at_least=0)
"""Accepts a list of texts that are not blank."""


def mapping(required: Mapping[str, Check], optional: Mapping[str, Check] = _NONE) -> Check:
    """Return a check of a mapping with these keys, and no others except keys that begin with `x-`.

    An optional key with the value None counts as absent.
    """
    known = {**required, **optional}

    def check(value: object, at: At) -> Iterator[Flaw]:
        if not isinstance(value, Mapping):
            yield _must_be("a mapping of keys to values", value, at)
            return
        for key in required:
            if key not in value:
                yield Flaw(at, f"{_named((*at, key))} is missing")
        for key, found in value.items():
            if key in known:
                if key in required or found is not None:
                    yield from known[key](found, (*at, key))
            elif not str(key).startswith(_FREE_PREFIX):
                yield Flaw((*at, key), f"{_named((*at, key))} is not known{_guess(key, known)}")

    return check


def mapping_of(item: Check) -> Check:
    """Return a check of a mapping with any keys, each value checked by `item`."""

    def check(value: object, at: At) -> Iterator[Flaw]:
        if not isinstance(value, Mapping):
            yield _must_be("a mapping of keys to values", value, at)
            return
        for key, found in value.items():
            yield from item(found, (*at, key))

    return check


def is_uuid(value: object) -> bool:
    """Return whether the value is a text with a UUID in the canonical form, with hyphens."""
    if not isinstance(value, str):
        return False
    try:
        return str(UUID(value)) == value.lower()
    except ValueError:
        return False


def _must_be(wanted: str, value: object, at: At) -> Flaw:
    return Flaw(at, f"{_named(at)} must be {wanted}{_instead_of(value)}")


def _named(at: At) -> str:
    """Return a place as text: `rows[1].items[2].id`, counted from 1."""
    steps = (f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in at)
    return f"'{''.join(steps).removeprefix('.')}'" if at else "the definition"


def _instead_of(value: object) -> str:
    match value:
        case None:
            return ", but it has no value"
        case str():
            return f", not {_short(repr(value))}"
        case bool() | int() | float():
            return f", not {value!r}"
        case Mapping():
            return ", not a mapping"
        case _:
            return ", not a list" if value else ", not an empty list"


def _short(shown: str) -> str:
    return shown if len(shown) <= _SHOWN_CHARACTERS else f"{shown[:_SHOWN_CHARACTERS]}…"


def _guess(key: object, known: Collection[str]) -> str:
    by_lower = {each.lower(): each for each in known}
    close = get_close_matches(str(key).lower(), by_lower, 1)
    return f"; is '{by_lower[close[0]]}' meant?" if close else f"; known are {', '.join(known)}"
