"""The template as SAM translates it, with the parameters' defaults."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
FUNCTIONS = ("Authorizer", "Connect", "Disconnect", "PostThread", "RunTurn", "TurnFailed", "SweepTurns")
TABLE_ARN = {"Fn::GetAtt": ["Table", "Arn"]}


@cache
def translated() -> dict[str, Any]:
    body = yaml_parse(TEMPLATE.read_text())
    # As `sam package` does: replace local code by the address of its upload.
    for resource in body["Resources"].values():
        for uri in {"CodeUri", "ContentUri"} & resource["Properties"].keys():
            resource["Properties"][uri] = "s3://bucket/key"
    session = boto3.Session(region_name="eu-central-1")
    translator = Translator({}, Parser(), boto_session=session)
    result: dict[str, Any] = translator.translate(body, parameter_values={}, passthrough_metadata=True)
    return result


def resources(kind: str) -> dict[str, dict[str, Any]]:
    found = translated()["Resources"].items()
    return {name: resource["Properties"] for name, resource in found if resource["Type"] == kind}


def statements(function: str) -> Iterator[dict[str, Any]]:
    """Yield every statement of a function's inline policies, conditional ones included."""
    for policy in resources("AWS::IAM::Role")[f"{function}FunctionRole"].get("Policies", []):
        document = (policy["Fn::If"][1] if "Fn::If" in policy else policy)["PolicyDocument"]
        yield from document["Statement"]


def actions(function: str) -> set[str]:
    return {
        action
        for statement in statements(function)
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    }


def test_every_route_reaches_its_function() -> None:
    integrations = resources("AWS::ApiGatewayV2::Integration")

    functions = {
        route["RouteKey"]: json.dumps(
            integrations[route["Target"]["Fn::Join"][1][1]["Ref"]]["IntegrationUri"]
        )
        for route in resources("AWS::ApiGatewayV2::Route").values()
    }

    post = '"FunctionArn": {"Fn::GetAtt": ["PostThreadFunction", "Arn"]}'
    assert set(functions) == {"$connect", "$disconnect", "postThread", "stopThread", "$default"}
    assert all(post in functions[route] for route in ("postThread", "stopThread", "$default"))
    assert "ConnectFunction" in functions["$connect"]
    assert "DisconnectFunction" in functions["$disconnect"]


def test_only_connect_is_authorized_and_no_identity_source_is_required() -> None:
    (authorizer,) = resources("AWS::ApiGatewayV2::Authorizer").values()
    authorized = [
        route["RouteKey"]
        for route in resources("AWS::ApiGatewayV2::Route").values()
        if route.get("AuthorizationType") == "CUSTOM"
    ]

    assert authorized == ["$connect"]
    assert authorizer["AuthorizerType"] == "REQUEST"
    assert "IdentitySource" not in authorizer


def test_request_bodies_and_urls_are_not_logged() -> None:
    (stage,) = resources("AWS::ApiGatewayV2::Stage").values()

    settings = stage["DefaultRouteSettings"]
    assert (settings["DataTraceEnabled"], settings["LoggingLevel"]) == (False, "OFF")
    assert "AccessLogSettings" not in stage


def test_every_route_is_throttled_and_the_defaults_are_below_an_accounts_quotas() -> None:
    (stage,) = resources("AWS::ApiGatewayV2::Stage").values()
    parameters = translated()["Parameters"]

    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] == {"Ref": "ThrottlingRateLimit"}
    assert stage["DefaultRouteSettings"]["ThrottlingBurstLimit"] == {"Ref": "ThrottlingBurstLimit"}
    assert parameters["ThrottlingRateLimit"]["Default"] == 100
    assert parameters["ThrottlingBurstLimit"]["Default"] == 200


def test_frames_are_posted_to_the_apis_own_endpoint_whatever_its_custom_domain_is() -> None:
    own = "https://${WebSocketApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}/${StageName}"
    expected = {"Fn::If": ["PostsToAnotherEndpoint", {"Ref": "ManagementEndpoint"}, {"Fn::Sub": own}]}

    for function in resources("AWS::Lambda::Function").values():
        variables = function["Environment"]["Variables"]
        assert variables["AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI"] == expected
    assert translated()["Parameters"]["ManagementEndpoint"]["Default"] == ""


