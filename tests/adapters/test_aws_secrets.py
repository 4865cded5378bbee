import json
from collections.abc import Iterator

import boto3
import pytest

from tests.http_server import Answer, HttpServer, http_server
from threadcast.adapters.aws_secrets import read_parameter, read_secret
from threadcast.errors import ConfigurationError

SESSION = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-central-1")


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpServer]:
    with http_server(lambda _: Answer(200)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        yield server


def answer(document: object, status: int = 200) -> Answer:
    return Answer(status, json.dumps(document).encode(), {"Content-Type": "application/x-amz-json-1.1"})


def test_a_secret_is_read_from_secrets_manager(service: HttpServer) -> None:
    service.answer = lambda _: answer({"SecretString": "hunter2"})

    assert read_secret(SESSION, "arn:aws:secretsmanager:eu-central-1:123456789012:secret:s") == "hunter2"
    assert service.requests[0].headers["X-Amz-Target"] == "secretsmanager.GetSecretValue"


def test_a_secure_string_is_read_from_the_parameter_store_in_clear(service: HttpServer) -> None:
    service.answer = lambda _: answer({"Parameter": {"Value": "hunter2"}})

    assert read_parameter(SESSION, "/threadcast/secret") == "hunter2"
    assert json.loads(service.requests[0].body) == {"Name": "/threadcast/secret", "WithDecryption": True}


def test_an_error_names_the_setting_and_the_reason(service: HttpServer) -> None:
    service.answer = lambda _: answer({"__type": "AccessDeniedException"}, 400)

    with pytest.raises(ConfigurationError, match=r"^TOKEN_SECRET_ARN cannot be read: AccessDeniedException$"):
        read_secret(SESSION, "arn")
    with pytest.raises(ConfigurationError, match=r"^TOKEN_SECRET_PARAMETER cannot be read: AccessDenied"):
        read_parameter(SESSION, "/name")


def test_a_binary_secret_is_refused(service: HttpServer) -> None:
    service.answer = lambda _: answer({"SecretBinary": "AAAA"})

    with pytest.raises(ConfigurationError, match="cannot be read: KeyError"):
        read_secret(SESSION, "arn")


def test_a_service_without_a_response_is_a_configuration_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with http_server(lambda _: Answer()) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)

    with pytest.raises(ConfigurationError, match="cannot be read: EndpointConnectionError"):
        read_secret(SESSION, "arn")
