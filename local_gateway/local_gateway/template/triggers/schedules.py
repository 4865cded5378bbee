"""The schedules of a template: EventBridge rules and schedules that invoke a function at a rate."""

import logging
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from local_gateway.template.functions import Function
from local_gateway.template.nested_stacks import LoadedTemplate

__all__ = ["Schedule", "read_schedules", "unqualified"]

_log = logging.getLogger(__name__)

_RATE = re.compile(r"rate\(\s*(\d+)\s+(minute|hour|day)s?\s*\)")
_UNITS_S = {"minute": 60, "hour": 3_600, "day": 86_400}


@dataclass(frozen=True, slots=True)
class Schedule:
    """A function's invocation every `interval_s` seconds, asynchronously.

    `payload` is the constant input of the target, as JSON; None: the scheduled event of EventBridge.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
    """

    logical_id: str
    function_arn: str
    interval_s: int
    payload: str | None = None


def read_schedules(loaded: LoadedTemplate, functions: Collection[Function]) -> tuple[Schedule, ...]:
    """Read every enabled schedule of one template whose target is one of the functions.

    A schedule that cannot run here, such as a cron expression, is named in a warning.
    """
    arns = {function.arn for function in functions}
    return tuple(
        schedule
        for schedule in (*_rules(loaded), *_schedules(loaded))
        if unqualified(schedule.function_arn) in arns
    )


def unqualified(function_arn: str) -> str:
    """Return the ARN without its alias or version."""
    return ":".join(function_arn.split(":")[:7])


def _rules(loaded: LoadedTemplate) -> Iterator[Schedule]:
    for logical_id, properties in loaded.properties("AWS::Events::Rule").items():
        for target in properties.get("Targets") or []:
            yield from _schedule(logical_id, properties, target)


def _schedules(loaded: LoadedTemplate) -> Iterator[Schedule]:
    for logical_id, properties in loaded.properties("AWS::Scheduler::Schedule").items():
        yield from _schedule(logical_id, properties, properties.get("Target") or {})


def _schedule(
    logical_id: str, properties: Mapping[str, Any], target: Mapping[str, Any]
) -> Iterator[Schedule]:
    expression = properties.get("ScheduleExpression")
    if expression is None or str(properties.get("State", "ENABLED")).startswith("DISABLED"):
        return
    rate = _RATE.fullmatch(str(expression))
    if rate is None:
        _log.warning(
            "%s does not run here: its schedule is %s, and only rate(…) is run", logical_id, expression
        )
        return
    yield Schedule(logical_id, str(target.get("Arn")), int(rate[1]) * _UNITS_S[rate[2]], target.get("Input"))
