"""Tests cannot reach the network."""

import socket
import subprocess
import sys
import urllib.request

import pytest

from tests.network import NO_NETWORK_ENVIRONMENT


def test_no_other_machine_can_be_reached() -> None:
    with socket.socket() as client, pytest.raises(AssertionError, match="tried to connect to"):
        client.connect(("192.0.2.1", 80))


def test_no_name_of_another_machine_is_looked_up() -> None:
    with pytest.raises(AssertionError, match="tried to look up"):
        urllib.request.urlopen("https://bedrock-runtime.us-east-1.amazonaws.com", timeout=1)


SCRIPT_FOR_AWS = (
    "import boto3; boto3.client('sts', 'eu-central-1', aws_access_key_id='k', aws_secret_access_key='s')"
    ".get_caller_identity()"
)
SCRIPT_FOR_OPENAI = "import openai; openai.OpenAI(api_key='k', max_retries=0).models.list()"


@pytest.mark.parametrize("script", [SCRIPT_FOR_AWS, SCRIPT_FOR_OPENAI])
def test_a_child_process_uses_a_proxy_that_refuses_connections(script: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=NO_NETWORK_ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 1
    assert any(words in done.stderr for words in ("Failed to connect to proxy URL", "Connection refused"))
