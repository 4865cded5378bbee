"""Runs the checks and writes the report."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from local_gateway.conformance import connection_checks, handshake_checks, message_checks
from local_gateway.conformance.behaviours import BEHAVIOURS, Behaviour
from local_gateway.conformance.target import Target

__all__ = ["Row", "markdown", "run"]

_MODULES = (handshake_checks, message_checks, connection_checks)
"""Their import fills the list of behaviours."""


@dataclass(frozen=True, slots=True)
class Row:
    """What the target does. `observed` is a text that names the error if the check cannot be made."""

    behaviour: Behaviour
    observed: Any

    @property
    def agrees(self) -> bool:
        """Whether the target behaves as API Gateway does by the evidence."""
        return bool(self.observed == self.behaviour.expected)


def run(target: Target, wanted: str = "") -> Iterator[Row]:
    """Run every check whose sentence has the text `wanted`, one after the other."""
    for each in BEHAVIOURS:
        if wanted in each.sentence:
            yield Row(each, _observed(each, target))


def _observed(each: Behaviour, target: Target) -> Any:
    try:
        return each.observe(target)
    except Exception as problem:  # noqa: BLE001 - whatever a target does is a result
        return f"{type(problem).__name__}: {problem}"[:120]


def markdown(rows: Iterable[Row]) -> Iterator[str]:
    """Return the lines of the report: a table, then the number of differences."""
    yield "| behaviour | evidence | result | expected | observed |"
    yield "|---|---|---|---|---|"
    agreeing = differing = 0
    for row in rows:
        agreeing += row.agrees
        differing += not row.agrees
        expected, observed = row.behaviour.expected, row.observed
        cells = ("agrees", "", "") if row.agrees else ("differs", f"`{expected!r}`", f"`{observed!r}`")
        yield f"| {row.behaviour.sentence} | {row.behaviour.evidence} | {' | '.join(cells)} |"
    yield ""
    yield f"{agreeing} agree, {differing} differ"
