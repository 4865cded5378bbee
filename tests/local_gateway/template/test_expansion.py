"""Includes, loops, stored values, nested stacks, and references to unknown names."""

import logging
from pathlib import Path
from typing import Any

import pytest

from local_gateway import TemplateError, UnknownName
from local_gateway.template.expansion.loops import expand_loops
from local_gateway.template.expansion.stored_values import replace_dynamic_references
from local_gateway.template.stack import Stack, read_stack

API = """
Resources:
  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties: {Name: a, ProtocolType: WEBSOCKET, RouteSelectionExpression: $request.body.action}
  Mock: {Type: AWS::ApiGatewayV2::Integration, Properties: {ApiId: !Ref Api, IntegrationType: MOCK}}
  Default:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Api, RouteKey: $default, Target: !Sub "integrations/${Mock}"}
"""


def read(folder: Path, text: str, **options: Any) -> Stack:
    path = folder / "template.yaml"
    path.write_text(text)
    return read_stack(path, **options)


def loops(body: dict[str, Any]) -> dict[str, Any]:
    return expand_loops(body, lambda value: value)


def test_a_loop_replaces_its_identifier_in_keys_values_and_references() -> None:
    output = {"Topic&{N}": {"Name": "${N}", "Same": {"Ref": "N"}, "Other": "${M}"}}

    assert loops({"Fn::ForEach::Topics": ["N", ["a.b", "c"], output]}) == {
        "Topicab": {"Name": "a.b", "Same": "a.b", "Other": "${M}"},
        "Topicc": {"Name": "c", "Same": "c", "Other": "${M}"},
    }


def test_a_loop_within_a_loop_has_both_identifiers() -> None:
    inner = {"Fn::ForEach::Inner": ["I", ["1", "2"], {"${O}${I}": "${O}-${I}"}]}

    assert loops({"Fn::ForEach::Outer": ["O", ["a"], inner]}) == {"a1": "a-1", "a2": "a-2"}


@pytest.mark.parametrize(
    ("loop", "problem"),
    [
        (["N", ["a", "a"], {"${N}": 1}], "makes a, which is there already"),
        (["N", ["a"]], "needs an identifier, a collection and a mapping"),
    ],
)
def test_a_loop_that_cloudformation_rejects_is_an_error(loop: list[Any], problem: str) -> None:
    with pytest.raises(TemplateError, match=problem):
        loops({"Fn::ForEach::Names": loop})


def test_an_include_is_read_beside_the_template_with_its_own_includes(tmp_path: Path) -> None:
    include = "\n  Fn::Transform: {Name: AWS::Include, Parameters: {Location: %s}}"
    (tmp_path / "routes.yaml").write_text(
        "Fn::Transform: {Name: AWS::Include, Parameters: {Location: more.yaml}}\n"
    )
    (tmp_path / "more.yaml").write_text(
        "Join: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: {Ref: Api}, RouteKey: join, "
        'Target: {"Fn::Sub": "integrations/${Mock}"}}}'
    )

    assert sorted(read(tmp_path, API.rstrip() + include % "routes.yaml").api.routes) == ["$default", "join"]
    with pytest.raises(TemplateError, match=r"AWS::Include: .*nothing.yaml does not exist"):
        read(tmp_path, API.rstrip() + include % "nothing.yaml")


def test_what_only_aws_can_insert_is_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    macros = "Transform: [AWS::LanguageExtensions, MyMacro, {Name: AWS::Include, Parameters: {Location: s3://b/k}}]"

    read(tmp_path, macros + API)

    assert "the macro MyMacro is not run: what it adds or changes is missing" in caplog.text
    assert "AWS::Include of s3://b/k is left out: it is not on this machine" in caplog.text


