"""Metrics: a definition in the style of a BI product, and rows."""

from collections.abc import Iterator, Mapping
from typing import Any

from threadcast.assets.columns.row_coverage import coverage
from threadcast.assets.kinds.asset_kind import AssetKind
from threadcast.assets.kinds.chart_config import chart_config
from threadcast.assets.kinds.definition_checks import Flaw, mapping, name, text, uuid
from threadcast.assets.kinds.introductions import heading, questions_about, suggested
from threadcast.domain.asset import AssetContext, AssetType

__all__ = ["METRIC_FILE"]

_definition = mapping(
    {"name": name, "description": text, "timeFrame": text, "sql": text, "chartConfig": chart_config},
    {"id": uuid, "type": text, "data": text, "derivedFrom": uuid},
)


def _flaws(definition: Mapping[str, Any]) -> Iterator[Flaw]:
    return _definition(definition, ())


def _part_ids(_definition: Mapping[str, Any]) -> tuple[str, ...]:
    return ()


def _introduction(context: AssetContext) -> str:
    questions = questions_about(context)
    return "\n\n".join((heading(context.asset), coverage(context), suggested(questions)))


METRIC_FILE = AssetKind(
    type=AssetType.METRIC_FILE,
    file_type="metric",
    legacy_names=("metric",),
    flaws=_flaws,
    part_ids=_part_ids,
    introduction=_introduction,
    has_rows=True,
)