@pytest.mark.parametrize(
    ("function", "group"),
    [
        ("Authorizer", "Handshakes"),
        ("Connect", "Handshakes"),
        ("Disconnect", "Handshakes"),
        ("PostThread", "Messages"),
        ("RunTurn", "Turns"),
        ("TurnFailed", "Failures"),
    ],
)
def test_reserved_concurrency_is_off_unless_a_parameter_sets_it(function: str, group: str) -> None:
    reserved = resources("AWS::Lambda::Function")[f"{function}Function"]["ReservedConcurrentExecutions"]

    parameter = {"Ref": f"ReservedFor{group}"}
    assert reserved == {"Fn::If": [f"ReservesFor{group}", parameter, {"Ref": "AWS::NoValue"}]}
    assert translated()["Conditions"][f"ReservesFor{group}"] == {"Fn::Not": [{"Fn::Equals": [parameter, 0]}]}
    assert translated()["Parameters"][f"ReservedFor{group}"]["Default"] == 0


def test_functions_run_python_3_13_on_the_chosen_processor_and_are_traced() -> None:
    functions = resources("AWS::Lambda::Function")

    assert set(functions) == {f"{name}Function" for name in FUNCTIONS}
    for function in functions.values():
        assert function["Runtime"] == "python3.13"
        assert function["Architectures"] == [{"Ref": "Architecture"}]
        assert function["TracingConfig"] == {"Mode": "Active"}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_each_function_has_a_log_group_with_a_retention(function: str) -> None:
    group = resources("AWS::Lambda::Function")[f"{function}Function"]["LoggingConfig"]["LogGroup"]["Ref"]

    assert resources("AWS::Logs::LogGroup")[group]["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def event_invoke_config(function: str) -> dict[str, Any]:
    (config,) = (
        config
        for config in resources("AWS::Lambda::EventInvokeConfig").values()
        if config["FunctionName"] == {"Ref": f"{function}Function"}
    )
    return config


def test_a_failed_turn_is_sent_to_turn_failed_and_not_retried() -> None:
    config = event_invoke_config("RunTurn")

    assert config["MaximumRetryAttempts"] == 0
    assert config["MaximumEventAgeInSeconds"] == 60
    assert config["DestinationConfig"]["OnFailure"]["Destination"] == {
        "Fn::GetAtt": ["TurnFailedFunction", "Arn"]
    }


def test_turn_failed_is_retried_for_minutes_and_then_its_event_is_kept_in_an_encrypted_queue() -> None:
    config = event_invoke_config("TurnFailed")
    function = resources("AWS::Lambda::Function")["TurnFailedFunction"]
    ((queue, properties),) = resources("AWS::SQS::Queue").items()

    assert (config["MaximumRetryAttempts"], config["MaximumEventAgeInSeconds"]) == (2, 900)
    # Three attempts, and Lambda's pauses of one and two minutes between them.
    assert config["MaximumEventAgeInSeconds"] >= 3 * function["Timeout"] + 60 + 120
    assert function["DeadLetterConfig"] == {"TargetArn": {"Fn::GetAtt": [queue, "Arn"]}}
    assert properties == {"MessageRetentionPeriod": 1_209_600, "SqsManagedSseEnabled": True}
    (sending,) = [s for s in statements("TurnFailed") if s["Action"] == "sqs:SendMessage"]
    assert sending["Resource"] == {"Fn::GetAtt": [queue, "Arn"]}


def test_only_connect_may_ask_about_connections_and_may_not_post_to_them() -> None:
    (asking,) = [s for s in statements("Connect") if s["Action"] == "execute-api:ManageConnections"]

    assert asking["Resource"]["Fn::Sub"].endswith(":${WebSocketApi}/${StageName}/GET/@connections/*")
    assert not any("/GET/" in json.dumps([*statements(name)]) for name in FUNCTIONS if name != "Connect")


def test_every_function_that_delivers_knows_the_limit_of_connections() -> None:
    functions = resources("AWS::Lambda::Function")
    knowing = {
        name
        for name, function in functions.items()
        if function["Environment"]["Variables"].get("CONNECTIONS_PER_USER") == {"Ref": "ConnectionsPerUser"}
    }

    delivering = {"PostThreadFunction", "RunTurnFunction", "TurnFailedFunction", "SweepTurnsFunction"}
    assert knowing == {"ConnectFunction", *delivering}


@pytest.mark.parametrize(
    ("function", "allowed"),
    [
        ("Authorizer", {"secretsmanager:GetSecretValue", "ssm:GetParameter"}),
        (
            "Connect",
            {"dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:Query", "execute-api:ManageConnections"},
        ),
        ("Disconnect", {"dynamodb:DeleteItem"}),
        ("PostThread", {"lambda:InvokeFunction"}),
        (
            "RunTurn",
            {
                "lambda:InvokeFunction",
                "bedrock:InvokeModel",
                "bedrock:InvokeModelWithResponseStream",
                "bedrock:ApplyGuardrail",
                "secretsmanager:GetSecretValue",
            },
        ),
        ("TurnFailed", {"sqs:SendMessage"}),
        ("SweepTurns", {"dynamodb:Query"}),
    ],
)
def test_a_function_has_only_the_permissions_that_it_needs(function: str, allowed: set[str]) -> None:
    assert actions(function) == allowed


@pytest.mark.parametrize(
    ("function", "started"), [("PostThread", "RunTurnFunction"), ("RunTurn", "TurnFailedFunction")]
)
def test_a_function_may_invoke_only_the_next_one(function: str, started: str) -> None:
    (resource,) = [s["Resource"] for s in statements(function) if s["Action"] == "lambda:InvokeFunction"]

    assert resource == {"Fn::GetAtt": [started, "Arn"]}


def test_the_functions_of_a_turn_share_one_policy() -> None:
    holders = [
        name
        for name, role in resources("AWS::IAM::Role").items()
        if {"Ref": "TurnPolicy"} in role["ManagedPolicyArns"]
    ]
    table, sockets = resources("AWS::IAM::ManagedPolicy")["TurnPolicy"]["PolicyDocument"]["Statement"]

    assert holders == [
        "PostThreadFunctionRole",
        "RunTurnFunctionRole",
        "TurnFailedFunctionRole",
        "SweepTurnsFunctionRole",
    ]
    assert table["Resource"] == TABLE_ARN
    assert sockets["Action"] == "execute-api:ManageConnections"
    assert sockets["Resource"]["Fn::Sub"].endswith(":${WebSocketApi}/${StageName}/POST/@connections/*")


def test_turns_are_swept_every_minute_and_a_failed_sweep_is_not_repeated() -> None:
    (rule,) = resources("AWS::Events::Rule").values()
    config = event_invoke_config("SweepTurns")

    assert rule["ScheduleExpression"] == "rate(1 minute)"
    assert rule["Targets"][0]["Arn"] == {"Fn::GetAtt": ["SweepTurnsFunction", "Arn"]}
    assert resources("AWS::Lambda::Function")["SweepTurnsFunction"]["Timeout"] < 60
    assert (config["MaximumRetryAttempts"], config["MaximumEventAgeInSeconds"]) == (0, 60)


def agent_layers(function: dict[str, Any]) -> object:
    """Return the conditional layers of a function."""
    return [layer for layer in function["Layers"] if "Fn::If" in layer]


def test_only_the_function_that_runs_turns_has_an_agent_layer() -> None:
    functions = resources("AWS::Lambda::Function")
    agent = {
        "Fn::If": [
            "AnswersByModel",
            {"Ref": "AgentLayer" + _hash_of("AgentLayer")},
            {"Ref": "AnalystLayer" + _hash_of("AnalystLayer")},
        ]
    }

    assert {name: found for name, function in functions.items() if (found := agent_layers(function))} == {
        "RunTurnFunction": [agent],
        "PostThreadFunction": [{"Fn::If": ["RunsTurnsInline", agent, {"Ref": "AWS::NoValue"}]}],
    }
    assert (
        translated()["Resources"]["AnalystLayer" + _hash_of("AnalystLayer")]["Condition"] == "AnswersOffline"
    )
    assert translated()["Resources"]["AgentLayer" + _hash_of("AgentLayer")]["Condition"] == "AnswersByModel"


def test_layers_are_built_for_the_functions_processor() -> None:
    layers = [
        resource
        for resource in translated()["Resources"].values()
        if resource["Type"] == "AWS::Lambda::LayerVersion"
    ]

    assert len(layers) == 5
    for layer in layers:
        assert layer["Metadata"]["BuildArchitecture"] == {"Ref": "Architecture"}
        assert layer["Properties"]["CompatibleArchitectures"] == [{"Ref": "Architecture"}]


def test_the_table_has_its_keys_index_expiry_backup_and_encryption() -> None:
    (table,) = resources("AWS::DynamoDB::Table").values()

    assert [key["AttributeName"] for key in table["KeySchema"]] == ["pk", "sk"]
    (index,) = table["GlobalSecondaryIndexes"]
    assert (index["IndexName"], index["Projection"]) == ("chats_by_user", {"ProjectionType": "KEYS_ONLY"})
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["BillingMode"] == "PAY_PER_REQUEST"


def test_no_secret_has_a_default() -> None:
    parameters = yaml_parse(TEMPLATE.read_text())["Parameters"]

    assert parameters["TokenSecret"] == {
        "Description": parameters["TokenSecret"]["Description"],
        "Type": "String",
        "NoEcho": True,
        "Default": "",
    }


def test_the_template_has_no_yaml_aliases() -> None:
    # CloudFormation refuses aliases.
    assert not any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(TEMPLATE.read_text()))


def _hash_of(layer: str) -> str:
    (name,) = [name for name in resources("AWS::Lambda::LayerVersion") if name.startswith(layer)]
    return name.removeprefix(layer)
