"""Dashboards: a grid of metrics."""

from collections.abc import Iterator, Mapping
from typing import Any

from threadcast.assets.columns.number_format import counted
from threadcast.assets.kinds.asset_kind import AssetKind
from threadcast.assets.kinds.definition_checks import (
    At,
    Flaw,
    anything,
    list_of,
    mapping,
    name,
    plain_text,
    positive_number,
    text,
    uuid,
)
from threadcast.assets.kinds.introductions import heading
from threadcast.assets.kinds.metric_listing import parts_list, what_to_ask
from threadcast.domain.asset import AssetContext, AssetType

__all__ = ["DASHBOARD_FILE"]

COLUMNS = 12
"""The width of a dashboard's row, in grid columns."""


_row = mapping(
    {"items": list_of(mapping({"id": uuid}))},
    {"id": anything, "columnSizes": list_of(positive_number), "rowHeight": positive_number},
)
_definition = mapping(
    {"name": name, "rows": list_of(_row)}, {"id": uuid, "type": text, "description": plain_text}
)


def _flaws(definition: Mapping[str, Any]) -> Iterator[Flaw]:
    flaws = list(_definition(definition, ()))
    yield from flaws
    if not flaws:
        for position, row in enumerate(definition["rows"]):
            yield from _sizes(row.get("columnSizes"), len(row["items"]), ("rows", position, "columnSizes"))


def _sizes(sizes: list[int] | None, items: int, at: At) -> Iterator[Flaw]:
    if sizes is None:
        return
    if len(sizes) != items:
        yield Flaw(at, f"'columnSizes' has {counted(len(sizes), 'entry')} for {counted(items, 'item')}")
    if sum(sizes) != COLUMNS:
        yield Flaw(at, f"'columnSizes' must add up to {COLUMNS}, not {sum(sizes)}")


def _part_ids(definition: Mapping[str, Any]) -> tuple[str, ...]:
    items = (item for row in definition.get("rows", ()) for item in row.get("items", ()))
    return tuple(dict.fromkeys(str(item["id"]).lower() for item in items))


def _introduction(context: AssetContext) -> str:
    return "\n\n".join((heading(context.asset), parts_list(context, "dashboard"), what_to_ask(context)))


DASHBOARD_FILE = AssetKind(
    type=AssetType.DASHBOARD_FILE,
    file_type="dashboard",
    legacy_names=("dashboard",),
    flaws=_flaws,
    part_ids=_part_ids,
    introduction=_introduction,
)
