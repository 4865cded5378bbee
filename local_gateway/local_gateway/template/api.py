"""The WebSocket API of a template: its routes, integrations, authorizers and stage."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from local_gateway.errors import TemplateError
from local_gateway.template.api_keys import read_api_keys
from local_gateway.template.integrations import (
    Integration,
    IntegrationResponse,
    function_of_uri,
    read_integration,
)
from local_gateway.template.nested_stacks import LoadedTemplate

__all__ = ["Api", "Authorizer", "Route", "Throttling", "read_api"]

_log = logging.getLogger(__name__)

Properties = dict[str, dict[str, Any]]
"""The properties of the resources of a type, by the value of their `Ref`."""


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
    needs_api_key: bool = False
    answers: bool = False
    throttling: Throttling | None = None


@dataclass(frozen=True, slots=True)
class Api:
    """One WebSocket API with its stage.

    `key_selection` is the API key selection expression; `api_keys` are the keys that the stage admits;
    `has_domain` is True if a custom domain is mapped to the API: its paths have no stage.
    """

    logical_id: str
    api_id: str
    name: str
    selection: str
    stage: str
    routes: Mapping[str, Route]
    stage_variables: Mapping[str, str] = field(default_factory=dict)
    key_selection: str = "$request.header.x-api-key"
    api_keys: frozenset[str] = frozenset()
    has_domain: bool = False


def read_api(templates: Sequence[LoadedTemplate], wanted: str | None = None) -> Api:
    """Read the WebSocket API of a stack; `wanted` is a logical id, required if there are several.

    Raises:
        TemplateError: there is none, there are several, or one of its parts cannot run on this machine.

    """
    apis = {
        loaded.names.path + logical_id: (loaded, logical_id, properties)
        for loaded in templates
        for logical_id, properties in loaded.properties("AWS::ApiGatewayV2::Api").items()
        if properties.get("ProtocolType") == "WEBSOCKET"
    }
    chosen = {path: found for path, found in apis.items() if wanted in {None, path}}
    if len(chosen) != 1:
        hint = "; name it by --api" if len(apis) > 1 else ""
        found = ", ".join(apis) or "none"
        raise TemplateError("AWS::ApiGatewayV2::Api", f"one WebSocket API is needed, found {found}{hint}")
    ((path, (loaded, logical_id, properties)),) = chosen.items()
    api_id = loaded.names.api_id(logical_id)
    stage = _read_stage(templates, api_id)
    stage_name = str(stage.get("StageName", "local"))
    variables = {key: str(value) for key, value in (stage.get("StageVariables") or {}).items()}
    mappings = _properties(templates, "ApiMapping").values()
    return Api(
        logical_id=path,
        api_id=api_id,
        name=str(properties.get("Name", logical_id)),
        selection=str(properties.get("RouteSelectionExpression", "$request.body.action")),
        stage=stage_name,
        routes=_read_routes(templates, api_id, stage, variables),
        stage_variables=variables,
        key_selection=str(properties.get("ApiKeySelectionExpression", "$request.header.x-api-key")),
        api_keys=read_api_keys(templates, api_id, stage_name),
        has_domain=any(mapping.get("ApiId") == api_id for mapping in mappings),
    )


def _properties(templates: Sequence[LoadedTemplate], kind: str) -> Properties:
    return {
        loaded.names.path + logical_id: properties
        for loaded in templates
        for logical_id, properties in loaded.properties(f"AWS::ApiGatewayV2::{kind}").items()
    }


def _read_stage(templates: Sequence[LoadedTemplate], api_id: str) -> Mapping[str, Any]:
    """Return the properties of the API's first stage; name what differs from a deployment."""
    stages = [each for each in _properties(templates, "Stage").values() if each.get("ApiId") == api_id]
    if len(stages) > 1:
        others = ", ".join(str(each.get("StageName")) for each in stages[1:])
        _log.warning("only the stage %s is served, not %s", stages[0].get("StageName"), others)
    if not stages:
        deployments = _properties(templates, "Deployment").values()
        created = (each for each in deployments if each.get("ApiId") == api_id and "StageName" in each)
        return next(created, {})
    stage = stages[0]
    if str(stage.get("AutoDeploy", "")).lower() != "true" and "DeploymentId" not in stage:
        _log.warning(
            "the stage %s has neither AutoDeploy nor a DeploymentId: on AWS it has no routes",
            stage.get("StageName"),
        )
    return stage


