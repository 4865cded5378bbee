"""The wall around these tests holds."""

import socket
import urllib.request

import pytest


def test_no_address_beyond_this_machine_can_be_reached() -> None:
    with socket.socket() as outward, pytest.raises(AssertionError, match="wanted to reach"):
        outward.connect(("192.0.2.1", 80))


def test_no_name_beyond_this_machine_is_looked_up() -> None:
    with pytest.raises(AssertionError, match="wanted to look up"):
        urllib.request.urlopen("https://bedrock-runtime.us-east-1.amazonaws.com", timeout=1)
