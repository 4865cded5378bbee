"""The integrations of a template's routes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = [
    "MAX_INTEGRATION_TIMEOUT_S",
    "Integration",
    "IntegrationResponse",
    "function_of_uri",
    "read_integration",
]

MAX_INTEGRATION_TIMEOUT_S = 29.0
"""API Gateway's maximum integration timeout, which also limits authorizers:
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html"""

_FUNCTION_OF_URI = re.compile(r":lambda:path/[^/]+/functions/(.+)/invocations$|^(arn:[^:]+:lambda:[^/]+)$")
_DYNAMODB_OPERATION = re.compile(r"^arn:[^:]+:apigateway:[^:]+:dynamodb:action/(\w+)$")
_STAGE_VARIABLE = re.compile(r"\$\{stageVariables\.(\w+)\}")
_INVOCATION_TYPE = "integration.request.header.X-Amz-Invocation-Type"


@dataclass(frozen=True, slots=True)
class IntegrationResponse:
    """How a non-proxy integration's result becomes a reply. `key` is `$default` or `/expression/`."""

    key: str
    templates: Mapping[str, str] = field(default_factory=dict)
    selection: str | None = None


@dataclass(frozen=True, slots=True)
class Integration:
    """The integration of a route.

    `function_arn` is None for a MOCK integration, and for one that cannot run here (`kind` OTHER, e.g. HTTP):
    its messages fail. `is_event` invokes the function asynchronously; `has_credentials` invokes it by a role.
    `operation` is an operation of DynamoDB that is called instead of a function.
    `templates` are mapping templates by key; `selection` is the template selection expression. The last four
    are of non-proxy integrations.
    """

    kind: Literal["AWS_PROXY", "AWS", "MOCK", "OTHER"]
    function_arn: str | None
    timeout_s: float = MAX_INTEGRATION_TIMEOUT_S
    is_event: bool = False
    has_credentials: bool = False
    operation: str | None = None
    templates: Mapping[str, str] = field(default_factory=dict)
    selection: str | None = None
    passthrough: str = "WHEN_NO_MATCH"
    responses: tuple[IntegrationResponse, ...] = ()

    @property
    def is_proxy(self) -> bool:
        """Whether the function receives the whole event and its result is the reply."""
        return self.kind == "AWS_PROXY"


def read_integration(
    properties: Mapping[str, Any], responses: tuple[IntegrationResponse, ...], variables: Mapping[str, str]
) -> Integration:
    """Read an integration from its resolved properties; `variables` are the stage's."""
    timeout_s = min(float(properties.get("TimeoutInMillis", 29_000)) / 1000, MAX_INTEGRATION_TIMEOUT_S)
    kind, uri = properties.get("IntegrationType"), str(properties.get("IntegrationUri"))
    function_arn = function_of_uri(uri, variables)
    has_credentials = "CredentialsArn" in properties
    if kind == "AWS_PROXY" and function_arn is not None:
        return Integration("AWS_PROXY", function_arn, timeout_s, _is_event(properties), has_credentials)
    operation = _DYNAMODB_OPERATION.match(uri)
    if kind != "MOCK" and (kind != "AWS" or (function_arn is None and operation is None)):
        return Integration("OTHER", None, timeout_s)
    return Integration(
        "AWS" if kind == "AWS" else "MOCK",
        function_arn if kind == "AWS" else None,
        timeout_s,
        _is_event(properties),
        has_credentials,
        operation[1] if operation else None,
        templates=properties.get("RequestTemplates") or {},
        selection=properties.get("TemplateSelectionExpression"),
        passthrough=str(properties.get("PassthroughBehavior", "WHEN_NO_MATCH")),
        responses=responses,
    )


def function_of_uri(uri: str, variables: Mapping[str, str]) -> str | None:
    """Return the ARN of the function that a URI names; None if it names another service.

    A stage variable that is not set is empty, as in API Gateway. The ARN itself is accepted too, as in HTTP
    APIs; whether API Gateway accepts it in a WebSocket API is unknown.
    """
    match = _FUNCTION_OF_URI.search(uri)
    if match is None:
        return None
    return _STAGE_VARIABLE.sub(lambda found: variables.get(found[1], ""), match.group(1) or match.group(2))


def _is_event(properties: Mapping[str, Any]) -> bool:
    invocation_type = (properties.get("RequestParameters") or {}).get(_INVOCATION_TYPE, "")
    return str(invocation_type).strip("'") == "Event"
