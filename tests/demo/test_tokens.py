"""Tokens for anybody, on whatever stack runs here."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import jwt
import pytest

from demo.errors import DemoError
from demo.stack.demo_user import DEMO_USER, ORGANIZATION_ID, user_named
from demo.stack.registry import Run, find_run, recorded
from demo.stack.token_signer import Signer

SECRET = "s" * 48
SIGNER = Signer("https://id.example.com", "threadcast", SECRET)
RUN = Run("ws://127.0.0.1:3001/prod", os.getpid(), SIGNER)
OTHER = Run("ws://127.0.0.1:4000/prod", os.getpid(), None)


def test_a_name_is_always_the_same_user_and_another_name_another() -> None:
    assert user_named("Bob") == user_named("Bob")
    assert user_named("bob").id == user_named("Bob").id != user_named("Eve").id
    assert user_named("ada") == DEMO_USER


def test_a_token_says_who_and_that_they_belong_to_the_samples_viewers() -> None:
    bob = user_named("Bob")

    claims = jwt.decode(
        SIGNER.token(bob, 60), SECRET, algorithms=["HS256"], audience="threadcast", issuer=SIGNER.issuer
    )

    assert (claims["sub"], claims["name"], claims["organization_id"]) == (bob.id, "Bob", ORGANIZATION_ID)
    assert claims["exp"] - claims["iat"] == 60


def test_a_run_is_found_while_it_lasts_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    with recorded(RUN, tmp_path):
        (file,) = tmp_path.iterdir()

        assert find_run(None, tmp_path) == find_run(3001, tmp_path) == RUN
        assert stat.S_IMODE(file.stat().st_mode) == 0o600

    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_is_no_run_and_is_written_over(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left = tmp_path / "3001.json"
    with recorded(Run(RUN.websocket_url, ended.pid, SIGNER), tmp_path):
        left.chmod(0o644)

        with pytest.raises(DemoError, match="Nothing runs here: `make start` or `make demo` starts it"):
            find_run(None, tmp_path)
        with recorded(RUN, tmp_path):
            assert find_run(None, tmp_path) == RUN
            assert stat.S_IMODE(left.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "text", ["", "{", "7", '{"pid": 1}', '{"websocket_url": "", "pid": 1, "signer": {}}']
)
def test_what_another_version_left_is_no_run(tmp_path: Path, text: str) -> None:
    (tmp_path / "4000.json").write_text(text)

    with recorded(RUN, tmp_path):
        assert find_run(None, tmp_path) == RUN


def test_of_several_runs_the_port_says_which(tmp_path: Path) -> None:
    with recorded(RUN, tmp_path), recorded(OTHER, tmp_path):
        assert find_run(4000, tmp_path) == OTHER
        with pytest.raises(DemoError, match="--port says which: 3001, 4000"):
            find_run(None, tmp_path)
        with pytest.raises(DemoError, match="Nothing runs here on port 5000"):
            find_run(5000, tmp_path)


def test_a_run_does_not_tell_its_secret_where_it_is_shown() -> None:
    assert SECRET not in repr(RUN)
