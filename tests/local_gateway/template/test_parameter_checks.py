"""Parameter values against the template's parameters and rules, with CloudFormation's messages."""

import contextlib
import threading
from pathlib import Path
from typing import Any

import pytest

from local_gateway.errors import ParameterError
from local_gateway.template.intrinsics import Resolver
from local_gateway.template.parameter_checks import check_parameters
from local_gateway.template.physical_names import PhysicalNames
from local_gateway.template.sam_translation import translate_template


def problems(body: dict[str, Any], **given: str) -> list[str]:
    try:
        check_parameters(body, given, Resolver(body, given, PhysicalNames("app", "eu-west-1")))
    except ParameterError as error:
        return list(error.problems)
    return []


def problem_of(value: Any, **constraints: Any) -> list[str]:
    return problems({"Parameters": {"P": {"Type": "String", **constraints}}}, P=value)


def test_unknown_and_missing_parameters_are_named_together() -> None:
    body = {"Parameters": {"A": {"Type": "String"}, "B": {"Type": "String"}, "C": {"Type": "String"}}}

    assert problems(body, B="given", Y="1", X="2") == [
        "Parameters: [X, Y] do not exist in the template",
        "Parameters: [A, C] must have values",
    ]


def test_a_template_without_parameters_rejects_every_parameter() -> None:
    assert problems({}, A="1") == ["Parameters: [A] do not exist in the template"]


@pytest.mark.parametrize(
    ("value", "constraints", "problem"),
    [
        ("x", {"AllowedValues": ["a", "b"]}, "must be one of AllowedValues: a, b"),
        ("5", {"Type": "Number", "AllowedValues": [1, 7]}, "must be one of AllowedValues: 1, 7"),
        ("yes", {"AllowedValues": [True, False]}, "must be one of AllowedValues: true, false"),
        ("A1", {"AllowedPattern": "[a-z]+"}, "must match pattern [a-z]+"),
        ("a1", {"AllowedPattern": "[a-z]+"}, "must match pattern [a-z]+"),
        ("ab", {"MinLength": 3}, "must contain at least 3 characters"),
        ("abcd", {"MaxLength": 3}, "must contain at most 3 characters"),
        ("many", {"Type": "Number"}, "must be a number"),
        ("1", {"Type": "Number", "MinValue": 2}, "must be a number not less than 2"),
        ("9", {"Type": "Number", "MaxValue": 8.5}, "must be a number not greater than 8.5"),
        ("1,x", {"Type": "List<Number>"}, "must be a number"),
        (
            "a, c",
            {"Type": "CommaDelimitedList", "AllowedValues": ["a", "b"]},
            "must be one of AllowedValues: a, b",
        ),
        ("a,B", {"Type": "CommaDelimitedList", "AllowedPattern": "[a-z]"}, "must match pattern [a-z]"),
        ("x", {"MinLength": 3, "ConstraintDescription": "must be a name"}, "must be a name"),
    ],
)
def test_a_value_that_violates_a_constraint_is_rejected_with_its_description(
    value: str, constraints: dict[str, Any], problem: str
) -> None:
    assert problem_of(value, **constraints) == [f"Parameter 'P' {problem}"]


@pytest.mark.parametrize(
    ("value", "constraints"),
    [
        ("b", {"AllowedValues": ["a", "b"]}),
        ("true", {"AllowedValues": [True, False]}),
        ("abc", {"AllowedPattern": "[a-z]{3}", "MinLength": 3, "MaxLength": 3}),
        ("2.5", {"Type": "Number", "MinValue": 2, "MaxValue": 3}),
        ("a, b", {"Type": "CommaDelimitedList", "AllowedValues": ["a", "b", "c"]}),
        ("1, 2", {"Type": "List<Number>", "MinValue": 1}),
        ("vpc-1", {"Type": "AWS::EC2::VPC::Id"}),
        ("/path", {"Type": "AWS::SSM::Parameter::Value<String>"}),
        ("x", {"AllowedPattern": "\\p{Alpha}+"}),  # Java's syntax, which Python cannot check
    ],
)
def test_a_value_that_meets_its_constraints_passes(value: str, constraints: dict[str, Any]) -> None:
    assert problem_of(value, **constraints) == []


def test_a_default_must_meet_the_constraints() -> None:
    body = {"Parameters": {"P": {"Type": "Number", "Default": 0, "MinValue": 1}}}

    assert problems(body) == ["Parameter 'P' must be a number not less than 1"]


def test_an_unknown_type_is_rejected() -> None:
    assert problem_of("x", Type="Text") == ["Parameter 'P': Unrecognized parameter type: Text"]


def test_an_error_message_does_not_contain_the_value() -> None:
    assert "hunter2" not in str(problem_of("hunter2", NoEcho=True, MinLength=30))


RULES = {
    "Parameters": {
        "Mode": {"Type": "String", "Default": "open"},
        "Key": {"Type": "String", "Default": ""},
        "Zones": {"Type": "CommaDelimitedList", "Default": "a,b"},
    },
    "Rules": {
        "Closed": {
            "RuleCondition": {"Fn::Equals": [{"Ref": "Mode"}, "closed"]},
            "Assertions": [
                {
                    "Assert": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Key"}, ""]}]},
                    "AssertDescription": "Mode closed\n  needs Key",
                }
            ],
        },
        "Known": {"Assertions": [{"Assert": {"Fn::Contains": [["open", "closed"], {"Ref": "Mode"}]}}]},
        "Near": {"Assertions": [{"Assert": {"Fn::EachMemberIn": [{"Ref": "Zones"}, ["a", "b", "c"]]}}]},
        "NeedsAws": {
            "Assertions": [{"Assert": {"Fn::EachMemberIn": [{"Fn::RefAll": "AWS::EC2::VPC::Id"}, ["x"]]}}]
        },
    },
}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, []),
        ({"Mode": "closed", "Key": "k"}, []),
        ({"Mode": "closed"}, ["Rule Closed: Mode closed needs Key"]),
        ({"Mode": "ajar"}, ["Rule Known: its assertion failed"]),
        ({"Zones": "a, z"}, ["Rule Near: its assertion failed"]),
    ],
)
def test_a_failed_rule_is_reported_by_its_description(given: dict[str, str], expected: list[str]) -> None:
    assert problems(RULES, **given) == expected


def test_threads_translate_templates_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """SAM's translator reads its region from the environment, which all threads share."""
    meeting = threading.Barrier(2)
    met: list[bool] = []

    def transform(body: object, *_: object) -> object:
        with contextlib.suppress(threading.BrokenBarrierError):
            meeting.wait(timeout=0.3)
            met.append(True)
        return body

    monkeypatch.setattr("samtranslator.translator.transform.transform", transform)
    body = {"Transform": "AWS::Serverless-2016-10-31", "Resources": {}}
    threads = [
        threading.Thread(target=translate_template, args=(Path("template.yaml"), dict(body), {}, "eu-west-1"))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert met == []
