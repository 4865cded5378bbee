"""Mapping templates of non-proxy integrations: what a function receives, and what a client receives.

Sources: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-data-transformations.html
and https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-integration-responses.html
"""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, unquote_plus

from local_gateway.apigateway.message_values import JsonPath, evaluate
from local_gateway.aws_lambda.invocation import Outcome
from local_gateway.template.integrations import Integration, IntegrationResponse

__all__ = ["MappingError", "MessageMapping"]

_DEFAULT = "$default"


class MappingError(Exception):
    """The mapping has no payload for the integration: the client receives an internal error."""


@dataclass(frozen=True, slots=True)
class MessageMapping:
    """The mapping of one message. `context` is the event's `requestContext`, `variables` the stage's."""

    integration: Integration
    context: Mapping[str, Any]
    variables: Mapping[str, str]
    body: str

    def request(self) -> bytes:
        """Return the payload of the integration: the mapped message, or the message itself.

        Raises:
            MappingError: the integration passes on no message without a template, or a template is invalid.

        """
        integration = self.integration
        template = self._selected(integration.templates, integration.selection, self.body)
        if template is not None:
            return self._render(template, self.body).encode()
        may_pass = {"WHEN_NO_MATCH": True, "WHEN_NO_TEMPLATES": not integration.templates}
        if not may_pass.get(integration.passthrough, False):
            raise MappingError("no template matches")
        return (self.body or "{}").encode()

    def reply(self, outcome: Outcome) -> str | None:
        """Return the reply of a route with a route response; None if no integration response applies.

        Raises:
            MappingError: a template is invalid.

        """
        result = outcome.payload.decode(errors="replace")
        response = self._response(outcome)
        if response is None:
            return None
        template = self._selected(response.templates, response.selection, result)
        return result if template is None else self._render(template, result)

    def _response(self, outcome: Outcome) -> IntegrationResponse | None:
        """Return the response whose `/expression/` matches the error message, else the default one."""
        result = outcome.parsed()
        error = str(result.get("errorMessage", "")) if outcome.error and isinstance(result, dict) else ""
        by_key = {response.key: response for response in self.integration.responses}
        for key, response in by_key.items():
            if error and key.startswith("/") and re.fullmatch(key.strip("/"), error):
                return response
        return by_key.get(_DEFAULT)

    def _selected(self, templates: Mapping[str, str], selection: str | None, body: str) -> str | None:
        """Return the template of the selection expression's value, else the default one."""
        key = evaluate(selection.replace("\\$", "$"), body) if selection else _DEFAULT
        return templates.get(key, templates.get(_DEFAULT))

    def _render(self, template: str, body: str) -> str:
        import airspeed  # noqa: PLC0415 - slow, and seldom needed

        names = {
            "context": self.context,
            "stageVariables": self.variables,
            "input": _Input(body),
            "util": _Util(),
        }
        try:
            return str(airspeed.Template(template).merge(names))
        except (airspeed.TemplateError, TypeError, ValueError) as problem:
            raise MappingError(str(problem)) from problem


class _Input:
    """The variable `$input`: the message or the result that is mapped."""

    def __init__(self, body: str) -> None:
        self.body = body

    def path(self, expression: str) -> Any:
        """Return the value at a JSONPath."""
        return JsonPath(expression).find(_parsed(self.body))

    def json(self, expression: str) -> str:
        """Return the value at a JSONPath as JSON."""
        return json.dumps(self.path(expression))


class _Util:
    """The variable `$util`, with the names that API Gateway documents."""

    def escapeJavaScript(self, text: str) -> str:  # noqa: N802 - API Gateway's name
        return json.dumps(str(text))[1:-1].replace("'", "\\'")

    def parseJson(self, text: str) -> Any:  # noqa: N802 - the same
        return json.loads(text)

    def urlEncode(self, text: str) -> str:  # noqa: N802 - the same
        return quote_plus(text)

    def urlDecode(self, text: str) -> str:  # noqa: N802 - the same
        return unquote_plus(text)

    def base64Encode(self, text: str) -> str:  # noqa: N802 - the same
        return base64.b64encode(text.encode()).decode()

    def base64Decode(self, text: str) -> str:  # noqa: N802 - the same
        return base64.b64decode(text).decode()


def _parsed(body: str) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body
