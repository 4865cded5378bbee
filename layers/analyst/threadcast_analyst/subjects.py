"""What there is to ask about: each metric in reach with its rows and what its columns mean."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from threadcast.assets.columns.column_roles import Column, Shape, shape_of
from threadcast.assets.columns.dates import Grain, Period
from threadcast.assets.columns.row_coverage import span_of, values_of
from threadcast.domain.asset import Asset, AssetContext, Table
from threadcast_analyst.reading.words import roots_of, stems_of

__all__ = ["Subject", "subjects_of"]


@dataclass(frozen=True, slots=True)
class Subject:
    """A metric that can be computed with: it has rows and at least one measure.

    `span` is what the time column covers, None without one; `values` are each dimension's distinct values.
    `names` are the roots of the words that it is called and described by; `context` are these and those of
    what it is a part of, but for what names a column (or another metric's value): they set nothing apart.
    """

    asset: Asset
    table: Table
    shape: Shape
    span: Period | None
    values: Mapping[str, tuple[str, ...]] = field(hash=False)
    names: frozenset[str] = frozenset()
    context: frozenset[str] = frozenset()

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
    subjects = [subject for subject in found if subject is not None]
    around = _described(context.asset) - _columns_of(subjects) - _values_of(subjects)
    return tuple(
        replace(subject, context=subject.names - _columns_of([subject]) | around) for subject in subjects
    )


def _subject(asset: Asset, table: Table | None) -> Subject | None:
    if table is None or not table.rows:
        return None
    shape = shape_of(asset.definition, table)
    if not shape.measures:
        return None
    span = None if shape.time is None else span_of(table, shape.time)
    values = {column.name: values_of(column, table) for column in shape.dimensions}
    return Subject(asset, table, shape, span, values, _described(asset))


def _described(asset: Asset) -> frozenset[str]:
    description = asset.definition.get("description")
    return _roots([asset.name, description if isinstance(description, str) else ""])


def _columns_of(subjects: Sequence[Subject]) -> frozenset[str]:
    """What names a column: any word of its label or name, and of a measure's synonyms, too."""
    measures = [column for subject in subjects for column in subject.shape.measures]
    dimensions = [column for subject in subjects for column in subject.shape.dimensions]
    single = [name for column in dimensions for name in column.synonyms if len(stems_of(name)) == 1]
    own = [name for column in dimensions for name in (column.label, column.name)]
    return _roots([*_names_of(measures), *own, *single])


def _names_of(columns: Sequence[Column]) -> list[str]:
    return [name for column in columns for name in (column.label, column.name, *column.synonyms)]


def _values_of(subjects: Sequence[Subject]) -> frozenset[str]:
    return _roots(value for subject in subjects for known in subject.values.values() for value in known)


def _roots(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(root for text in texts for root in roots_of(text) if root[0].isalpha())
