"""The wall around these tests holds."""

import socket
import subprocess
import sys
import urllib.request

import pytest

from tests.network import WALLED_IN


def test_no_address_beyond_this_machine_can_be_reached() -> None:
    with socket.socket() as outward, pytest.raises(AssertionError, match="wanted to reach"):
        outward.connect(("192.0.2.1", 80))


def test_no_name_beyond_this_machine_is_looked_up() -> None:
    with pytest.raises(AssertionError, match="wanted to look up"):
        urllib.request.urlopen("https://bedrock-runtime.us-east-1.amazonaws.com", timeout=1)


ASKING_AWS = (
    "import boto3; boto3.client('sts', 'eu-central-1', aws_access_key_id='k', aws_secret_access_key='s')"
    ".get_caller_identity()"
)
ASKING_OPENAI = "import openai; openai.OpenAI(api_key='k', max_retries=0).models.list()"


@pytest.mark.parametrize("script", [ASKING_AWS, ASKING_OPENAI])
def test_a_process_of_its_own_meets_a_proxy_that_is_not_there(script: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", script], env=WALLED_IN, capture_output=True, text=True, check=False, timeout=60
    )

    assert done.returncode == 1
    assert any(words in done.stderr for words in ("Failed to connect to proxy URL", "Connection refused"))
