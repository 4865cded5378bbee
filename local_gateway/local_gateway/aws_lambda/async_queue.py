"""Asynchronous invocations: queues and retries events, reports the outcome to a destination.

Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

import asyncio
import json
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Protocol

from local_gateway.aws_lambda.function_log import FunctionLog
from local_gateway.aws_lambda.invocation import Invocation, Outcome
from local_gateway.aws_lambda.invoke_errors import FunctionMissing, Throttled
from local_gateway.template.functions import Function

__all__ = ["AsyncEvent", "AsyncQueue", "destination_record"]

_THROTTLE_DELAY_S = 1.0
_THROTTLE_MAX_DELAY_S = 300.0
"""The retry interval of throttled events: it doubles from 1 s up to 5 minutes."""

Condition = Literal["Success", "RetriesExhausted", "EventAgeExceeded"]


class Invoker(Protocol):
    """The operations of the Lambda service that a queue uses."""

    def invoke(
        self, name: str, payload: bytes, client_context: str | None = None, request_id: str | None = None
    ) -> Invocation:
        """Start an invocation; raise Throttled."""

    def invoke_event(self, name: str, payload: bytes) -> str:
        """Queue an invocation of another function."""


@dataclass(slots=True)
class AsyncEvent:
    """A queued event and its progress. `last` is None before the first attempt ends."""

    request_id: str
    payload: bytes
    expires: float
    attempts: int = 0
    last: Outcome | None = None


class AsyncQueue:
    """The queued events of one function. It does not preserve their order, as on AWS."""

    def __init__(
        self, service: Invoker, function: Function, retry_delays_s: tuple[float, float], log: FunctionLog
    ) -> None:
        self._service = service
        self._function = function
        self._retry_delays_s = retry_delays_s
        self._log = log
        self._tasks: set[asyncio.Task[None]] = set()

    def put(self, payload: bytes) -> str:
        """Queue an event; return the request id that all of its attempts share."""
        expires = time.monotonic() + self._function.asynchronous.max_age_s
        event = AsyncEvent(str(uuid.uuid4()), payload, expires)
        task = asyncio.get_running_loop().create_task(self._process(event))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return event.request_id

    def close(self) -> None:
        """Discard the queued events."""
        for task in self._tasks:
            task.cancel()

    async def _process(self, event: AsyncEvent) -> None:
        settings = self._function.asynchronous
        condition = await self._attempt_all(event)
        destination = settings.on_success if condition == "Success" else settings.on_failure
        if condition != "Success":
            self._log.add(
                f"asynchronous invocation failed: {condition} after {event.attempts} attempts",
                event.request_id,
                "error",
            )
        if destination is None:
            return
        record = destination_record(self._function.arn, event, condition)
        try:
            self._service.invoke_event(destination, json.dumps(record).encode())
        except FunctionMissing:
            self._log.add(
                f"destination {destination} is not a function of this template", event.request_id, "error"
            )

    async def _attempt_all(self, event: AsyncEvent) -> Condition:
        delays_s = (0.0, *self._retry_delays_s)[: self._function.asynchronous.max_retries + 1]
        for delay_s in delays_s:
            if not await self._wait(event, delay_s):
                return "EventAgeExceeded"
            invocation = await self._start(event)
            if invocation is None:
                return "EventAgeExceeded"
            event.attempts += 1
            event.last = await invocation.outcome
            if event.last.error is None:
                return "Success"
        return "RetriesExhausted"

    async def _start(self, event: AsyncEvent) -> Invocation | None:
        """Start an attempt when concurrency allows it; return None if the event exceeds its maximum age."""
        delay_s = _THROTTLE_DELAY_S
        while True:
            try:
                return self._service.invoke(self._function.name, event.payload, request_id=event.request_id)
            except Throttled:
                if not await self._wait(event, delay_s):
                    return None
                delay_s = min(delay_s * 2, _THROTTLE_MAX_DELAY_S)

    async def _wait(self, event: AsyncEvent, delay_s: float) -> bool:
        """Sleep for a delay; return False if the event exceeds its maximum age first."""
        left_s = event.expires - time.monotonic()
        if delay_s:
            await asyncio.sleep(max(0.0, min(delay_s, left_s)))
        return delay_s < left_s


def destination_record(function_arn: str, event: AsyncEvent, condition: Condition) -> dict[str, Any]:
    """Return the invocation record that a destination receives.

    Shape: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    """
    record: dict[str, Any] = {
        "version": "1.0",
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "requestContext": {
            "requestId": event.request_id,
            "functionArn": f"{function_arn}:$LATEST",
            "condition": condition,
            "approximateInvokeCount": event.attempts,
        },
        "requestPayload": json.loads(event.payload),
    }
    if event.last is not None:
        record["responseContext"] = {"statusCode": 200, "executedVersion": "$LATEST"}
        if event.last.error is not None:
            record["responseContext"]["functionError"] = event.last.error
        record["responsePayload"] = event.last.parsed()
    return record
