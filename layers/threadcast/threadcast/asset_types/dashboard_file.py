"""Dashboards: rows of metrics, seen through those that the user may see."""

from collections.abc import Mapping
from typing import Any

from threadcast.asset_types.checks import is_uuid, require_list, require_text
from threadcast.asset_types.introductions import heading, suggested
from threadcast.asset_types.kind import AssetKind
from threadcast.asset_types.parts import parts_list, questions_about_parts
from threadcast.domain.asset import AssetContext, AssetType
from threadcast.errors import DefinitionFault

__all__ = ["DASHBOARD_FILE"]

COLUMNS = 12
"""How many columns wide a row of a dashboard is."""


def _check(definition: Mapping[str, Any], source: str) -> None:
    require_text(definition, "name", source)
    for place, row in enumerate(require_list(definition, "rows", source), start=1):
        if not isinstance(row, Mapping):
            raise DefinitionFault(source, f"row {place} must be a mapping with 'items'")
        items = require_list(row, "items", f"{source}, row {place}")
        for item in items:
            if not (isinstance(item, Mapping) and is_uuid(item.get("id"))):
                raise DefinitionFault(
                    source, f"every item of row {place} must have the UUID of a metric as 'id'"
                )
        _check_sizes(row.get("columnSizes"), len(items), f"{source}, row {place}")


def _check_sizes(sizes: object, items: int, source: str) -> None:
    if sizes is None:
        return
    if not isinstance(sizes, list) or not all(type(size) is int and size > 0 for size in sizes):
        raise DefinitionFault(source, "'columnSizes' must be a list of positive whole numbers")
    if len(sizes) != items:
        raise DefinitionFault(source, f"'columnSizes' has {len(sizes)} entries for {items} items")
    if sum(sizes) != COLUMNS:
        raise DefinitionFault(source, f"'columnSizes' must add up to {COLUMNS}, not {sum(sizes)}")


def _part_ids(definition: Mapping[str, Any]) -> tuple[str, ...]:
    items = (item for row in definition.get("rows", ()) for item in row.get("items", ()))
    return tuple(dict.fromkeys(str(item["id"]).lower() for item in items))


def _introduction(context: AssetContext) -> str:
    questions = questions_about_parts(context)
    return "\n\n".join((heading(context.asset), parts_list(context, "dashboard"), suggested(questions)))


DASHBOARD_FILE = AssetKind(
    type=AssetType.DASHBOARD_FILE,
    file_type="dashboard",
    legacy_names=("dashboard",),
    check=_check,
    part_ids=_part_ids,
    introduction=_introduction,
)
