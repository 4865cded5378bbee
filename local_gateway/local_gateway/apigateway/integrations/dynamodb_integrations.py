"""Integrations with DynamoDB: an operation of the emulator in the place of a function."""

import asyncio
import json
from collections.abc import Callable

from local_gateway.aws_lambda.invocation import Outcome
from local_gateway.dynamodb.requests import DynamoDBClient, DynamoDBError
from local_gateway.errors import StartError

__all__ = ["DynamoDBIntegrations"]


class DynamoDBIntegrations:
    """Calls operations in threads; `client` is None if the stack has no tables."""

    def __init__(self, client: DynamoDBClient | None) -> None:
        self._client = client
        self._tasks: set[asyncio.Task[None]] = set()

    async def call(self, operation: str, payload: bytes) -> Outcome:
        """Return the response; the `error` of a response that is not 2xx is the error's name."""
        if self._client is None:
            return Outcome(b"{}", error="NoEmulator")
        try:
            body = json.loads(payload)
            return Outcome(json.dumps(await asyncio.to_thread(self._client.call, operation, body)).encode())
        except DynamoDBError as problem:
            return Outcome(problem.body, error=problem.name)
        except (StartError, ValueError) as problem:
            return Outcome(json.dumps({"message": str(problem)}).encode(), error=type(problem).__name__)

    def start(self, operation: str, payload: bytes, then: Callable[[Outcome], None]) -> None:
        """Call an operation; call back with its outcome."""

        async def run() -> None:
            then(await self.call(operation, payload))

        task = asyncio.get_running_loop().create_task(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
