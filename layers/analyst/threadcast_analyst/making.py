"""Making a metric: the rows that a question leaves, stored as an asset of the user's own."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from threadcast.assets.columns.number_format import counted, joined
from threadcast.domain.asset import Asset, AssetType, Table
from threadcast.domain.message import FilesStep, StepFile, StepStatus
from threadcast.domain.streamed_parts import StepSnapshot
from threadcast.domain.user import User
from threadcast.ports import AssetLibrary, Clock, IdMaker
from threadcast.ports.agent_events import AgentEvent, FileMade
from threadcast_analyst.computing.selection import rows_of
from threadcast_analyst.series import Condition, Line, Relation
from threadcast_analyst.wording.scope import months_phrase

__all__ = ["MetricMaker", "NewMetric", "told"]

_OPERATORS: dict[Relation, str] = {
    "above": ">", "below": "<", "at least": ">=", "at most": "<=", "exactly": "=",
}  # fmt: skip
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

    def make(self, line: Line, user: User, measures: Sequence[str] = ()) -> NewMetric:
        """The metric of the rows that count for a series, owned by the user; of some measures, if named."""
        source, now = line.subject.asset, self._clock.now()
        name = f"{source.name}: {_what_counts(line, measures) or 'a copy'}"
        asset_id = self._new_id()
        table = _columns_of(rows_of(line), line, measures)
        definition = _definition(source, asset_id, name, line, table.columns)
        asset = Asset(asset_id, AssetType.METRIC_FILE, name, definition, user.id, now, now)
        return NewMetric(asset, table, source)

    def events(self, metric: NewMetric) -> Iterator[AgentEvent]:
        """Store the metric, telling so before and after; raises `StoreUnavailable`."""
        title = f"Making the metric “{metric.asset.name}”"
        yield StepSnapshot(FilesStep(_STEP, title, (_file(metric, "loading"),), "loading"))
        self._library.save(metric.asset, metric.table)
        yield StepSnapshot(FilesStep(_STEP, title, (_file(metric, "completed"),)))
        yield FileMade(_PART, metric.asset.ref, metric.asset.name)


def told(metric: NewMetric) -> str:
    """What was made, in sentences."""
    rows = counted(len(metric.table.rows), "row")
    return (
        f"I made the metric “{metric.asset.name}” from {rows} of “{metric.source.name}”. "
        f"It belongs to you, and you can start a chat on it like on any other."
    )


def _columns_of(table: Table, line: Line, measures: Sequence[str]) -> Table:
    """The table without the measures that are not wanted; none named: the whole table."""
    others = {column.name for column in line.subject.shape.measures if column.name not in measures}
    kept = [at for at, name in enumerate(table.columns) if not measures or name not in others]
    columns = tuple(table.columns[at] for at in kept)
    return Table(columns, tuple(tuple(row[at] for at in kept) for row in table.rows))


def _what_counts(line: Line, measures: Sequence[str]) -> str:
    filters = line.filters
    values = [column.label for column in line.subject.shape.measures if column.name in measures]
    values += [value for _, named in filters.values for value in named]
    times = [str(window) for window in filters.windows]
    times += [months_phrase(filters.months)] if filters.months else []
    return ", ".join(part for part in (joined(values), joined(times)) if part)


def _definition(
    source: Asset, asset_id: str, name: str, line: Line, columns: Sequence[str]
) -> dict[str, Any]:
    kept = {
        key: value for key, value in source.definition.items() if key not in {"id", "type", "data", "name"}
    }
    conditions = _conditions(line)
    source_sql = str(kept.get("sql", "")).strip()
    is_whole = columns == line.subject.table.columns
    select = f"SELECT {'*' if is_whole else ', '.join(columns)} FROM (\n{source_sql}\n) AS rows"  # noqa: S608 - shown, never run
    sql = f"{select}\nWHERE {conditions}" if conditions else select
    made = {
        "id": asset_id,
        "type": AssetType.METRIC_FILE.value,
        "name": name,
        **kept,
        "derivedFrom": source.id,
    }
    made["chartConfig"] = _chart(kept.get("chartConfig"), columns)
    return made if not conditions and is_whole else made | {"sql": sql}


def _chart(config: object, columns: Sequence[str]) -> object:
    """The chart's configuration without the columns that are gone."""
    if not isinstance(config, Mapping):
        return config
    axes, formats = config.get("barAndLineAxis"), config.get("columnLabelFormats")
    chart = dict(config)
    if isinstance(axes, Mapping):
        left = {key: [n for n in names or () if n in columns] for key, names in axes.items()}
        measured = [name for name in columns if name not in {*left.get("x", ()), *left.get("category", ())}]
        chart["barAndLineAxis"] = left | {"y": left.get("y") or measured}
    if isinstance(formats, Mapping):
        chart["columnLabelFormats"] = {name: found for name, found in formats.items() if name in columns}
    return chart


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
    found += [_compared(column.name, condition) for column, condition in line.filters.having]
    return " AND ".join(found)


def _compared(name: str, condition: Condition) -> str:
    if condition.relation == "between":
        return f"{name} BETWEEN {condition.value:g} AND {condition.upper:g}"
    return f"{name} {_OPERATORS[condition.relation]} {condition.value:g}"


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _file(metric: NewMetric, status: StepStatus) -> StepFile:
    text = json.dumps(metric.asset.definition, indent=2, ensure_ascii=False)
    return StepFile(metric.asset.id, "metric", metric.asset.name, 1, metric.asset.id, status, text)
