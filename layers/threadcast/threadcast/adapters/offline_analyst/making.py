"""Making a metric: the rows that a question leaves, stored as an asset of the user's own."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from threadcast.adapters.offline_analyst.computing.selection import rows_of
from threadcast.adapters.offline_analyst.intents import Line
from threadcast.adapters.offline_analyst.wording.scope import months_phrase
from threadcast.agent_events import AgentEvent, FileMade, FilesShown
from threadcast.asset_types.figures import counted, joined
from threadcast.domain.asset import Asset, AssetType, Table
from threadcast.domain.message import StepFile, StepStatus
from threadcast.domain.user import User
from threadcast.ports import AssetLibrary, Clock, IdMaker

__all__ = ["MetricMaker", "NewMetric", "told"]

_STEP, _PART = "make_metric", "metric"


@dataclass(frozen=True, slots=True)
class NewMetric:
    """A metric that is not stored yet, and the one whose rows it has some of."""

    asset: Asset
    table: Table
    source: Asset


class MetricMaker:
    """Makes metrics and stores them in a library; ids and the time come from outside."""

    def __init__(self, library: AssetLibrary, new_id: IdMaker, clock: Clock) -> None:
        self._library = library
        self._new_id = new_id
        self._clock = clock

    def make(self, line: Line, user: User) -> NewMetric:
        """The metric of the rows that count for a series, owned by the user."""
        source, now = line.subject.asset, self._clock.now()
        name = f"{source.name}: {_what_counts(line) or 'a copy'}"
        asset_id = self._new_id()
        definition = _definition(source, asset_id, name, line)
        asset = Asset(asset_id, AssetType.METRIC_FILE, name, definition, user.id, now, now)
        return NewMetric(asset, rows_of(line), source)

    def events(self, metric: NewMetric) -> Iterator[AgentEvent]:
        """Store the metric, telling so before and after; raises `StoreUnavailable`."""
        title = f"Making the metric “{metric.asset.name}”"
        yield FilesShown(_STEP, title, (_file(metric, "loading"),), "loading")
        self._library.save(metric.asset, metric.table)
        yield FilesShown(_STEP, title, (_file(metric, "completed"),), "completed")
        yield FileMade(_PART, metric.asset.ref, metric.asset.name)


def told(metric: NewMetric) -> str:
    """What was made, in sentences."""
    rows = counted(len(metric.table.rows), "row")
    return (
        f"I made the metric “{metric.asset.name}” from {rows} of “{metric.source.name}”. "
        f"It belongs to you, and you can start a chat on it like on any other."
    )


def _what_counts(line: Line) -> str:
    filters = line.filters
    values = [value for _, named in filters.values for value in named]
    times = [str(window) for window in filters.windows]
    times += [months_phrase(filters.months)] if filters.months else []
    return ", ".join(part for part in (joined(values), joined(times)) if part)


def _definition(source: Asset, asset_id: str, name: str, line: Line) -> dict[str, Any]:
    kept = {
        key: value for key, value in source.definition.items() if key not in {"id", "type", "data", "name"}
    }
    conditions = _conditions(line)
    source_sql = str(kept.get("sql", "")).strip()
    sql = f"SELECT * FROM (\n{source_sql}\n) AS rows\nWHERE {conditions}"  # noqa: S608 - shown, never run
    made = {
        "id": asset_id,
        "type": AssetType.METRIC_FILE.value,
        "name": name,
        **kept,
        "derivedFrom": source.id,
    }
    return made if not conditions else made | {"sql": sql}


def _conditions(line: Line) -> str:
    time = line.subject.shape.time
    found = [
        f"{dimension} IN ({', '.join(map(_quoted, values))})" for dimension, values in line.filters.values
    ]
    if time is not None and line.filters.windows:
        windows = [f"{time.name} BETWEEN '{w.first}' AND '{w.last}'" for w in line.filters.windows]
        found.append(f"({' OR '.join(windows)})")
    if time is not None and line.filters.months:
        months = ", ".join(map(str, sorted(line.filters.months)))
        found.append(f"EXTRACT(MONTH FROM {time.name}) IN ({months})")
    return " AND ".join(found)


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _file(metric: NewMetric, status: StepStatus) -> StepFile:
    text = json.dumps(metric.asset.definition, indent=2, ensure_ascii=False)
    return StepFile(metric.asset.id, "metric", metric.asset.name, 1, metric.asset.id, status, text)
