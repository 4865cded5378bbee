"""Values of a message: what an expression such as `$request.body.action` selects, without I/O."""

import json
import re
from collections.abc import Callable
from typing import Any

__all__ = ["VARIABLE", "JsonPath", "as_text", "evaluate", "substitute"]

VARIABLE = re.compile(r"\$\{request\.body\.([^}]+)\}|\$request\.body\.([A-Za-z0-9_.\-\[\]]+)")
"""A variable of a selection expression; one of the groups is the path within the body."""

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_UNSUPPORTED = re.compile(r"\.\.|[*?@(]")
_QUOTED_STEP = re.compile(r"\['([^']+)'\]")


class JsonPath:
    """A path within a JSON value: names, indexes and `['names']`, with or without `$` at its start.

    Raises:
        ValueError: the path has a wildcard, a filter or a descent, which are not evaluated here.

    """

    def __init__(self, path: str) -> None:
        if _UNSUPPORTED.search(path):
            raise ValueError(f"JSONPath {path} is not evaluated here")
        plain = _QUOTED_STEP.sub(r".\1", path).removeprefix("$")
        self._steps = [int(index) if index else name for name, index in _STEP.findall(plain)]

    def find(self, value: Any) -> Any:
        """Return the value at the path; None if there is none."""
        for step in self._steps:
            if isinstance(step, int) and isinstance(value, list) and step < len(value):
                value = value[step]
            elif isinstance(step, str) and isinstance(value, dict):
                value = value.get(step)
            else:
                return None
        return value


def substitute(expression: str, find: Callable[[re.Match[str]], Any]) -> str:
    """Replace each variable of an expression by the text of the value that `find` returns for it."""
    return VARIABLE.sub(lambda match: as_text(find(match)), expression)


def evaluate(expression: str, body: str) -> str:
    """Evaluate an expression over a body; a body that is not JSON has no values."""
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        parsed = None
    return substitute(expression, lambda match: JsonPath(match.group(1) or match.group(2)).find(parsed))


def as_text(value: Any) -> str:
    """Return a value as part of a key; AWS documents `[item1, item2]` for lists."""
    if value is None:
        return ""
    if isinstance(value, list):
        return f"[{', '.join(map(as_text, value))}]"
    return value if isinstance(value, str) else json.dumps(value)
