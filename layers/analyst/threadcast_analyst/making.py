"""Makes a metric: the rows that a question leaves, stored as an asset of the user's own."""

import json
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from threadcast.assets.columns.number_format import counted, joined
from threadcast.assets.making.metric_storage import MetricStorage, kept_until
from threadcast.domain.asset import Asset, AssetType, Table
from threadcast.domain.message import FilesStep, StepFile, StepStatus
from threadcast.domain.streamed_parts import StepSnapshot
from threadcast.domain.user import User
from threadcast.errors import MetricLimitReached
from threadcast.ports import Clock, IdMaker
from threadcast.ports.agent_events import AgentEvent, FileMade
from threadcast_analyst.reading.frames import Filter, Frame, Threshold

__all__ = ["MetricMaker", "NewMetric", "restrictions"]

_OPERATORS = {"above": ">", "below": "<", "at least": ">=", "at most": "<=", "exactly": "="}
_STEP, _PART = "make_metric", "metric"


@dataclass(frozen=True, slots=True)
class NewMetric:
    """A metric that is not stored yet, and the one whose rows it has some of."""

    asset: Asset
    table: Table
    source: Asset


class MetricMaker:
    """Makes metrics and stores them; ids and the time are arguments."""

    def __init__(self, storage: MetricStorage, new_id: IdMaker, clock: Clock) -> None:
        self._storage = storage
        self._new_id = new_id
        self._clock = clock

    def make(self, frame: Frame, rows: Sequence[int], user: User) -> NewMetric:
        """Return the metric of these rows, owned by the user; without other measures if some are named."""
        source, now = frame.subject.asset, self._clock.now()
        name = f"{source.name}: {restrictions(frame) or 'a copy'}"
        asset_id = self._new_id()
        table = _table(frame, rows)
        definition = _definition(frame, asset_id, name, table.columns)
        asset = Asset(
            asset_id,
            AssetType.METRIC_FILE,
            name,
            definition,
            user.id,
            created_at=now,
            updated_at=now,
            owner_name=user.name,
        )
        return NewMetric(asset, table, source)

    def events(self, metric: NewMetric) -> Generator[AgentEvent, None, str]:
        """Store the metric, with a step before and after; return the answer. Raises `StoreError`."""
        title = f"Making the metric “{metric.asset.name}”"
        yield StepSnapshot(FilesStep(_STEP, title, (_file(metric, "loading"),), "loading"))
        try:
            stored = self._storage.save(metric.asset, metric.table)
        except MetricLimitReached as reached:
            yield StepSnapshot(FilesStep(_STEP, title, (_file(metric, "failed"),), "failed"))
            return f"I did not make the metric “{metric.asset.name}”: {reached.rule}."
        yield StepSnapshot(FilesStep(_STEP, title, (_file(metric, "completed"),)))
        yield FileMade(_PART, metric.asset.ref, metric.asset.name)
        return _made_sentence(metric, stored)


def _made_sentence(metric: NewMetric, stored: Asset) -> str:
    """Return what was made, in sentences."""
    rows = counted(len(metric.table.rows), "row")
    return (
        f"I made the metric “{metric.asset.name}” from {rows} of “{metric.source.name}”. "
        f"It belongs to you, and you can start a chat on it like on any other{kept_until(stored)}."
    )


def _table(frame: Frame, rows: Sequence[int]) -> Table:
    """Return the rows without the measures that are not wanted; none named: with all columns."""
    table = frame.subject.table
    others = {column.name for column in frame.subject.shape.measures if column not in frame.measures}
    kept = [at for at, name in enumerate(table.columns) if not frame.measures or name not in others]
    columns = tuple(table.columns[at] for at in kept)
    return Table(columns, tuple(tuple(table.rows[row][at] for at in kept) for row in rows))


def restrictions(frame: Frame) -> str:
    """Return the measures, values and periods that a frame names."""
    names = [measure.label for measure in frame.measures]
    names += [value for found in frame.filters if not found.is_excluded for value in found.values]
    names += [f"without {joined(found.values)}" for found in frame.filters if found.is_excluded]
    names += [f"{limit.measure.label} {limit.relation} {limit.value:g}" for limit in frame.thresholds]
    times = joined([str(period) for period in frame.periods])
    return ", ".join(part for part in (joined(names), times) if part)


def _definition(frame: Frame, asset_id: str, name: str, columns: Sequence[str]) -> dict[str, Any]:
    source = frame.subject.asset
    kept = {
        key: value for key, value in source.definition.items() if key not in {"id", "type", "data", "name"}
    }
    conditions = " AND ".join(_conditions(frame))
    is_whole = columns == frame.subject.table.columns
    source_sql = str(kept.get("sql", "")).strip()
    select = f"SELECT {'*' if is_whole else ', '.join(columns)} FROM (\n{source_sql}\n) AS rows"  # noqa: S608 - shown, never run
    made = {
        "id": asset_id,
        "type": AssetType.METRIC_FILE.value,
        "name": name,
        **kept,
        "derivedFrom": source.id,
        "chartConfig": _chart(kept.get("chartConfig"), columns),
    }
    if is_whole and not conditions:
        return made
    return made | {"sql": f"{select}\nWHERE {conditions}" if conditions else select}


def _chart(config: object, columns: Sequence[str]) -> object:
    """Return the chart's configuration without the columns that are gone."""
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


def _conditions(frame: Frame) -> list[str]:
    """Return the conditions on the rows, for people to read."""
    time = frame.subject.shape.time
    found = [_among(each) for each in frame.filters]
    if time is not None and frame.periods:
        windows = [f"{time.name} BETWEEN '{each.first}' AND '{each.last}'" for each in frame.periods]
        found.append(f"({' OR '.join(windows)})")
    return found + [_compared(limit) for limit in frame.thresholds]


def _among(found: Filter) -> str:
    values = ", ".join("'" + value.replace("'", "''") + "'" for value in found.values)
    return f"{found.dimension.name} {'NOT IN' if found.is_excluded else 'IN'} ({values})"


def _compared(limit: Threshold) -> str:
    if limit.relation == "between":
        return f"{limit.measure.name} BETWEEN {limit.value:g} AND {limit.upper:g}"
    return f"{limit.measure.name} {_OPERATORS[limit.relation]} {limit.value:g}"


def _file(metric: NewMetric, status: StepStatus) -> StepFile:
    text = json.dumps(metric.asset.definition, indent=2, ensure_ascii=False)
    return StepFile(metric.asset.id, "metric", metric.asset.name, 1, metric.asset.id, status, text)
