"""The WebSocket API of a template: its routes, integrations, authorizers and stage."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from local_gateway.errors import TemplateError
from local_gateway.template.intrinsics import Resolver
from local_gateway.template.physical_names import PhysicalNames

__all__ = [
    "MAX_INTEGRATION_TIMEOUT_S",
    "Api",
    "Authorizer",
    "Integration",
    "Route",
    "Throttling",
    "read_api",
]

MAX_INTEGRATION_TIMEOUT_S = 29.0
"""API Gateway's maximum integration timeout, which also limits authorizers:
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html"""

_FUNCTION_OF_URI = re.compile(r":lambda:path/[^/]+/functions/(arn:[^/]+)/invocations$")


@dataclass(frozen=True, slots=True)
class Integration:
    """The integration of a route. `function_arn` is None for a MOCK integration."""

    kind: Literal["AWS_PROXY", "MOCK"]
    function_arn: str | None
    timeout_s: float = MAX_INTEGRATION_TIMEOUT_S


@dataclass(frozen=True, slots=True)
class Authorizer:
    """A REQUEST authorizer, which API Gateway calls only if every identity source has a value."""

    function_arn: str
    identity_sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Throttling:
    """A stage's limit for each of its routes; the defaults are an account's quotas."""

    per_s: float = 10_000
    burst: float = 5_000


@dataclass(frozen=True, slots=True)
class Route:
    """One route. `answers` is True if the integration's result is sent to the client."""

    key: str
    integration: Integration
    authorizer: Authorizer | None = None
    needs_signature: bool = False
    answers: bool = False
    throttling: Throttling | None = None


@dataclass(frozen=True, slots=True)
class Api:
    """One WebSocket API with its stage."""

    logical_id: str
    api_id: str
    name: str
    selection: str
    stage: str
    routes: Mapping[str, Route]
    stage_variables: Mapping[str, str] = field(default_factory=dict)


def read_api(resolver: Resolver, names: PhysicalNames, wanted: str | None = None) -> Api:
    """Read the template's WebSocket API; `wanted` is a logical id, required if there are several.

    Raises:
        TemplateError: there is none, there are several, or one of its parts cannot run on this machine.

    """
    apis = {
        logical_id: properties
        for logical_id, properties in _properties(resolver, "Api").items()
        if properties.get("ProtocolType") == "WEBSOCKET" and wanted in {None, logical_id}
    }
    if len(apis) != 1:
        found = ", ".join(apis) or "none"
        raise TemplateError("AWS::ApiGatewayV2::Api", f"one WebSocket API is needed, found {found}")
    ((logical_id, properties),) = apis.items()
    api_id = names.api_id(logical_id)
    stage = next((s for s in _properties(resolver, "Stage").values() if s.get("ApiId") == api_id), {})
    return Api(
        logical_id=logical_id,
        api_id=api_id,
        name=str(properties.get("Name", logical_id)),
        selection=str(properties.get("RouteSelectionExpression", "$request.body.action")),
        stage=str(stage.get("StageName", "local")),
        routes=_read_routes(resolver, api_id, stage),
        stage_variables={key: str(value) for key, value in (stage.get("StageVariables") or {}).items()},
    )


def _properties(resolver: Resolver, kind: str) -> dict[str, dict[str, Any]]:
    resources = resolver.resources(f"AWS::ApiGatewayV2::{kind}")
    return {
        logical_id: resolver.resolve(resource.get("Properties") or {})
        for logical_id, resource in resources.items()
    }


def _read_routes(resolver: Resolver, api_id: str, stage: Mapping[str, Any]) -> dict[str, Route]:
    integrations = _properties(resolver, "Integration")
    authorizers = _properties(resolver, "Authorizer")
    answering = {response["RouteId"] for response in _properties(resolver, "RouteResponse").values()}
    routes: dict[str, Route] = {}
    for logical_id, properties in _properties(resolver, "Route").items():
        if properties.get("ApiId") != api_id:
            continue
        target = str(properties.get("Target", "")).removeprefix("integrations/")
        if target not in integrations:
            raise TemplateError(logical_id, f"its target {target or '(none)'} is not an integration")
        authorization = properties.get("AuthorizationType", "NONE")
        key = str(properties["RouteKey"])
        routes[key] = Route(
            key=key,
            integration=_read_integration(target, integrations[target]),
            authorizer=_read_authorizer(properties, authorizers) if authorization == "CUSTOM" else None,
            needs_signature=authorization == "AWS_IAM",
            answers=logical_id in answering or "RouteResponseSelectionExpression" in properties,
            throttling=_read_throttling(stage, key),
        )
    if not routes:
        raise TemplateError("AWS::ApiGatewayV2::Route", "the WebSocket API has no routes")
    return routes


def _read_throttling(stage: Mapping[str, Any], route_key: str) -> Throttling | None:
    """Read the stage's limit of a route: a route's own settings take precedence over the default ones."""
    settings = {
        **(stage.get("DefaultRouteSettings") or {}),
        **((stage.get("RouteSettings") or {}).get(route_key) or {}),
    }
    names = {"ThrottlingRateLimit": "per_s", "ThrottlingBurstLimit": "burst"}
    given = {names[name]: float(settings[name]) for name in names if name in settings}
    return Throttling(**given) if given else None


def _read_integration(logical_id: str, properties: Mapping[str, Any]) -> Integration:
    kind = properties.get("IntegrationType")
    timeout_s = min(float(properties.get("TimeoutInMillis", 29_000)) / 1000, MAX_INTEGRATION_TIMEOUT_S)
    if kind == "MOCK":
        return Integration("MOCK", None, timeout_s)
    if kind == "AWS_PROXY":
        return Integration(
            "AWS_PROXY", _function_arn(logical_id, properties.get("IntegrationUri")), timeout_s
        )
    raise TemplateError(logical_id, f"integration type {kind} is not supported: AWS_PROXY and MOCK are")


def _read_authorizer(
    properties: Mapping[str, Any], authorizers: Mapping[str, Mapping[str, Any]]
) -> Authorizer:
    logical_id = str(properties.get("AuthorizerId"))
    if logical_id not in authorizers:
        raise TemplateError(logical_id, "is not an authorizer of this template")
    authorizer = authorizers[logical_id]
    return Authorizer(
        function_arn=_function_arn(logical_id, authorizer.get("AuthorizerUri")),
        identity_sources=tuple(authorizer.get("IdentitySource") or ()),
    )


def _function_arn(logical_id: str, uri: Any) -> str:
    match = _FUNCTION_OF_URI.search(str(uri))
    if match is None:
        raise TemplateError(logical_id, f"its URI {uri} does not name a Lambda function")
    return match.group(1)
