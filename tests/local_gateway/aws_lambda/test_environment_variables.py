"""The environment of a function's process."""

from pathlib import Path

import pytest

from local_gateway.aws_lambda.environment_variables import Endpoints, client_environment, function_environment
from local_gateway.template.functions import Function

NAME = "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI"
FUNCTION = Function(
    "Fn", "local-Fn", "arn:aws:lambda:us-east-1:123456789012:function:local-Fn", "app.f", Path()
)


def endpoints(*, strict: bool) -> Endpoints:
    hosts = {"a.execute-api.us-east-1.amazonaws.com": "127.0.0.1:2"}
    return Endpoints(
        "http://127.0.0.1:1/live", "http://127.0.0.1:1", ca_bundle=Path("ca"), hosts=hosts, strict=strict
    )


@pytest.mark.parametrize(("strict", "expected"), [(False, "http://127.0.0.1:1/live"), (True, None)])
def test_boto3_finds_the_management_api_without_an_endpoint_url_unless_strict(
    strict: bool, expected: str | None
) -> None:
    environment = function_environment(FUNCTION, "us-east-1", endpoints(strict=strict), {})

    assert environment.get(NAME) == expected
    assert client_environment("us-east-1", endpoints(strict=strict))[NAME] == "http://127.0.0.1:1/live"


def test_requests_to_the_api_do_not_use_the_functions_proxy() -> None:
    proxy = {"https_proxy": "http://127.0.0.1:9", "no_proxy": "127.0.0.1"}

    environment = function_environment(FUNCTION, "us-east-1", endpoints(strict=True), proxy)

    assert environment["no_proxy"] == "127.0.0.1,a.execute-api.us-east-1.amazonaws.com"
    del proxy["no_proxy"]
    environment = function_environment(FUNCTION, "us-east-1", endpoints(strict=True), proxy)
    assert environment["NO_PROXY"] == "a.execute-api.us-east-1.amazonaws.com"
    assert "NO_PROXY" not in function_environment(FUNCTION, "us-east-1", endpoints(strict=True), {})


def test_every_client_of_a_function_trusts_the_gateways_certificate() -> None:
    environment = function_environment(FUNCTION, "us-east-1", endpoints(strict=True), {})

    trusted = {environment[name] for name in ("AWS_CA_BUNDLE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")}
    assert trusted == {"ca"}
    assert environment["LOCAL_GATEWAY_HOSTS"] == "a.execute-api.us-east-1.amazonaws.com=127.0.0.1:2"
