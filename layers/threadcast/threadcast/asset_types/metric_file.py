"""Metrics: a definition in the style of a BI product, and the rows behind it."""

from collections.abc import Mapping
from typing import Any

from threadcast.asset_types.checks import require_mapping, require_text, require_texts
from threadcast.asset_types.columns import Additivity
from threadcast.asset_types.coverage import coverage
from threadcast.asset_types.introductions import heading, questions_about, suggested
from threadcast.asset_types.kind import AssetKind
from threadcast.domain.asset import AssetContext, AssetType
from threadcast.errors import DefinitionFault

__all__ = ["METRIC_FILE"]

CHART_TYPES = ("line", "bar", "combo", "pie", "scatter", "metric", "table")
CHARTS_WITH_AXES = ("line", "bar")


def _check(definition: Mapping[str, Any], source: str) -> None:
    for key in ("name", "description", "timeFrame", "sql"):
        require_text(definition, key, source)
    config = require_mapping(definition, "chartConfig", source)
    chart = require_text(config, "selectedChartType", source)
    if chart not in CHART_TYPES:
        raise DefinitionFault(
            source, f"'selectedChartType' is {chart!r}; it must be one of {', '.join(CHART_TYPES)}"
        )
    if chart in CHARTS_WITH_AXES:
        _check_axes(require_mapping(config, "barAndLineAxis", source), source)
    if "columnLabelFormats" in config:
        _check_formats(require_mapping(config, "columnLabelFormats", source), source)


def _check_axes(axes: Mapping[str, Any], source: str) -> None:
    for key in ("x", "y"):
        if not require_texts(axes, key, source):
            raise DefinitionFault(source, f"'barAndLineAxis' must name a column for '{key}'")
    require_texts(axes, "category", source)


def _check_formats(formats: Mapping[str, Any], source: str) -> None:
    for column in formats:
        found = require_mapping(formats, column, source)
        require_texts(found, "synonyms", source)
        if found.get("additivity", Additivity.ADDITIVE) not in list(Additivity):
            allowed = ", ".join(Additivity)
            raise DefinitionFault(source, f"'additivity' of '{column}' must be one of {allowed}")


def _part_ids(_definition: Mapping[str, Any]) -> tuple[str, ...]:
    return ()


def _introduction(context: AssetContext) -> str:
    questions = questions_about(context)
    return "\n\n".join((heading(context.asset), coverage(context), suggested(questions)))


METRIC_FILE = AssetKind(
    type=AssetType.METRIC_FILE,
    file_type="metric",
    legacy_names=("metric",),
    check=_check,
    part_ids=_part_ids,
    introduction=_introduction,
)
