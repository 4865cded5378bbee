"""Writes a definition as YAML: a function that answers requests has no YAML library in its layer."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["yaml_text"]

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./-]+)*")
_OTHER_MEANING = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"})
"""Plain words that YAML 1.1 does not read as texts."""

_STEP = "  "


def yaml_text(definition: Mapping[str, Any]) -> str:
    """Return the YAML of JSON values; texts of several lines become literal blocks."""
    return "\n".join(_lines(definition)) + "\n"


def _lines(value: Any) -> Iterator[str]:
    """Yield the lines of a value, without indentation of its own."""
    match value:
        case {} if value:
            for key, item in value.items():
                yield from _entry(f"{_scalar(str(key))}:", item)
        case [_, *_]:
            for item in value:
                yield from _item(item)
        case _:
            yield _scalar(value)


def _entry(key: str, value: Any) -> Iterator[str]:
    if isinstance(value, str) and _is_block(value):
        yield f"{key} |" if value.endswith("\n") else f"{key} |-"
        yield from (f"{_STEP}{line}" if line else "" for line in value.removesuffix("\n").split("\n"))
    elif isinstance(value, Mapping | list) and value:
        yield key
        yield from (f"{_STEP}{line}" if line else "" for line in _lines(value))
    else:
        yield f"{key} {_scalar(value)}"


def _item(value: Any) -> Iterator[str]:
    lines = _lines(value)
    yield f"- {next(lines)}"
    yield from (f"{_STEP}{line}" if line else "" for line in lines)


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return value if _is_plain(value) else f'"{"".join(map(_escaped, value))}"'
    if isinstance(value, Mapping | list):
        return "[]" if isinstance(value, list) else "{}"
    text = json.dumps(value)
    digits, exponent, power = text.partition("e")
    return f"{digits}.0e{power}" if _is_short_power(digits, exponent) else text


def _is_short_power(digits: str, exponent: str) -> bool:
    """Return whether a number is one as `1e-07`, which YAML 1.1 takes for a text."""
    return bool(exponent) and digits.lstrip("-").isdigit()


def _is_plain(text: str) -> bool:
    return _PLAIN.fullmatch(text) is not None and text.lower() not in _OTHER_MEANING


def _is_block(text: str) -> bool:
    """Return whether a literal block holds the text unchanged."""
    lines = text.removesuffix("\n").split("\n")
    whole = len(lines) > 1 and all(line.isprintable() for line in lines)
    return whole and bool(lines[0]) and bool(lines[-1]) and not lines[0].startswith(" ")


def _escaped(character: str) -> str:
    if character in {'"', "\\"}:
        return f"\\{character}"
    if character == "\n":
        return "\\n"
    return character if character.isprintable() else f"\\U{ord(character):08x}"
