"""The fuzzer runs every target, and finds a fault where there is one."""

from dataclasses import replace

import pytest
from hypothesis import strategies as st

from tests.fuzz.__main__ import TARGETS, main
from tests.fuzz.frames import FRAMES
from tests.fuzz.requests import REQUESTS
from tests.fuzz.target import Target, fuzz
from tests.fuzz.tokens import TOKENS, check_token
from tests.turns.world import ALICE
from threadcast.domain.user import User
from threadcast.ports import TokenVerifier
from threadcast.turns.post_thread import PostThread


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_a_round_of_every_target_holds(target: Target) -> None:
    assert fuzz(target, 1, 0, examples=40) >= 40


def test_a_failing_input_is_reduced_and_raised() -> None:
    def check(number: int) -> None:
        assert number < 10

    with pytest.raises(AssertionError):
        fuzz(Target("numbers", st.integers(0, 1_000_000), check), 1, 0)


def test_a_verifier_that_accepts_everything_is_found() -> None:
    class Open(TokenVerifier):
        def verify(self, token: str) -> User:
            return User(token, token)

    accepting = replace(TOKENS, check=lambda attempt: check_token(attempt, Open()))

    with pytest.raises(AssertionError, match="a forged token is accepted"):
        fuzz(accepting, 1, 0)


def test_an_internal_error_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise LookupError

    monkeypatch.setattr(PostThread, "serve", broken)

    with pytest.raises(AssertionError):
        REQUESTS.check((ALICE, '{"route": "postThread", "payload": {"prompt": "Why?"}}'))


def test_a_reader_whose_events_depend_on_the_split_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "local_gateway.apigateway.websocket.frames.FrameReader.feed", lambda _self, data: [str(len(data))]
    )

    with pytest.raises(AssertionError, match="depend on how the stream is split"):
        fuzz(FRAMES, 1, 0)


def test_the_command_prints_how_many_inputs_were_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--minutes", "0", "--seed", "7", "frames"]) == 0

    seed, result = capsys.readouterr().out.splitlines()
    assert seed == "frames: seed 7 …"
    assert result.endswith(" inputs, every invariant held")
