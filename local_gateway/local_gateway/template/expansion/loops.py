"""Expands `Fn::ForEach` of CloudFormation's language extensions.

Reference: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-foreach.html
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from local_gateway.errors import TemplateError

__all__ = ["expand_loops"]

_PREFIX = "Fn::ForEach::"
_PLACEHOLDER = re.compile(r"\$\{(\w+)\}|&\{(\w+)\}")


def expand_loops(body: dict[str, Any], resolve: Callable[[Any], Any]) -> dict[str, Any]:
    """Return the template with every loop replaced by its copies.

    `resolve` evaluates a collection, which may refer to parameters.

    Raises:
        TemplateError: a loop does not have the form of `Fn::ForEach`, or makes a key twice.

    """
    expanded: dict[str, Any] = _expand(body, {}, resolve)
    return expanded


def _expand(value: Any, bound: Mapping[str, str], resolve: Callable[[Any], Any]) -> Any:
    if isinstance(value, str):
        return _replace(value, bound)
    if isinstance(value, list):
        return [_expand(item, bound, resolve) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1 and value.get("Ref") in bound:
        return bound[value["Ref"]]
    expanded: dict[str, Any] = {}
    for key, item in value.items():
        if not key.startswith(_PREFIX):
            expanded[_replace(key, bound)] = _expand(item, bound, resolve)
            continue
        for made, content in _copies(key, item, bound, resolve):
            if made in expanded:
                raise TemplateError(key, f"it makes {made}, which is there already")
            expanded[made] = content
    return expanded


def _copies(
    name: str, loop: Any, bound: Mapping[str, str], resolve: Callable[[Any], Any]
) -> Iterator[tuple[str, Any]]:
    """Return the keys and values that a loop makes."""
    match loop:
        case [str(identifier), collection, dict(output)]:
            for each in resolve(_expand(collection, bound, resolve)):
                yield from _expand(output, {**bound, identifier: str(each)}, resolve).items()
        case _:
            raise TemplateError(name, "it needs an identifier, a collection and a mapping")


def _replace(text: str, bound: Mapping[str, str]) -> str:
    """Replace the identifiers of loops; `&{Name}` leaves out what is not a letter or a digit."""
    if not bound:
        return text

    def value(match: re.Match[str]) -> str:
        plain, alphanumeric = match.groups()
        if (plain or alphanumeric) not in bound:
            return match.group()
        return bound[plain] if plain else re.sub(r"[^A-Za-z0-9]", "", bound[alphanumeric])

    return _PLACEHOLDER.sub(value, text)
