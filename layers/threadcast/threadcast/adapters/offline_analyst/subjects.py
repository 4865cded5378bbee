"""What there is to ask about: each metric in reach with its rows and what its columns mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from threadcast.asset_types.columns import Column, Shape, shape_of
from threadcast.asset_types.coverage import span_of, values_of
from threadcast.asset_types.times import Grain, Period
from threadcast.domain.asset import Asset, AssetContext, Table

__all__ = ["Subject", "subjects_of"]


@dataclass(frozen=True, slots=True)
class Subject:
    """A metric that can be computed with: it has rows and at least one measure.

    `span` is what the time column covers, None without one; `values` are each dimension's distinct values.
    """

    asset: Asset
    table: Table
    shape: Shape
    span: Period | None
    values: Mapping[str, tuple[str, ...]] = field(hash=False)

    @property
    def name(self) -> str:
        """The metric's name."""
        return self.asset.name

    @property
    def grain(self) -> Grain | None:
        """How finely the rows tell time; None if they don't."""
        return None if self.span is None else self.span.grain

    def dimension(self, name: str) -> Column:
        """The dimension of this name, which must exist."""
        return next(column for column in self.shape.dimensions if column.name == name)


def subjects_of(context: AssetContext | None) -> tuple[Subject, ...]:
    """The metrics in reach, in their order; those without rows or figures are left out."""
    if context is None:
        return ()
    found = (_subject(part.asset, part.table) for part in (context, *context.parts))
    return tuple(subject for subject in found if subject is not None)


def _subject(asset: Asset, table: Table | None) -> Subject | None:
    if table is None or not table.rows:
        return None
    shape = shape_of(asset.definition, table)
    if not shape.measures:
        return None
    span = None if shape.time is None else span_of(table, shape.time)
    values = {column.name: values_of(column, table) for column in shape.dimensions}
    return Subject(asset, table, shape, span, values)
