"""The template's parameters, evaluated: limits of the account, and where frames are posted."""

from pathlib import Path

import pytest

from demo.stack.token_secret import SECRET_FROM_ENVIRONMENT
from local_gateway import ParameterError
from local_gateway.template.api import Throttling
from local_gateway.template.stack import Stack, read_stack

TEMPLATE = Path(__file__).parents[2] / "template.yaml"


def stack_with(**parameters: object) -> Stack:
    given = {name: str(value) for name, value in parameters.items()}
    return read_stack(TEMPLATE, {**SECRET_FROM_ENVIRONMENT, **given})


def endpoints(stack: Stack) -> set[str]:
    return {
        function.environment["AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI"]
        for function in stack.functions.values()
    }


def test_frames_are_posted_to_the_execute_api_address_of_the_stage() -> None:
    stack = stack_with(StageName="live")

    assert endpoints(stack) == {f"https://{stack.api.api_id}.execute-api.us-east-1.amazonaws.com/live"}


def test_a_given_management_endpoint_replaces_the_execute_api_address() -> None:
    stack = stack_with(ManagementEndpoint="https://chat.example.com/v1")

    assert endpoints(stack) == {"https://chat.example.com/v1"}


def test_a_management_endpoint_without_https_is_refused() -> None:
    with pytest.raises(ParameterError, match="ManagementEndpoint"):
        stack_with(ManagementEndpoint="chat.example.com/v1")


def test_no_function_reserves_concurrency_by_default() -> None:
    assert {function.max_concurrency for function in stack_with().functions.values()} == {None}


def test_each_group_of_functions_reserves_its_own_concurrency() -> None:
    stack = stack_with(
        ReservedForHandshakes=50, ReservedForMessages=250, ReservedForTurns=400, ReservedForFailures=1
    )

    assert {name: function.max_concurrency for name, function in stack.functions.items()} == {
        "AuthorizerFunction": 50,
        "ConnectFunction": 50,
        "DisconnectFunction": 50,
        "PostThreadFunction": 250,
        "RunTurnFunction": 400,
        "TurnFailedFunction": 1,
        "SweepTurnsFunction": 1,
    }


@pytest.mark.parametrize(("rate", "burst"), [(1, 1), (100, 200), (10_000, 5_000)])
def test_the_stages_throttling_applies_to_every_route(rate: int, burst: int) -> None:
    stack = stack_with(ThrottlingRateLimit=rate, ThrottlingBurstLimit=burst)

    assert {route.throttling for route in stack.api.routes.values()} == {Throttling(rate, burst)}


@pytest.mark.parametrize("parameter", ["OpenaiBaseUrl", "JwksUrl"])
@pytest.mark.parametrize(
    "url", ["http://example.com/", "http://localhost.example.com", "http://localhost:x@example.com/"]
)
def test_an_address_that_is_neither_https_nor_loopback_is_refused(parameter: str, url: str) -> None:
    with pytest.raises(ParameterError, match=parameter):
        stack_with(**{parameter: url})


@pytest.mark.parametrize("url", ["https://example.com/v1", "http://127.0.0.1:8080/v1"])
def test_an_address_with_https_or_on_loopback_is_accepted(url: str) -> None:
    assert stack_with(OpenaiBaseUrl=url, JwksUrl=url).functions


@pytest.mark.parametrize("limit", [0, 101])
def test_a_limit_of_connections_outside_its_range_is_refused(limit: int) -> None:
    with pytest.raises(ParameterError, match="ConnectionsPerUser"):
        stack_with(ConnectionsPerUser=limit)
