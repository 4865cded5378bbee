"""Selects the route of a message by the route selection expression, without I/O.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-routes.html
"""

import json
from collections.abc import Mapping

from local_gateway.apigateway.message_values import VARIABLE, JsonPath, substitute
from local_gateway.errors import TemplateError
from local_gateway.template.api import Route

__all__ = ["RouteSelector"]

_CAN_HOLD_A_KEY = tuple("{[ \t\r\n")


class RouteSelector:
    """Selects routes by an expression such as `$request.body.action`."""

    def __init__(self, expression: str, routes: Mapping[str, Route]) -> None:
        self._routes = routes
        self._default = routes.get("$default")
        self._expression = expression
        self._paths = {
            match.group(0): JsonPath(match.group(1) or match.group(2))
            for match in VARIABLE.finditer(expression)
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
        return substitute(self._expression, lambda match: self._paths[match.group(0)].find(parsed))
