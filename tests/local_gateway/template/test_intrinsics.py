"""CloudFormation's intrinsic functions and conditions."""

from typing import Any

import pytest

from local_gateway.errors import UnresolvedValue
from local_gateway.template.intrinsics import Resolver
from local_gateway.template.physical_names import PhysicalNames

BODY = {
    "Parameters": {
        "Stage": {"Type": "String", "Default": "dev"},
        "Zones": {"Type": "CommaDelimitedList", "Default": "a, b"},
        "Count": {"Type": "Number", "Default": 3},
        "Flag": {"Type": "String", "Default": True},
        "Needed": {"Type": "String"},
    },
    "Mappings": {"Sizes": {"dev": {"Memory": 128}, "prod": {"Memory": 1024}}},
    "Conditions": {
        "IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
        "IsDev": {"Fn::Not": [{"Condition": "IsProd"}]},
        "Either": {"Fn::Or": [{"Condition": "IsProd"}, {"Condition": "IsDev"}]},
        "Both": {"Fn::And": [{"Condition": "IsProd"}, {"Condition": "IsDev"}]},
    },
    "Resources": {
        "Fn": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": {"Fn::Sub": "${Stage}-fn"}}},
        "Table": {"Type": "AWS::DynamoDB::Table", "Properties": {}},
        "Topic": {"Type": "AWS::SNS::Topic"},
        "Queue": {"Type": "AWS::SQS::Queue"},
        "Api": {"Type": "AWS::ApiGatewayV2::Api"},
        "Live": {
            "Type": "AWS::Lambda::Alias",
            "Properties": {"FunctionName": {"Ref": "Fn"}, "Name": "live"},
        },
        "Loop": {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": {"Ref": "Loop"}}},
        "OnlyProd": {"Type": "AWS::SNS::Topic", "Condition": "IsProd"},
    },
}


def resolve(value: Any, **parameters: str) -> Any:
    return Resolver(BODY, parameters, PhysicalNames("app", "eu-west-1")).resolve(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Ref": "Stage"}, "dev"),
        ({"Ref": "Zones"}, ["a", "b"]),
        ({"Ref": "Count"}, "3"),
        ({"Ref": "Flag"}, "true"),
        ({"Ref": "AWS::Region"}, "eu-west-1"),
        ({"Ref": "AWS::StackName"}, "app"),
        ({"Ref": "Fn"}, "dev-fn"),
        ({"Ref": "Table"}, "app-Table"),
        ({"Ref": "Topic"}, "arn:aws:sns:eu-west-1:123456789012:app-Topic"),
        ({"Ref": "Queue"}, "https://sqs.eu-west-1.amazonaws.com/123456789012/app-Queue"),
        ({"Ref": "Live"}, "arn:aws:lambda:eu-west-1:123456789012:function:dev-fn:live"),
        ({"Fn::GetAtt": ["Fn", "Arn"]}, "arn:aws:lambda:eu-west-1:123456789012:function:dev-fn"),
        ({"Fn::GetAtt": "Table.Arn"}, "arn:aws:dynamodb:eu-west-1:123456789012:table/app-Table"),
        ({"Fn::GetAtt": ["Queue", "QueueName"]}, "app-Queue"),
        ({"Fn::GetAtt": ["Topic", "Colour"]}, "app-Topic-Colour"),
        ({"Fn::Sub": "${Stage}/${Fn.Arn}"}, "dev/arn:aws:lambda:eu-west-1:123456789012:function:dev-fn"),
        ({"Fn::Sub": ["${a}-${Stage}", {"a": {"Ref": "Count"}}]}, "3-dev"),
        ({"Fn::Sub": "${!literal}"}, "${literal}"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Stage"}]]}, "a-dev"),
        ({"Fn::Select": [1, ["x", "y"]]}, "y"),
        ({"Fn::Select": ["0", {"Fn::Split": ["/", "p/q"]}]}, "p"),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "Stage"}, "Memory"]}, 128),
        ({"Fn::Base64": "hi"}, "aGk="),
        ({"Fn::If": ["IsProd", "big", "small"]}, "small"),
        ({"Fn::If": ["Either", "yes", "no"]}, "yes"),
        ({"Fn::If": ["Both", "yes", "no"]}, "no"),
        ({"a": {"Ref": "AWS::NoValue"}, "b": 1}, {"b": 1}),
        ([{"Fn::If": ["IsProd", 1, {"Ref": "AWS::NoValue"}]}, 2], [2]),
        ({"Fn::ToJsonString": {"a": {"Ref": "Stage"}}}, '{"a": "dev"}'),
        ({"Fn::Length": {"Ref": "Zones"}}, 2),
    ],
)
def test_a_value_resolves_as_in_cloudformation(value: Any, expected: Any) -> None:
    assert resolve(value) == expected


def test_parameters_take_precedence_over_defaults() -> None:
    assert resolve({"Fn::If": ["IsProd", {"Ref": "Stage"}, "?"]}, Stage="prod") == "prod"


def test_resources_with_a_false_condition_are_omitted() -> None:
    names = PhysicalNames("app", "eu-west-1")

    in_dev = Resolver(BODY, {}, names).resources("AWS::SNS::Topic")
    in_prod = Resolver(BODY, {"Stage": "prod"}, names).resources("AWS::SNS::Topic")

    assert (list(in_dev), list(in_prod)) == (["Topic"], ["Topic", "OnlyProd"])


def test_api_ids_are_stable_and_have_api_gateways_form() -> None:
    first, second = resolve({"Ref": "Api"}), resolve({"Ref": "Api"})

    assert first == second
    assert first.isalnum()
    assert len(first) == 10


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"Ref": "Needed"}, "parameter Needed: has no default; pass --parameter-overrides Needed=VALUE"),
        ({"Ref": "Unknown"}, "Unknown: is neither a parameter nor a resource of this template"),
        ({"Ref": "Loop"}, "Loop: its name refers to itself"),
        (
            {"Fn::Cidr": ["10.0.0.0/16", 1]},
            "Fn::Cidr: this intrinsic function is not supported on one machine",
        ),
        ({"Fn::If": ["Nope", 1, 2]}, "condition Nope: is not under 'Conditions'"),
        (
            {"Fn::FindInMap": ["Sizes", "test", "Memory"]},
            "Fn::FindInMap: 'Mappings' has no Sizes → test → Memory",
        ),
        (
            {"Fn::ImportValue": {"Fn::Sub": "${Stage}-vpc"}},
            (
                "Fn::ImportValue dev-vpc: is exported by another stack, which isn't here; "
                "use a parameter, or --env for a variable"
            ),
        ),
    ],
)
def test_an_unresolved_value_is_named_in_the_error(value: Any, text: Any) -> None:
    with pytest.raises(UnresolvedValue) as caught:
        resolve(value)

    assert str(caught.value) == text
