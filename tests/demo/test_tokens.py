"""Tokens of demo users, and the registry of running stacks."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import jwt
import pytest

from demo.errors import DemoError
from demo.stack.demo_user import DEMO_USER, ORGANIZATION_ID, user_named
from demo.stack.registry import RegisteredStack, find_stack, registered
from demo.stack.token_signer import TokenSigner

SECRET = "s" * 48
SIGNER = TokenSigner("https://id.example.com", "threadcast", SECRET)
STACK = RegisteredStack("ws://127.0.0.1:3001/prod", os.getpid(), SIGNER)
OTHER = RegisteredStack("ws://127.0.0.1:4000/prod", os.getpid(), None)


def test_a_name_always_has_the_same_user() -> None:
    assert user_named("Bob") == user_named("Bob")
    assert user_named("bob").id == user_named("Bob").id != user_named("Eve").id
    assert user_named("ada") == DEMO_USER


def test_a_token_has_the_user_and_the_organization_of_the_samples() -> None:
    bob = user_named("Bob")

    claims = jwt.decode(
        SIGNER.sign(bob, 60), SECRET, algorithms=["HS256"], audience="threadcast", issuer=SIGNER.issuer
    )

    assert (claims["sub"], claims["name"], claims["organization_id"]) == (bob.id, "Bob", ORGANIZATION_ID)
    assert claims["exp"] - claims["iat"] == 60


def test_a_registered_stack_is_found_and_only_its_owner_can_read_the_file(tmp_path: Path) -> None:
    with registered(STACK, tmp_path):
        (file,) = tmp_path.iterdir()

        assert find_stack(None, tmp_path) == find_stack(3001, tmp_path) == STACK
        assert stat.S_IMODE(file.stat().st_mode) == 0o600

    assert list(tmp_path.iterdir()) == []


def test_the_registration_of_a_killed_stack_is_ignored_and_replaced(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left = tmp_path / "3001.json"
    with registered(RegisteredStack(STACK.websocket_url, ended.pid, SIGNER), tmp_path):
        left.chmod(0o644)

        with pytest.raises(DemoError, match="No stack is running: `make start` or `make demo` starts one"):
            find_stack(None, tmp_path)
        with registered(STACK, tmp_path):
            assert find_stack(None, tmp_path) == STACK
            assert stat.S_IMODE(left.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "text", ["", "{", "7", '{"pid": 1}', '{"websocket_url": "", "pid": 1, "signer": {}}']
)
def test_a_file_of_another_version_is_ignored(tmp_path: Path, text: str) -> None:
    (tmp_path / "4000.json").write_text(text)

    with registered(STACK, tmp_path):
        assert find_stack(None, tmp_path) == STACK


def test_the_port_chooses_among_several_stacks(tmp_path: Path) -> None:
    with registered(STACK, tmp_path), registered(OTHER, tmp_path):
        assert find_stack(4000, tmp_path) == OTHER
        with pytest.raises(DemoError, match="choose one with --port: 3001, 4000"):
            find_stack(None, tmp_path)
        with pytest.raises(DemoError, match="No stack is running on port 5000"):
            find_stack(5000, tmp_path)


def test_the_repr_of_a_stack_hides_its_secret() -> None:
    assert SECRET not in repr(STACK)
