"""Asynchronous calls: queued, retried, given up, and then reported to a destination.

Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

import asyncio
import json
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Protocol

from local_gateway.aws_lambda.invocation import Invocation, Outcome
from local_gateway.aws_lambda.logs import FunctionLog
from local_gateway.aws_lambda.refusals import FunctionMissing, Throttled
from local_gateway.template.functions import Function

__all__ = ["AsyncQueue", "Delivery", "destination_record"]

_THROTTLE_DELAY_S = 1.0
_THROTTLE_MAX_DELAY_S = 300.0
"""Throttled events come back after 1 s, then later and later, up to 5 minutes."""

Condition = Literal["Success", "RetriesExhausted", "EventAgeExceeded"]


class Invoker(Protocol):
    """The part of the service that a queue needs."""

    def invoke(
        self, name: str, payload: bytes, client_context: str | None = None, request_id: str | None = None
    ) -> Invocation:
        """Begin a call, or raise Throttled."""

    def invoke_event(self, name: str, payload: bytes) -> str:
        """Queue a call of another function."""


@dataclass(slots=True)
class Delivery:
    """One event on its way, and how far it got. `last` is None until an attempt ended."""

    request_id: str
    payload: bytes
    expires: float
    attempts: int = 0
    last: Outcome | None = None


class AsyncQueue:
    """The asynchronous calls of one function. Order is not kept, as on AWS."""

    def __init__(
        self, service: Invoker, function: Function, retry_delays_s: tuple[float, float], log: FunctionLog
    ) -> None:
        self._service = service
        self._function = function
        self._retry_delays_s = retry_delays_s
        self._log = log
        self._tasks: set[asyncio.Task[None]] = set()

    def put(self, payload: bytes) -> str:
        """Queue a call; gives the request id that all of its attempts share."""
        expires = time.monotonic() + self._function.asynchronous.max_age_s
        delivery = Delivery(str(uuid.uuid4()), payload, expires)
        task = asyncio.get_running_loop().create_task(self._deliver(delivery))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return delivery.request_id

    def close(self) -> None:
        """Drop what is queued."""
        for task in self._tasks:
            task.cancel()

    async def _deliver(self, delivery: Delivery) -> None:
        settings = self._function.asynchronous
        condition = await self._attempt_all(delivery)
        destination = settings.on_success if condition == "Success" else settings.on_failure
        if condition != "Success":
            self._log.add(
                f"asynchronous call given up: {condition} after {delivery.attempts} attempts",
                delivery.request_id,
                "error",
            )
        if destination is None:
            return
        record = destination_record(self._function.arn, delivery, condition)
        try:
            self._service.invoke_event(destination, json.dumps(record).encode())
        except FunctionMissing:
            self._log.add(
                f"destination {destination} is no function of this template", delivery.request_id, "error"
            )

    async def _attempt_all(self, delivery: Delivery) -> Condition:
        delays_s = (0.0, *self._retry_delays_s)[: self._function.asynchronous.max_retries + 1]
        for delay_s in delays_s:
            if not await self._wait(delivery, delay_s):
                return "EventAgeExceeded"
            invocation = await self._begin(delivery)
            if invocation is None:
                return "EventAgeExceeded"
            delivery.attempts += 1
            delivery.last = await invocation.outcome
            if delivery.last.error is None:
                return "Success"
        return "RetriesExhausted"

    async def _begin(self, delivery: Delivery) -> Invocation | None:
        """Begin an attempt as soon as concurrency allows; None if the event got too old meanwhile."""
        delay_s = _THROTTLE_DELAY_S
        while True:
            try:
                return self._service.invoke(
                    self._function.name, delivery.payload, request_id=delivery.request_id
                )
            except Throttled:
                if not await self._wait(delivery, delay_s):
                    return None
                delay_s = min(delay_s * 2, _THROTTLE_MAX_DELAY_S)

    async def _wait(self, delivery: Delivery, delay_s: float) -> bool:
        """Sleep, but not past the event's maximum age; False if it passed."""
        left_s = delivery.expires - time.monotonic()
        if delay_s:
            await asyncio.sleep(max(0.0, min(delay_s, left_s)))
        return delay_s < left_s


def destination_record(function_arn: str, delivery: Delivery, condition: Condition) -> dict[str, Any]:
    """Give what a destination gets to see.

    Shape: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    """
    record: dict[str, Any] = {
        "version": "1.0",
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "requestContext": {
            "requestId": delivery.request_id,
            "functionArn": f"{function_arn}:$LATEST",
            "condition": condition,
            "approximateInvokeCount": delivery.attempts,
        },
        "requestPayload": json.loads(delivery.payload),
    }
    if delivery.last is not None:
        record["responseContext"] = {"statusCode": 200, "executedVersion": "$LATEST"}
        if delivery.last.error is not None:
            record["responseContext"]["functionError"] = delivery.last.error
        record["responsePayload"] = delivery.last.parsed()
    return record