def _read_routes(
    templates: Sequence[LoadedTemplate], api_id: str, stage: Mapping[str, Any], variables: Mapping[str, str]
) -> dict[str, Route]:
    integrations = _properties(templates, "Integration")
    authorizers = _properties(templates, "Authorizer")
    responses = _read_responses(templates)
    answering = {response["RouteId"] for response in _properties(templates, "RouteResponse").values()}
    routes: dict[str, Route] = {}
    for logical_id, properties in _properties(templates, "Route").items():
        if properties.get("ApiId") != api_id:
            continue
        target = str(properties.get("Target", "")).removeprefix("integrations/")
        if target and target not in integrations:
            raise TemplateError(logical_id, f"its target {target} is not an integration")
        authorization = properties.get("AuthorizationType", "NONE")
        key = str(properties["RouteKey"])
        attached = integrations.get(target, {})
        integration = read_integration(attached, responses.get(target, ()), variables)
        if integration.kind == "OTHER":
            uri, kind = (attached.get(name, "none") for name in ("IntegrationUri", "IntegrationType"))
            _log.warning("route %s fails: its %s integration with %s does not run here", key, kind, uri)
        routes[key] = Route(
            key=key,
            integration=integration,
            authorizer=(
                _read_authorizer(properties, authorizers, variables) if authorization == "CUSTOM" else None
            ),
            needs_signature=authorization == "AWS_IAM",
            needs_api_key=str(properties.get("ApiKeyRequired", False)).lower() == "true",
            answers=logical_id in answering or "RouteResponseSelectionExpression" in properties,
            throttling=_read_throttling(stage, key),
        )
    if not routes:
        raise TemplateError("AWS::ApiGatewayV2::Route", "the WebSocket API has no routes")
    if all(route.integration.kind == "OTHER" for route in routes.values()):
        raise TemplateError("AWS::ApiGatewayV2::Route", "no route has an integration that runs here")
    return routes


def _read_responses(templates: Sequence[LoadedTemplate]) -> dict[str, tuple[IntegrationResponse, ...]]:
    """Return the responses of each integration."""
    responses: dict[str, tuple[IntegrationResponse, ...]] = {}
    for properties in _properties(templates, "IntegrationResponse").values():
        integration = str(properties.get("IntegrationId"))
        response = IntegrationResponse(
            key=str(properties.get("IntegrationResponseKey", "$default")),
            templates=properties.get("ResponseTemplates") or {},
            selection=properties.get("TemplateSelectionExpression"),
        )
        responses[integration] = (*responses.get(integration, ()), response)
    return responses


def _read_throttling(stage: Mapping[str, Any], route_key: str) -> Throttling | None:
    """Read the stage's limit of a route: a route's own settings take precedence over the default ones."""
    settings = {
        **(stage.get("DefaultRouteSettings") or {}),
        **((stage.get("RouteSettings") or {}).get(route_key) or {}),
    }
    names = {"ThrottlingRateLimit": "per_s", "ThrottlingBurstLimit": "burst"}
    given = {names[name]: float(settings[name]) for name in names if name in settings}
    return Throttling(**given) if given else None


def _read_authorizer(
    properties: Mapping[str, Any],
    authorizers: Mapping[str, Mapping[str, Any]],
    variables: Mapping[str, str],
) -> Authorizer:
    logical_id = str(properties.get("AuthorizerId"))
    if logical_id not in authorizers:
        raise TemplateError(logical_id, "is not an authorizer of this template")
    authorizer = authorizers[logical_id]
    function_arn = function_of_uri(str(authorizer.get("AuthorizerUri")), variables)
    if function_arn is None:
        raise TemplateError(
            logical_id, f"its URI {authorizer.get('AuthorizerUri')} does not name a Lambda function"
        )
    return Authorizer(function_arn, tuple(authorizer.get("IdentitySource") or ()))
