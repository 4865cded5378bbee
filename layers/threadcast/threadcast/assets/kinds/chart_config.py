"""Checks a metric's `chartConfig`, and reads what it declares about the columns."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args

from threadcast.assets.columns.column_roles import Additivity
from threadcast.assets.kinds.definition_checks import (
    At,
    Check,
    Flaw,
    anything,
    list_of,
    mapping,
    mapping_of,
    number,
    one_of,
    plain_text,
    text,
    texts,
)

__all__ = ["CHART_TYPES", "ColumnType", "chart_config", "decimal_marks", "declared_types", "named_columns"]

CHART_TYPES = ("line", "bar", "combo", "pie", "scatter", "metric", "table")
CHARTS_WITH_AXES = ("line", "bar")

ColumnType = Literal["number", "text", "date"]

DecimalMark = Literal[".", ","]
"""What separates decimals in a column of the CSV file; the other mark may separate thousands."""

_TYPE_OF_STYLE: Mapping[str, ColumnType] = {
    "number": "number",
    "currency": "number",
    "percent": "number",
    "string": "text",
    "date": "date",
}

_FORMAT_HINTS = (
    "compactNumbers", "convertNumberTo", "dateFormat", "isUTC", "makeLabelHumanReadable",
    "maximumFractionDigits", "minimumFractionDigits", "numberSeparatorStyle", "replaceMissingDataWith",
    "useRelativeTime",
)  # fmt: skip
_CHART_HINTS = (
    "barGroupType", "barLayout", "barShowTotalAtTop", "barSortBy", "colors", "columnSettings",
    "disableTooltip", "goalLines", "gridLines", "lineGroupType", "metricColumnId", "metricHeader",
    "metricSubHeader", "metricValueAggregate", "metricValueLabel", "pieDisplayLabelAs",
    "pieInnerLabelAggregate", "pieLabelPosition", "pieShowInnerLabel", "scatterDotSize", "showLegend",
    "showLegendHeadline", "tableColumnOrder", "tableColumnWidths", "trendlines", "xAxisAxisTitle",
    "xAxisLabelRotation", "xAxisShowAxisLabel", "xAxisShowAxisTitle", "yAxisAxisTitle", "yAxisScaleType",
    "yAxisShowAxisLabel", "yAxisShowAxisTitle", "yAxisStartAxisAtZero",
)  # fmt: skip
"""Options for the rendering of the chart: stored without a check."""

_AXES = ("barAndLineAxis", "comboChartAxis", "pieChartAxis", "scatterAxis")
_AXIS_KEYS = ("x", "y", "y2", "category", "size", "tooltip")
_VALUE_KEYS = ("y", "y2")

_columns = list_of(text)
_bar_and_line_axis = mapping({"x": _columns, "y": _columns}, {"category": texts, "tooltip": texts})
_any_axis = mapping({}, dict.fromkeys(_AXIS_KEYS, texts))
_column_format = mapping(
    {},
    {
        "columnType": one_of(get_args(ColumnType)),
        "style": one_of(_TYPE_OF_STYLE),
        "displayName": plain_text,
        "prefix": plain_text,
        "suffix": plain_text,
        "currency": plain_text,
        "multiplier": number,
        "additivity": one_of(list(Additivity)),
        "decimalMark": one_of(get_args(DecimalMark)),
        "synonyms": texts,
        **dict.fromkeys(_FORMAT_HINTS, anything),
    },
)


def chart_config(value: object, at: At) -> Iterator[Flaw]:
    """Check a `chartConfig`: known keys, known types and styles, and types that agree with each other."""
    chart = value.get("selectedChartType") if isinstance(value, Mapping) else None
    flaws = list(_checked_as(chart)(value, at))
    yield from flaws
    if isinstance(value, Mapping) and not flaws:
        yield from _contradictions(value, at)


def declared_types(definition: Mapping[str, Any]) -> dict[str, ColumnType]:
    """Return the declared types of columns in a definition, valid or not; a `y` column holds numbers."""
    config = _mapping(definition.get("chartConfig"))
    value_columns = {name: _NUMBER for _, key, name in _on_axes(config) if key in _VALUE_KEYS}
    declared = {name: _declared(found) for name, found in _formats(config).items()}
    return value_columns | {name: kind for name, kind in declared.items() if kind is not None}


def decimal_marks(definition: Mapping[str, Any]) -> dict[str, DecimalMark]:
    """Return the declared decimal marks of columns in a definition, valid or not."""
    marks: Mapping[object, DecimalMark] = {mark: mark for mark in get_args(DecimalMark)}
    formats = _formats(_mapping(definition.get("chartConfig")))
    given = {name: _mapping(found).get("decimalMark") for name, found in formats.items()}
    return {name: marks[mark] for name, mark in given.items() if isinstance(mark, str) and mark in marks}


def named_columns(definition: Mapping[str, Any]) -> Iterator[tuple[At, str]]:
    """Yield the columns that a definition, valid or not, names, each with its place."""
    config = _mapping(definition.get("chartConfig"))
    for at, _, name in _on_axes(config):
        yield ("chartConfig", *at), name
    for name in _formats(config):
        yield ("chartConfig", "columnLabelFormats", name), name


_NUMBER: ColumnType = "number"


def _checked_as(chart: object) -> Check:
    """Return the check of a configuration with this type of chart: some types require both axes."""
    required: dict[str, Check] = {"selectedChartType": one_of(CHART_TYPES)}
    optional: dict[str, Check] = {
        **dict.fromkeys(_AXES, _any_axis),
        "columnLabelFormats": mapping_of(_column_format),
        **dict.fromkeys(_CHART_HINTS, anything),
    }
    if chart in CHARTS_WITH_AXES:
        required["barAndLineAxis"] = _bar_and_line_axis
        del optional["barAndLineAxis"]
    return mapping(required, optional)


def _contradictions(config: Mapping[str, Any], at: At) -> Iterator[Flaw]:
    formats = _formats(config)
    for name, found in formats.items():
        kind, style = found.get("columnType"), found.get("style")
        if kind is not None and style is not None and _TYPE_OF_STYLE[style] != kind:
            reason = f"the style '{style}' of the column '{name}' does not go with its columnType '{kind}'"
            yield Flaw((*at, "columnLabelFormats", name, "style"), reason)
        if found.get("decimalMark") is not None and _declared(found) not in {None, _NUMBER}:
            reason = f"'decimalMark' needs numbers, but the column '{name}' is declared as {_declared(found)}"
            yield Flaw((*at, "columnLabelFormats", name, "decimalMark"), reason)
    for place, key, name in _on_axes(config):
        kind = _declared(formats.get(name))
        if key in _VALUE_KEYS and kind not in {None, _NUMBER}:
            yield Flaw((*at, *place), f"'{key}' needs numbers, but the column '{name}' is declared as {kind}")


def _on_axes(config: Mapping[str, Any]) -> Iterator[tuple[At, str, str]]:
    """Yield every column on an axis: its place in the configuration, the key (`x`, `y` …), its name."""
    for axis in _AXES:
        for key, names in _mapping(config.get(axis)).items():
            for position, name in enumerate(names if isinstance(names, list) else ()):
                if key in _AXIS_KEYS and isinstance(name, str):
                    yield (axis, key, position), key, name


def _declared(found: object) -> ColumnType | None:
    declared = _mapping(found)
    kinds: Mapping[object, ColumnType] = {kind: kind for kind in get_args(ColumnType)}
    kind, style = declared.get("columnType"), declared.get("style")
    if isinstance(kind, str):
        return kinds.get(kind)
    return _TYPE_OF_STYLE.get(style) if isinstance(style, str) else None


def _formats(config: Mapping[str, Any]) -> Mapping[str, Any]:
    return _mapping(config.get("columnLabelFormats"))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
