"""Delivery of a table's changes to a function."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest

from local_gateway.aws_lambda.invocation import Invocation, Outcome
from local_gateway.aws_lambda.invoke_errors import Throttled
from local_gateway.aws_lambda.stream_poller import StreamPoller
from local_gateway.dynamodb.requests import DynamoDBError
from local_gateway.template.triggers.event_sources import StreamSource
from tests.local_gateway.fakes import raised, returned

ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/t/stream/now"


class Streams:
    """Returns scripted batches, then rejects the reader."""

    def __init__(self, *batches: list[dict[str, Any]]) -> None:
        self._batches = list(batches)
        self.calls: list[tuple[str, Mapping[str, Any]]] = []

    def call(self, operation: str, body: Mapping[str, Any]) -> dict[str, Any]:
        self.calls.append((operation, body))
        match operation:
            case "DescribeTable":
                return {"Table": {"LatestStreamArn": ARN}}
            case "DescribeStream":
                return {"StreamDescription": {"Shards": [{"ShardId": "s1"}]}}
            case "GetShardIterator":
                return {"ShardIterator": "i0"}
        if not self._batches:
            raise DynamoDBError("TrimmedDataAccessException")
        return {"NextShardIterator": f"i{len(self.calls)}", "Records": self._batches.pop(0)}


class Function:
    """Returns scripted outcomes."""

    def __init__(self, *outcomes: Outcome | Exception) -> None:
        self._outcomes = list(outcomes)
        self.batches: list[list[Any]] = []

    def invoke(self, name: str, payload: bytes) -> Invocation:
        assert name == "fn"
        self.batches.append([record["n"] for record in json.loads(payload)["Records"]])
        outcome = self._outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        invocation = Invocation(payload, None, "r-1")
        invocation.finish(outcome)
        return invocation


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    sleep = asyncio.sleep
    monkeypatch.setattr("local_gateway.aws_lambda.stream_poller.asyncio.sleep", lambda _s: sleep(0))


def deliver(streams: Streams, function: Function, **source: Any) -> None:
    poller = StreamPoller(StreamSource("Source", "t", "fn", **source), streams, function, "eu-west-1")  # type: ignore[arg-type]

    async def run() -> None:
        iterator = await poller.open()
        assert iterator is not None
        await poller.run(iterator)

    asyncio.run(run())


def test_batches_are_delivered_in_order() -> None:
    streams, function = Streams([{"n": 1}, {"n": 2}], [], [{"n": 3}]), Function(returned(1), returned(1))

    deliver(streams, function, batch_size=2)

    assert function.batches == [[1, 2], [3]]
    assert ("GetRecords", {"ShardIterator": "i0", "Limit": 2}) in streams.calls


@pytest.mark.parametrize(("from_start", "position"), [(True, "TRIM_HORIZON"), (False, "LATEST")])
def test_the_starting_position_is_the_sources(from_start: bool, position: str) -> None:
    streams = Streams()

    deliver(streams, Function(), from_start=from_start)

    shard = {"StreamArn": ARN, "ShardId": "s1", "ShardIteratorType": position}
    assert ("GetShardIterator", shard) in streams.calls


def test_a_batch_is_repeated_until_the_function_accepts_it() -> None:
    function = Function(raised("E", "e"), Throttled("limit"), returned(1), returned(1))

    deliver(Streams([{"n": 1}], [{"n": 2}]), function)

    assert function.batches == [[1], [1], [1], [2]]


def test_a_batch_is_dropped_after_its_retries(caplog: pytest.LogCaptureFixture) -> None:
    function = Function(raised("E", "e"), raised("E", "e"), returned(1))

    deliver(Streams([{"n": 1}], [{"n": 2}]), function, max_retries=1)

    assert function.batches == [[1], [1], [2]]
    assert "Source: a batch of 1 records is dropped" in caplog.text
