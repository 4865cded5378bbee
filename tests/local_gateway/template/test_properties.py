"""No property of a template is silently different: each is honoured, without effect, or named."""

import importlib.util
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from local_gateway.template.properties.audit import PROPERTIES, audit, other_runtimes
from local_gateway.template.properties.resource_types import difference_of_type

SAM_TYPES = {
    "AWS::Serverless::Api",
    "AWS::Serverless::Application",
    "AWS::Serverless::Function",
    "AWS::Serverless::HttpApi",
    "AWS::Serverless::LayerVersion",
    "AWS::Serverless::SimpleTable",
    "AWS::Serverless::WebSocketApi",
}


@cache
def schemas() -> Path:
    """Return the folder of CloudFormation's schemas, which cfn-lint has; its import would take a second."""
    spec = importlib.util.find_spec("cfnlint")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).with_name("data") / "schemas"


@cache
def types() -> dict[str, str]:
    """Return the file of each resource type's schema."""
    found: dict[str, str] = json.loads((schemas() / "providers" / "us-east-1.json").read_text())
    return found


def settable(kind: str) -> Iterator[str]:
    """Return the properties that a template may set."""
    schema: dict[str, Any] = json.loads((schemas() / "resources" / f"{types()[kind]}.json").read_text())
    read_only = {pointer.split("/")[2] for pointer in schema.get("readOnlyProperties", [])}
    return (name for name in schema["properties"] if name not in read_only)


@pytest.mark.parametrize("kind", sorted(PROPERTIES))
def test_every_property_of_a_type_has_a_rule(kind: str) -> None:
    assert set(PROPERTIES[kind]) == set(settable(kind))


@pytest.mark.parametrize("service", ["AWS::ApiGatewayV2::", "AWS::Lambda::", "AWS::DynamoDB::"])
def test_every_type_of_a_service_has_rules_or_says_what_differs(service: str) -> None:
    of_service = [kind for kind in types() if kind.startswith(service)]
    without = {kind for kind in of_service if kind not in PROPERTIES and not difference_of_type(kind)}

    assert len(of_service) > 1
    assert without == WITHOUT_EFFECT[service]


WITHOUT_EFFECT: dict[str, set[str]] = {
    "AWS::ApiGatewayV2::": set(),
    "AWS::Lambda::": {"AWS::Lambda::CodeSigningConfig", "AWS::Lambda::LayerVersionPermission"},
    "AWS::DynamoDB::": set(),
}


def test_sams_translator_rejects_a_property_of_sam_that_it_does_not_translate() -> None:
    """So a property of SAM either becomes one of CloudFormation, which has a rule, or is an error."""
    known = json.loads((schemas() / "providers" / "sam.json").read_text())

    assert known.keys() >= SAM_TYPES


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": kind, "Properties": properties}


def test_a_property_that_differs_is_one_sentence_with_its_resources() -> None:
    routes = {f"Route{n}": resource("AWS::ApiGatewayV2::Route", RequestModels={}) for n in range(6)}

    (sentence,) = audit(routes)
    assert sentence == (
        "AWS::ApiGatewayV2::Route RequestModels (Route0, Route1, Route2, Route3 and 2 more) is left out: "
        "a message that its model forbids reaches the integration: it is not validated against a model"
    )


def test_honoured_properties_and_those_without_effect_are_not_named() -> None:
    stage = resource("AWS::ApiGatewayV2::Stage", StageName="a", Description="b", Tags={})

    assert audit({"Stage": stage}) == []


def test_a_property_that_is_not_known_is_named() -> None:
    assert audit({"Stage": resource("AWS::ApiGatewayV2::Stage", Invented=1)}) == [
        "AWS::ApiGatewayV2::Stage Invented (Stage) is not known here and has no effect"
    ]


def test_what_is_not_enforced_is_one_sentence() -> None:
    function = resource("AWS::Lambda::Function", Role="r", MemorySize=128, VpcConfig={})
    integration = resource("AWS::ApiGatewayV2::Integration", CredentialsArn="r")

    (sentence,) = audit({"Fn": function, "Way": integration})
    assert sentence == (
        "not enforced here, so only AWS refuses what violates it: memory (MemorySize), "
        "permissions (CredentialsArn, Role), the network of a VPC (VpcConfig)"
    )


@pytest.mark.parametrize(
    ("kind", "difference"),
    [
        ("AWS::S3::Bucket", "it does not exist here, and the functions' calls to it fail"),
        ("AWS::ApiGateway::RestApi", "REST APIs are not served"),
        ("Custom::Setup", "custom resources are not run"),
        ("AWS::CloudFormation::CustomResource", "custom resources are not run"),
        ("AWS::Lambda::Url", "function URLs are not served"),
        ("AWS::IAM::Role", ""),
        ("AWS::Logs::LogGroup", ""),
        ("AWS::CloudWatch::Alarm", ""),
    ],
)
def test_a_type_that_is_not_created_says_what_differs(kind: str, difference: str) -> None:
    assert difference_of_type(kind) == difference


def test_functions_of_another_python_are_named() -> None:
    (sentence,) = other_runtimes({"Old": "python3.9", "Other": "python3.9"})
    assert sentence.startswith("functions of python3.9 (Old, Other) run under python3.")
