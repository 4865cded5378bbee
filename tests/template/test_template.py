"""The template as SAM translates it, with the parameters' defaults."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.template.translation import FUNCTIONS, TEMPLATE, resources, translated


def statements(function: str) -> Iterator[dict[str, Any]]:
    """Yield every statement of a function's own policies, conditional ones included."""
    for policy in resources("AWS::IAM::Role")[f"{function}Role"].get("Policies", []):
        document = (policy["Fn::If"][1] if "Fn::If" in policy else policy)["PolicyDocument"]
        yield from document["Statement"]


def test_every_route_reaches_its_function() -> None:
    integrations = resources("AWS::ApiGatewayV2::Integration")

    functions = {
        route["RouteKey"]: json.dumps(
            integrations[route["Target"]["Fn::Join"][1][1]["Ref"]]["IntegrationUri"]
        )
        for route in resources("AWS::ApiGatewayV2::Route").values()
    }

    post = '"FunctionArn": {"Ref": "PostThreadFunctionAliaslive"}'
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
    if_wanted, logged, otherwise = stage["AccessLogSettings"]["Fn::If"]
    assert (if_wanted, otherwise) == ("LogsAccess", {"Ref": "AWS::NoValue"})
    assert translated()["Parameters"]["AccessLogs"]["Default"] == "false"
    assert set(re.findall(r"\$context\.([\w.]+)", logged["Format"])) == {
        "requestId", "connectionId", "eventType", "routeKey", "status", "authorizer.error",
        "integrationErrorMessage", "integrationLatency", "requestTimeEpoch",
    }  # fmt: skip


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
    assert config["DestinationConfig"]["OnFailure"]["Destination"] == {"Ref": "TurnFailedFunctionAliaslive"}


def test_turn_failed_is_retried_for_minutes_and_then_its_event_is_kept_in_an_encrypted_queue() -> None:
    config = event_invoke_config("TurnFailed")
    function = resources("AWS::Lambda::Function")["TurnFailedFunction"]
    ((queue, properties),) = resources("AWS::SQS::Queue").items()

    assert (config["MaximumRetryAttempts"], config["MaximumEventAgeInSeconds"]) == (2, 900)
    # Three attempts, and Lambda's pauses of one and two minutes between them.
    assert config["MaximumEventAgeInSeconds"] >= 3 * function["Timeout"] + 60 + 120
    assert function["DeadLetterConfig"] == {"TargetArn": {"Fn::GetAtt": [queue, "Arn"]}}
    key = {"Fn::If": ["HasKey", {"Ref": "KmsKeyArn"}, {"Ref": "AWS::NoValue"}]}
    assert properties == {
        "MessageRetentionPeriod": 1_209_600,
        "SqsManagedSseEnabled": {"Fn::If": ["HasKey", {"Ref": "AWS::NoValue"}, True]},
        "KmsMasterKeyId": key,
    }
    (sending,) = [s for s in statements("TurnFailed") if s["Action"] == "sqs:SendMessage"]
    assert sending["Resource"] == {"Fn::GetAtt": [queue, "Arn"]}


def test_every_function_that_delivers_knows_the_limit_of_connections() -> None:
    functions = resources("AWS::Lambda::Function")
    knowing = {
        name
        for name, function in functions.items()
        if function["Environment"]["Variables"].get("CONNECTIONS_PER_USER") == {"Ref": "ConnectionsPerUser"}
    }

    delivering = {"PostThreadFunction", "RunTurnFunction", "TurnFailedFunction", "SweepTurnsFunction"}
    assert knowing == {"ConnectFunction", *delivering}


def test_turns_are_swept_every_minute_and_a_failed_sweep_is_not_repeated() -> None:
    (rule,) = resources("AWS::Events::Rule").values()
    config = event_invoke_config("SweepTurns")

    assert rule["ScheduleExpression"] == "rate(1 minute)"
    assert rule["Targets"][0]["Arn"] == {"Ref": "SweepTurnsFunctionAliaslive"}
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
    assert table["SSESpecification"]["SSEEnabled"] is True
    assert table["BillingMode"] == "PAY_PER_REQUEST"


def test_no_parameter_takes_a_secret() -> None:
    function = resources("AWS::Lambda::Function")["AuthorizerFunction"]

    assert not [name for name, given in translated()["Parameters"].items() if given.get("NoEcho")]
    assert function["Environment"]["Variables"]["TOKEN_SECRET"] == ""


def test_the_template_has_no_yaml_aliases() -> None:
    # CloudFormation refuses aliases.
    assert not any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(TEMPLATE.read_text()))


def _hash_of(layer: str) -> str:
    (name,) = [name for name in resources("AWS::Lambda::LayerVersion") if name.startswith(layer)]
    return name.removeprefix(layer)
