"""Runs the schedules of a stack: each invokes its function asynchronously at its rate."""

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from local_gateway.template.triggers.schedules import Schedule

__all__ = ["run_schedule", "scheduled_event"]


async def run_schedule(
    schedule: Schedule,
    invoke_event: Callable[[str, bytes], object],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Invoke the schedule's function each time its interval has passed; runs until it is cancelled."""
    while True:
        await sleep(schedule.interval_s)
        payload = schedule.payload or scheduled_event(schedule, datetime.now(UTC))
        invoke_event(schedule.function_arn, payload.encode())


def scheduled_event(schedule: Schedule, now: datetime) -> str:
    """Return the event of an EventBridge rule.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html
    """
    region, account = schedule.function_arn.split(":")[3:5]
    return json.dumps(
        {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": account,
            "time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": region,
            "resources": [f"arn:aws:events:{region}:{account}:rule/{schedule.logical_id}"],
            "detail": {},
        }
    )
