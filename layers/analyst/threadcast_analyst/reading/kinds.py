"""What people say of a measure instead of its name: hot and cold, wet, windy, expensive.

Which of an asset's measures such a word means is told by their names and units, never by the asset.
"""

from dataclasses import dataclass, field

from threadcast.assets.columns.column_roles import Column
from threadcast_analyst.reading.units import is_temperature
from threadcast_analyst.reading.words import Word, roots_of
from threadcast_analyst.subjects import Subject

__all__ = ["COLD", "HEAT", "NIGHT", "PRICE", "RAIN", "WIND", "Kind", "kind_said", "measure_of", "measures_of"]


@dataclass(frozen=True, slots=True)
class Kind:
    """Measures that the same words speak of: what they are called, the likeliest first; `said` are the words.

    `in_degrees`: a measure in degrees is one too, whatever it is called.
    """

    names: tuple[str, ...]
    said: frozenset[str] = field(default=frozenset(), repr=False)
    in_degrees: bool = False


def _kind(names: str, said: str = "", *, in_degrees: bool = False) -> Kind:
    return Kind(tuple(names.split(", ")), frozenset(said.split()), in_degrees)


HEAT = _kind("maximum temperature, temperature", "hot warm heat temperature", in_degrees=True)
COLD = _kind("minimum temperature, temperature", "cold chilly cool", in_degrees=True)
RAIN = _kind("precipitation, rain", "rain rained raining rainy rainfall wet dry precipitation")
WIND = _kind("wind speed, wind", "wind windy calm breezy breeze")
PRICE = _kind("price, cost", "price cost costly expensive cheap")
NIGHT = _kind("minimum temperature", "night overnight")
"""A day's minimum is that of its night; no other measure tells nights from days."""

_KINDS = (HEAT, COLD, RAIN, WIND, PRICE)


def kind_said(word: Word) -> Kind | None:
    """The kind of measure that a word speaks of, if it is one of these."""
    return next((kind for kind in _KINDS if word.text in kind.said or word.stem in kind.said), None)


def measures_of(subject: Subject, kind: Kind) -> tuple[Column, ...]:
    """The measures of this kind, the likeliest first: called so, else partly so, else told in its unit."""
    measures = subject.shape.measures
    names = [roots_of(name) for name in kind.names]
    called = [column for name in names for column in measures if name in _called(column)]
    if called:
        return tuple(dict.fromkeys(called))
    partly = tuple(
        column for column in measures if any(name <= known for name in names for known in _called(column))
    )
    return partly or tuple(column for column in measures if kind.in_degrees and is_temperature(column))


def measure_of(subject: Subject, kind: Kind) -> Column | None:
    """The measure of this kind that is likeliest meant; None: there is none."""
    return next(iter(measures_of(subject, kind)), None)


def _called(column: Column) -> list[frozenset[str]]:
    return [roots_of(name) for name in (column.label, column.name, *column.synonyms)]
