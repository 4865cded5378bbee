"""Every sample event, run through the built packages with no stack beside them, as `sam local invoke` would.

`make test-built` builds what these need, and runs them.
"""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from local_gateway.template.stack import Stack, read_stack
from tests.built.runtime import Outcome, Runtime, running

ROOT = Path(__file__).parents[2]
BUILT = os.environ["BUILT_TEMPLATE"]
EVENTS = ROOT / "events"
SECRET = "for-sample-events-only-0123456789abcdef"
FUNCTIONS = {
    "authorizer": "AuthorizerFunction",
    "connect": "ConnectFunction",
    "disconnect": "DisconnectFunction",
    "post_thread": "PostThreadFunction",
    "run_turn": "RunTurnFunction",
    "turn_failed": "TurnFailedFunction",
}
PATHS = sorted(str(path.relative_to(EVENTS).with_suffix("")) for path in EVENTS.rglob("*.json"))
NO_STACK = {"statusCode": 500}


@pytest.fixture(scope="module")
def stack() -> Stack:
    return read_stack(Path(BUILT), {"TokenSecret": SECRET})


@pytest.fixture(scope="module")
def runtimes(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Runtime]]:
    """All six functions, each in a process of its own, in an environment where nobody answers."""
    with ExitStack() as all_running:
        yield {
            name: all_running.enter_context(_run(stack, logical_id, tmp_path_factory.mktemp(name)))
            for name, logical_id in FUNCTIONS.items()
        }


def _run(stack: Stack, logical_id: str, scratch: Path) -> Any:
    function = stack.functions[logical_id]
    environment = {
        **function.environment,
        "AWS_SAM_LOCAL": "true",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "defaultkey",
        "AWS_SECRET_ACCESS_KEY": "defaultsecret",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{_closed_port()}",
        "AWS_LAMBDA_FUNCTION_NAME": logical_id,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    folders = (function.code, *function.layers)
    return running(function.handler, folders, environment, min(function.timeout_s, 30), scratch)


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _invoke(runtimes: dict[str, Runtime], path: str) -> Outcome:
    return runtimes[path.split("/", maxsplit=1)[0]].invoke(json.loads((EVENTS / f"{path}.json").read_text()))


def _log(outcome: Outcome) -> list[dict[str, Any]]:
    """Every log line that is one of ours; metrics and the runtime's own words are none."""
    lines = [json.loads(line) for line in outcome.output.splitlines() if line.startswith("{")]
    return [line for line in lines if "message" in line]


@pytest.mark.parametrize("path", PATHS)
def test_an_event_ends_in_a_result_or_in_one_clear_line(runtimes: dict[str, Runtime], path: str) -> None:
    outcome = _invoke(runtimes, path)

    errors = [line for line in _log(outcome) if line["level"] == "ERROR"]
    assert SECRET not in outcome.output
    assert "eyJ" not in outcome.output  # how every token begins
    match path.split("/"):
        case ["authorizer", "query_token" | "bearer_token" | "subprotocol_token"]:
            assert outcome.result["context"]["user_name"] == "Ada"
        case ["authorizer", _]:
            # API Gateway's own word for 401; raising it is the only way to say it.
            assert outcome.error is not None
            assert outcome.error["errorMessage"] == "Unauthorized"
            return
        case ["post_thread", name] if name.startswith("invalid_"):
            assert outcome.result == {"statusCode": 200}
        case ["run_turn" | "turn_failed", "not_a_handover" | "not_a_record"]:
            assert outcome.result["statusCode"] == 400
        case _:
            assert outcome.result["statusCode"] == 500
            assert len(errors) == 1
    assert outcome.error is None
    assert "Traceback" not in outcome.output
