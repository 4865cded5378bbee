"""The tokens and cost of a turn: in the metrics and in the stored message."""

import json
from decimal import Decimal
from typing import Any

import pytest

from tests.fakes import ScriptedAgent
from tests.functions.conftest import Deployment
from threadcast.bootstrap import application
from threadcast.domain.streamed_parts import AnswerDelta
from threadcast.entrypoints.handoff_event import to_payload
from threadcast.ports import Handoff, TurnStarter
from threadcast.ports.agent_events import AgentEvent, TokensUsed

PRICED = TokensUsed(1_000, 100, 900, Decimal("0.0055"))


class RecordingTurnStarter(TurnStarter):
    """Keeps the payload of the handoff."""

    def start(self, handoff: Handoff) -> None:
        self.payload = json.loads(to_payload(handoff))


def run_a_turn(deployment: Deployment, *script: AgentEvent) -> None:
    starter, app = RecordingTurnStarter(), application()
    app.turns.agent, app.turns.starter = lambda: ScriptedAgent(*script), lambda: starter
    deployment.invoke("post_thread", "post_thread/prompt")
    deployment.invoke("run_turn", "run_turn/handoff", lambda event: event.update(starter.payload))


def metrics_in(printed: str) -> dict[str, tuple[str, Any]]:
    """Return unit and values of each metric in the last line of CloudWatch's embedded metric format."""
    lines = [json.loads(line) for line in printed.splitlines() if '"_aws"' in line]
    (directive,) = lines[-1]["_aws"]["CloudWatchMetrics"]
    return {found["Name"]: (found["Unit"], lines[-1][found["Name"]]) for found in directive["Metrics"]}


def test_a_turns_tokens_and_cost_are_metrics(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    run_a_turn(deployment, AnswerDelta("a", "Yes."), PRICED, PRICED)

    found = metrics_in(capsys.readouterr().out)
    assert found["input_tokens"] == ("Count", [2_000])
    assert found["output_tokens"] == ("Count", [200])
    assert found["cached_tokens"] == ("Count", [1_800])
    assert found["estimated_tokens"] == ("Count", [0])
    assert found["cost_usd"] == ("None", [0.011])


def test_without_prices_there_is_no_cost_metric(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    run_a_turn(deployment, AnswerDelta("a", "Yes."), TokensUsed(1_000, 100))

    found = metrics_in(capsys.readouterr().out)
    assert found["input_tokens"] == ("Count", [1_000])
    assert "cost_usd" not in found


def test_tokens_and_cost_are_stored_with_the_message_and_not_sent_to_clients(deployment: Deployment) -> None:
    run_a_turn(deployment, AnswerDelta("a", "Yes."), PRICED)

    last = deployment.frames()[-1]["payload"]
    (message,) = application().turns.chats.load(last["id"], (), max_bytes=1).messages  # type: ignore[union-attr]
    assert (message.input_tokens, message.output_tokens, message.cached_tokens) == (1_000, 100, 900)
    assert message.cost_usd == Decimal("0.0055")
    assert "cost" not in json.dumps(deployment.frames())
    assert "tokens" not in json.dumps(deployment.frames())
