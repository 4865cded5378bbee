"""What an answer costs at AWS's prices, by a whole turn over the real adapters and a fake `@connections`."""

import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import boto3
from moto import mock_aws
from pushers import SleepingPusher
from senders import word

from tests.tables import create_table
from threadcast.adapters.dynamodb.sdk.request_counting import BilledUnits, RequestCounter
from threadcast.bootstrap import Application
from threadcast.domain.message import ReplyMetadata
from threadcast.domain.streamed_parts import AnswerDelta, AnswerEnd
from threadcast.domain.user import User
from threadcast.ports import AgentTask, Connection, Handoff
from threadcast.ports.agent_events import AgentEvent
from threadcast.settings import Settings
from threadcast.turns.commands import PostRequest
from threadcast.turns.request_context import RequestContext

API_GATEWAY_PER_MESSAGE = 1.00 / 1e6
LAMBDA_ARM64_PER_GB_S = 0.0000133334
LAMBDA_PER_REQUEST = 0.20 / 1e6
DYNAMODB_PER_WRITE, DYNAMODB_PER_READ = 0.625 / 1e6, 0.125 / 1e6
"""us-east-1, on demand, the smallest units."""

RUN_TURN_GB = POST_THREAD_GB = 1.0
POST_THREAD_S = 0.05
"""About how long a warm function takes to open a prompted turn."""

POST_S = 0.015


@dataclass(frozen=True)
class PacedAgent:
    """Streams `tokens` tokens at a steady pace."""

    tokens: int
    per_s: float

    def answer(self, task: AgentTask) -> Iterator[AgentEvent]:
        """Yield one text."""
        for number in range(self.tokens):
            if task.stop.wait(1 / self.per_s):
                return
            yield AnswerDelta("answer", word(number))
        yield AnswerEnd("answer")


class RecordingStarter:
    """Keeps the handoff."""

    handoff: Handoff | None = None

    def start(self, handoff: Handoff) -> None:
        """Keep the handoff."""
        self.handoff = handoff


@dataclass(frozen=True)
class Bill:
    """The billed usage of one turn."""

    messages: int
    lambda_gb_s: float
    invocations: int
    requests: int
    reads: float
    writes: float

    def per_thousand(self) -> dict[str, float]:
        """Return US dollars per 1,000 such turns."""
        return {
            "API Gateway": 1000 * self.messages * API_GATEWAY_PER_MESSAGE,
            "Lambda": 1000
            * (self.lambda_gb_s * LAMBDA_ARM64_PER_GB_S + self.invocations * LAMBDA_PER_REQUEST),
            "DynamoDB": 1000 * (self.reads * DYNAMODB_PER_READ + self.writes * DYNAMODB_PER_WRITE),
        }


def money(tokens: int = 500, rates: tuple[int, ...] = (50, 150)) -> None:
    """Print the bill of a turn with one connection, and of one that posts every token."""
    print(f"{tokens} tokens, 1 connection tokens/s  messages  Lambda GB-s  requests  reads  writes", end="")
    print("   $/1,000 turns: API Gateway  Lambda  DynamoDB    all")
    for rate in rates:
        ours = bill(tokens, rate)
        lasts_s = max(tokens / rate, tokens * POST_S)
        plain = replace(ours, messages=tokens + 4, lambda_gb_s=lasts_s * RUN_TURN_GB + POST_THREAD_S)
        for name, each in (("threadcast", ours), ("every token", plain)):
            cost = each.per_thousand()
            print(
                f"{name:24} {rate:9} {each.messages:9} {each.lambda_gb_s:12.2f} {each.requests:9}"
                f" {each.reads:6.1f} {each.writes:7} {cost['API Gateway']:28.3f} {cost['Lambda']:7.3f}"
                f" {cost['DynamoDB']:9.3f} {sum(cost.values()):6.3f}"
            )


def bill(tokens: int, per_s: float) -> Bill:
    """Ask, run and count; the request that the client sends is a message too."""
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION")
    os.environ.update(dict(zip(names, ("local", "local", "us-east-1"), strict=True)))
    with mock_aws():
        app = Application(Settings.from_mapping({"TABLE_NAME": "bench"}))
        client = app.table._client  # noqa: SLF001 - the counters hang on the client that is used
        create_table(client, "bench")
        starter, pusher, user = RecordingStarter(), SleepingPusher(POST_S), User(str(uuid.uuid4()), "Alice")
        agent = PacedAgent(tokens, per_s)
        use_cases = app.turns
        use_cases.pusher, use_cases.starter, use_cases.agent = pusher, lambda: starter, lambda: agent
        connection = Connection("c-1=", user.id, "http://api", datetime.now(UTC))
        use_cases.connections.add(connection)
        counter, units = RequestCounter(client), BilledUnits(client, boto3.client("dynamodb"))
        with counter, units:
            use_cases.post_thread.serve(
                PostRequest("Why?"), RequestContext(user, connection, ReplyMetadata("/chats/post", "r"), "r")
            )
            report = use_cases.handoff_runner.run(starter.handoff, lambda: 900.0) if starter.handoff else None
        gb_s = POST_THREAD_S * POST_THREAD_GB + (report.duration_s if report else 0) * RUN_TURN_GB
        messages = 1 + len(pusher.taken[connection.id])
        calls = sum(counter.calls.values())
        return Bill(messages, gb_s, 2, calls, sum(units.reads.values()), sum(units.writes.values()))
