"""Every caller reaches a function by its alias, so that a deployment can move requests between versions."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.template.translation import FUNCTIONS, resources, translated

SHIFTING = {"ShiftTraffic": "true"}
ALIAS_OF = {f"{name}Function": f"{name}FunctionAliaslive" for name in FUNCTIONS}
CALLERS = (
    "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::Authorizer",
    "AWS::Lambda::Permission",
    "AWS::Events::Rule",
    "AWS::IAM::Role",
    "AWS::IAM::ManagedPolicy",
)


def references(value: Any) -> Iterator[str]:
    """Yield the logical ids that a value refers to, by Ref, Fn::GetAtt or Fn::Sub."""
    if isinstance(value, list):
        for each in value:
            yield from references(each)
    elif isinstance(value, dict):
        yield from (str(value["Ref"]),) if "Ref" in value else ()
        yield from (value["Fn::GetAtt"][0],) if "Fn::GetAtt" in value else ()
        for each in value.values():
            yield from references(each)
    elif isinstance(value, str):
        yield from (name for name in ALIAS_OF if f"${{{name}" in value)


@pytest.mark.parametrize("kind", CALLERS)
def test_no_route_permission_schedule_or_policy_refers_to_an_unqualified_function(kind: str) -> None:
    referring = {name: set(references(given)) & ALIAS_OF.keys() for name, given in resources(kind).items()}

    assert referring
    assert {name: found for name, found in referring.items() if found} == {}


def test_no_variable_of_a_function_names_an_unqualified_function() -> None:
    variables = {
        name: function["Environment"]["Variables"]
        for name, function in resources("AWS::Lambda::Function").items()
    }

    assert not set(references(variables)) & ALIAS_OF.keys()
    assert variables["PostThreadFunction"]["RUN_TURN_FUNCTION"] == {"Ref": "RunTurnFunctionAliaslive"}


def test_asynchronous_settings_belong_to_the_alias_that_is_invoked() -> None:
    settings = {
        given["FunctionName"]["Ref"]: (
            given["Qualifier"],
            given["MaximumRetryAttempts"],
            given["DestinationConfig"],
        )
        for given in resources("AWS::Lambda::EventInvokeConfig").values()
    }

    failed = {"OnFailure": {"Destination": {"Ref": "TurnFailedFunctionAliaslive"}}}
    assert settings == {
        "RunTurnFunction": ("live", 0, failed),
        "TurnFailedFunction": ("live", 2, {}),
        "SweepTurnsFunction": ("live", 0, {}),
    }


def test_traffic_is_shifted_only_if_a_parameter_says_so() -> None:
    kinds = {resource["Type"] for resource in translated()["Resources"].values()}
    groups = resources("AWS::CodeDeploy::DeploymentGroup", SHIFTING)

    assert "AWS::CodeDeploy::DeploymentGroup" not in kinds
    assert set(groups) == {f"{function}DeploymentGroup" for function in ALIAS_OF}
    for group in groups.values():
        assert {"Fn::GetAtt": ["DeploymentRole", "Arn"]} in group["ServiceRoleArn"]["Fn::If"]
        assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
        assert {"Name": {"Ref": "TurnFailedAlarm"}} in group["AlarmConfiguration"]["Alarms"]


def test_every_alias_is_moved_by_codedeploy_where_traffic_is_shifted() -> None:
    aliases = {
        name: resource
        for name, resource in translated(SHIFTING)["Resources"].items()
        if resource["Type"] == "AWS::Lambda::Alias"
    }

    assert set(aliases) == set(ALIAS_OF.values())
    for alias in aliases.values():
        group = alias["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]["DeploymentGroupName"]["Ref"]
        assert group == f"{alias['Properties']['FunctionName']['Ref']}DeploymentGroup"


def test_no_resource_depends_on_itself() -> None:
    """CloudFormation refuses a cycle; an alias depends on its deployment group, and that on the alarms."""
    found = translated(SHIFTING)["Resources"]
    needs = {
        name: {*references(each), *each.get("DependsOn", [])} & found.keys() for name, each in found.items()
    }

    while free := {name for name, needed in needs.items() if not needed & needs.keys()}:
        needs = {name: needed for name, needed in needs.items() if name not in free}

    assert needs == {}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_new_release_publishes_a_version_of_every_function_and_its_alias_names_it(function: str) -> None:
    first, second = (
        resources("AWS::Lambda::Alias", {"Release": release})[f"{function}FunctionAliaslive"]
        for release in ("1764300000", "1764300001")
    )

    (version,) = references(second["FunctionVersion"])
    assert version in resources("AWS::Lambda::Version", {"Release": "1764300001"})
    assert first["FunctionVersion"] != second["FunctionVersion"]


def test_the_stack_stays_below_cloudformations_limits() -> None:
    body = translated(SHIFTING)

    assert len(body["Resources"]) < 250  # 500 are allowed
    assert len(json.dumps(body)) < 500_000  # 1 MB is allowed
    assert len(body["Parameters"]) < 100  # 200 are allowed
