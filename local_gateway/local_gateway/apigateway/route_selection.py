"""Selects the route of a message by the route selection expression, without I/O.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-routes.html
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from local_gateway.errors import TemplateError
from local_gateway.template.api import Route

__all__ = ["RouteSelector"]

_VARIABLE = re.compile(r"\$\{request\.body\.([^}]+)\}|\$request\.body\.([A-Za-z0-9_.\-\[\]]+)")
_CAN_HOLD_A_KEY = tuple("{[ \t\r\n")

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


class RouteSelector:
    """Selects routes by an expression such as `$request.body.action`."""

    def __init__(self, expression: str, routes: Mapping[str, Route]) -> None:
        self._routes = routes
        self._default = routes.get("$default")
        self._expression = expression
        self._paths = {
            match.group(0): _steps(match.group(1) or match.group(2))
            for match in _VARIABLE.finditer(expression)
        }
        if not self._paths and "$" in expression:
            raise TemplateError("RouteSelectionExpression", f"{expression!r} is not understood here")

    def select(self, body: str) -> Route | None:
        """Return the route of a message's key, else `$default`, else None (`Forbidden`)."""
        key = self._key(body)
        if key is None or key.startswith("$"):  # $connect and $disconnect are not for messages
            return self._default
        return self._routes.get(key, self._default)

    def _key(self, body: str) -> str | None:
        """Evaluate the expression: a path without a value is empty; a body that is not JSON has no key."""
        if self._paths and body[:1] not in _CAN_HOLD_A_KEY:
            return None  # plain text is common, and an exception is slow
        try:
            parsed = json.loads(body)
        except (ValueError, RecursionError):
            return None
        return _VARIABLE.sub(
            lambda match: _as_text(_find(parsed, self._paths[match.group(0)])), self._expression
        )


def _steps(path: str) -> list[str | int]:
    return [int(index) if index else name for name, index in _STEP.findall(path)]


def _find(value: Any, steps: list[str | int]) -> Any:
    for step in steps:
        if isinstance(step, int) and isinstance(value, list) and step < len(value):
            value = value[step]
        elif isinstance(step, str) and isinstance(value, dict):
            value = value.get(step)
        else:
            return None
    return value


def _as_text(value: Any) -> str:
    """Return a value as part of a route key; AWS documents `[item1, item2]` for lists."""
    if value is None:
        return ""
    if isinstance(value, list):
        return f"[{', '.join(map(_as_text, value))}]"
    return value if isinstance(value, str) else json.dumps(value)