def test_a_parameter_of_parameter_store_has_the_given_value_or_is_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    parameter = "Parameters: {Name: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /name}}"
    text = parameter + API.replace("Name: a", "Name: !Ref Name")

    with_value = read(tmp_path, text, stored_values={"/name": "stored"}).api.name
    named_before = "parameter Name has its name" in caplog.text
    without = read(tmp_path, text).api.name

    assert (with_value, without, named_before) == ("stored", "/name", False)
    assert "parameter Name has its name /name as value, not the value in Parameter Store" in caplog.text
    assert "pass --ssm /name=VALUE" in caplog.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{resolve:ssm:/key:3}}", "value"),
        ("a {{resolve:ssm-secure:/key}} b", "a value b"),
        ("{{resolve:secretsmanager:login:SecretString:password}}", "hunter2"),
        ("{{resolve:ssm:/other}}", "{{resolve:ssm:/other}}"),
    ],
)
def test_a_dynamic_reference_has_the_given_value(text: str, expected: str) -> None:
    values = {"/key": "value", "login:SecretString:password": "hunter2"}

    assert replace_dynamic_references("Fn", text, values) == expected


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "!Ref Api, IntegrationType",
            "!Ref Apis, IntegrationType",
            r"Apis: .*mean Api\? \(.*line 6\)",
        ),
        ("${Mock}", "${Mok}", r"Mok: .*did you mean Mock\? \(template.yaml, line 9\)"),
        ("$request.body.action", "!GetAtt Api.Endpoint", r"Api.Endpoint: .*mean ApiEndpoint\? \(.*line 5\)"),
        (
            "$request.body.action",
            "!If [Prod, a, b]",
            r"condition Prod: is not under 'Conditions' \(.*line 5\)",
        ),
        ("Name: a,", "Name: !Ref Zzzzzz,", r"Zzzzzz: is neither .* template \(template.yaml, line 5\)"),
    ],
)
def test_an_unknown_name_is_named_with_its_line_and_the_nearest_name(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    assert old in API

    with pytest.raises(UnknownName, match=problem):
        read(tmp_path, API.replace(old, new))


def test_a_route_without_an_integration_fails_and_is_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    connect = (
        "  Connect: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref Api, RouteKey: $connect}}\n"
    )

    routes = read(tmp_path, API + connect).api.routes

    assert routes["$connect"].integration.kind == "OTHER"
    assert "route $connect fails: its none integration with none does not run here" in caplog.text


def test_a_route_whose_api_key_nobody_can_have_is_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keys = """
  Key: {Type: AWS::ApiGateway::ApiKey, Properties: {Enabled: true}}
  Plan: {Type: AWS::ApiGateway::UsagePlan, Properties: {ApiStages: [{ApiId: !Ref Api, Stage: %s}]}}
  Member:
    Type: AWS::ApiGateway::UsagePlanKey
    Properties: {KeyId: !Ref Key, KeyType: API_KEY, UsagePlanId: !Ref Plan}
"""
    text = API.replace("RouteKey: $default", "RouteKey: $default, ApiKeyRequired: true")

    with_key = read(tmp_path, text + keys.replace("%s", "local")).api.api_keys
    named_before = "forbidden" in caplog.text
    of_another_stage = read(tmp_path, text + keys.replace("%s", "other")).api.api_keys

    assert (len(with_key), named_before, of_another_stage) == (1, False, frozenset())
    assert "$default: forbidden, because no usage plan of the template has an API key" in caplog.text


FUNCTION = """
  Fn: {Type: AWS::Serverless::Function, Properties: {Handler: app.handler, Runtime: python3.13}}
  Proxy:
    Type: AWS::ApiGatewayV2::Integration
    Properties: {ApiId: !Ref Api, IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt Fn.Arn}
  Join:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Api, RouteKey: join, Target: !Sub "integrations/${Proxy}"}
"""


def test_the_code_of_a_function_is_the_templates_folder_by_default(tmp_path: Path) -> None:
    stack = read(tmp_path, "Transform: AWS::Serverless-2016-10-31" + API + FUNCTION)

    assert stack.functions["Fn"].code == tmp_path
    assert stack.api.routes["join"].integration.function_arn == stack.functions["Fn"].arn


PARENT = """
Resources:
  First: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: first.yaml}}
  Chat:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: chat.yaml, Parameters: {Given: !GetAtt First.Outputs.Word}}
  Elsewhere: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: https://s3.amazonaws.com/b/t.yaml}}
"""


def test_a_nested_stack_has_its_parameters_and_the_outputs_of_its_siblings(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "first.yaml").write_text("Resources: {}\nOutputs: {Word: {Value: !Sub '${AWS::StackName}!'}}")
    chat = "Parameters: {Given: {Type: String}}" + API.replace("Name: a", "Name: !Ref Given")
    (tmp_path / "chat.yaml").write_text(chat)

    with caplog.at_level(logging.WARNING):
        stack = read(tmp_path, PARENT)

    assert (stack.api.logical_id, stack.api.name) == ("Chat/Api", "local-First!")
    assert "the nested stack Elsewhere is left out with its resources" in caplog.text


def test_an_output_that_a_nested_stack_does_not_have_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "first.yaml").write_text("Resources: {}")
    (tmp_path / "chat.yaml").write_text(API)

    with pytest.raises(UnknownName, match=r"Word: is not an output of .*first.yaml"):
        read(tmp_path, PARENT)


def test_a_stack_that_contains_itself_is_an_error(tmp_path: Path) -> None:
    itself = "Resources: {Self: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: template.yaml}}}"

    with pytest.raises(TemplateError, match="nested more than 5 deep"):
        read(tmp_path, itself)
