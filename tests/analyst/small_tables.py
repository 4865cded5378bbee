"""Small tables as contexts, with what their definitions say about columns."""

from random import Random
from typing import Any

from tests.contracts.stores import NOON
from threadcast.domain.asset import Asset, AssetContext, AssetType, Cell, Table

__all__ = ["context_with", "sales"]

ID = "11111111-2222-4333-8444-555555555555"
EMPTY = {("East", "Chair", 10), ("South", "Chair", 1), ("East", "Chair", 2), ("West", "Laptop", 3)}


def context_with(
    name: str, columns: str, *rows: tuple[Cell, ...], formats: dict[str, Any] | None = None, **axes: list[str]
) -> AssetContext:
    """A metric of these rows; `columns` are separated by blanks."""
    chart = {"barAndLineAxis": axes, "columnLabelFormats": formats or {}}
    asset = Asset(ID, AssetType.METRIC_FILE, name, {"name": name, "chartConfig": chart}, "owner", NOON, NOON)
    return AssetContext(asset, Table(tuple(columns.split()), rows))


def sales() -> AssetContext:
    """Revenue by month, region and product, January to October 2025, with four empty cells."""
    random = Random(4)  # noqa: S311 - the same rows each time
    rows = [
        (f"2025-{month:02d}-01", region, product, None if (region, product, month) in EMPTY else amount)
        for month in range(1, 11)
        for region in ("North", "South", "East", "West")
        for product in ("Laptop", "Chair", "Monitor")
        for amount in [random.randrange(500_000, 6_000_000) / 100]
    ]
    formats = {"month": {"columnType": "date"}, "revenue": {"style": "currency", "currency": "€"}}
    return context_with("Sales", "month region product revenue", *rows, formats=formats, x=["month"])
