"""The API keys of a template that its usage plans admit to the WebSocket API's stage.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from local_gateway.template.nested_stacks import LoadedTemplate

__all__ = ["read_api_keys"]


def read_api_keys(templates: Iterable[LoadedTemplate], api_id: str, stage: str) -> frozenset[str]:
    """Return the values of the enabled keys in a usage plan of the stage.

    A key without a `Value` gets one that depends on the stack's name: AWS generates it.
    """
    keys: dict[str, str] = {}
    plans: set[str] = set()
    members: list[tuple[str, str]] = []
    for loaded in templates:
        keys |= _of_type(loaded, "AWS::ApiGateway::ApiKey", _key_value)
        admitted = _of_type(
            loaded, "AWS::ApiGateway::UsagePlan", lambda _id, given: _admits(given, api_id, stage)
        )
        plans |= {plan for plan, admits in admitted.items() if admits}
        pairs = _of_type(
            loaded, "AWS::ApiGateway::UsagePlanKey", lambda _id, given: (given["KeyId"], given["UsagePlanId"])
        )
        members += pairs.values()
    return frozenset(keys[key] for key, plan in members if plan in plans and keys.get(key))


def _of_type(loaded: LoadedTemplate, kind: str, read: Any) -> dict[str, Any]:
    """Return what `read` makes of each resource of a type, by the value of its `Ref`."""
    return {
        str(loaded.resolver.resolve({"Ref": logical_id})): read(
            loaded.names.name(logical_id, kind, {}), properties
        )
        for logical_id, properties in loaded.properties(kind).items()
    }


def _key_value(name: str, given: Mapping[str, Any]) -> str:
    """Return a key's value; an empty text if it is not enabled."""
    if str(given.get("Enabled", False)).lower() != "true":
        return ""
    return str(given.get("Value") or hashlib.sha256(name.encode()).hexdigest()[:40])


def _admits(given: Mapping[str, Any], api_id: str, stage: str) -> bool:
    stages = given.get("ApiStages") or []
    return any((each.get("ApiId"), each.get("Stage")) == (api_id, stage) for each in stages)
