"""Event source mappings of DynamoDB streams: reads a table's changes and invokes a function with them.

Source: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
"""

import asyncio
import json
import logging
from collections.abc import Sequence
from itertools import count
from typing import Any, Protocol

from local_gateway.aws_lambda.invocation import Invocation
from local_gateway.aws_lambda.invoke_errors import Throttled
from local_gateway.dynamodb.requests import DynamoDBClient, DynamoDBError
from local_gateway.errors import StartError
from local_gateway.template.triggers.event_sources import StreamSource

__all__ = ["StreamPoller"]

_log = logging.getLogger(__name__)

_POLL_INTERVAL_S = 0.25
"""Lambda polls a shard four times a second."""
_MAX_RETRY_DELAY_S = 60.0


class Invoker(Protocol):
    """The operation of the Lambda service that a poller uses."""

    def invoke(self, name: str, payload: bytes) -> Invocation:
        """Start an invocation; raise Throttled."""


class StreamPoller:
    """Delivers the changes of one table to one function, in order and one batch at a time."""

    def __init__(self, source: StreamSource, client: DynamoDBClient, invoker: Invoker, region: str) -> None:
        self._source = source
        self._client = client
        self._invoker = invoker
        self._region = region
        self._stream_arn = ""

    async def open(self) -> str | None:
        """Return the position from which changes are delivered; None if the table has no stream."""
        return await asyncio.to_thread(self._first_iterator)

    async def run(self, iterator: str) -> None:
        """Deliver changes until the task is cancelled."""
        while True:
            try:
                read = await asyncio.to_thread(
                    self._client.call,
                    "GetRecords",
                    {"ShardIterator": iterator, "Limit": self._source.batch_size},
                )
            except (DynamoDBError, StartError) as problem:
                _log.warning("the stream of %s cannot be read: %s", self._source.table_name, problem)
                return
            iterator = read["NextShardIterator"]
            if read["Records"]:
                await self._deliver(read["Records"])
            else:
                await asyncio.sleep(_POLL_INTERVAL_S)

    def _first_iterator(self) -> str | None:
        table = self._client.call("DescribeTable", {"TableName": self._source.table_name})["Table"]
        if "LatestStreamArn" not in table:
            return None
        self._stream_arn = table["LatestStreamArn"]
        stream = self._client.call("DescribeStream", {"StreamArn": self._stream_arn})["StreamDescription"]
        position = "TRIM_HORIZON" if self._source.from_start else "LATEST"
        shard = {"StreamArn": self._stream_arn, "ShardId": stream["Shards"][-1]["ShardId"]}
        answer = self._client.call("GetShardIterator", {**shard, "ShardIteratorType": position})
        return str(answer["ShardIterator"])

    async def _deliver(self, records: Sequence[dict[str, Any]]) -> None:
        """Invoke the function until it accepts the batch, or the retries are exhausted."""
        own = {"eventSourceARN": self._stream_arn, "awsRegion": self._region}
        payload = json.dumps({"Records": [{**record, **own} for record in records]}).encode()
        delay_s = 1.0
        for attempt in count():
            try:
                outcome = await self._invoker.invoke(self._source.function_arn, payload).outcome
                if outcome.error is None:
                    return
                if self._source.max_retries is not None and attempt >= self._source.max_retries:
                    _log.warning(
                        "%s: a batch of %d records is dropped", self._source.logical_id, len(records)
                    )
                    return
            except Throttled:
                pass
            await asyncio.sleep(delay_s)
            delay_s = min(delay_s * 2, _MAX_RETRY_DELAY_S)
