"""All that a question says about time: "between 2005 and 2010", "since 2010", "the last 5 years", "July"."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise

from threadcast.adapters.offline_analyst.reading.atoms import TimeAtom, time_atoms
from threadcast.adapters.offline_analyst.reading.relative import relative_periods
from threadcast.adapters.offline_analyst.reading.words import Word
from threadcast.asset_types.times import Grain, Period, period_of

__all__ = ["Moments", "moments_in"]

_FROM = frozenset({"since", "starting", "onwards", "onward"})
_AFTER = frozenset({"after"})
_BEFORE = frozenset({"before"})
_UNTIL = frozenset({"until", "till", "through", "by"})
_RANGE_LINKS = frozenset({"to", "until", "till", "through", "thru", "-", "\N{EN DASH}"})


@dataclass(frozen=True, slots=True)
class Moments:
    """What was said about time; `places` are the words that said it.

    `points` are the periods named, in the order of the words, both ends of a range among them; `windows` are
    the rows that count; `months` are months of the year, in any year.
    """

    points: tuple[Period, ...] = ()
    windows: tuple[Period, ...] = ()
    months: frozenset[int] = frozenset()
    places: frozenset[int] = frozenset()


def moments_in(words: Sequence[Word], span: Period | None) -> Moments:
    """Read every mention of time; relative ones ("last year") are told from the rows' own span."""
    if span is None:
        return Moments()
    relative, relative_places = relative_periods(words, span)
    atoms = [atom for atom in _completed(words) if atom.first not in relative_places]
    windows, points, months = list(relative), list(relative), set[int]()
    for first, last in _ranges(words, atoms):
        if last is None:
            months.update(first.months)
            if first.period is not None:
                points.append(first.period)
                windows.append(_bounded(words, first, first.period, span))
                points += [period_of(span.last, span.grain)] if _word_before(words, first) in _FROM else []
        elif first.period is not None and last.period is not None:
            points += [first.period, last.period]
            windows.append(_between(first.period, last.period))
        else:
            months.update(_month_range(first.months, last.months))
    places = relative_places | {at for atom in atoms for at in range(atom.first, atom.last + 1)}
    return Moments(tuple(points), tuple(windows), frozenset(months), frozenset(places))


def _completed(words: Sequence[Word]) -> list[TimeAtom]:
    """The mentions, a month without a year taking that of the range's other end: "from May to July 2012"."""
    atoms = list(time_atoms(words))
    for place, (atom, following) in enumerate(pairwise(atoms)):
        period = following.period
        if len(atom.months) != 1 or period is None or period.grain is not Grain.MONTH:
            continue
        if _links(words, atom, following):
            own = period.first.replace(month=atom.months[0])
            atoms[place] = replace(atom, period=period_of(own, Grain.MONTH), months=())
    return atoms


def _ranges(words: Sequence[Word], atoms: Sequence[TimeAtom]) -> Iterator[tuple[TimeAtom, TimeAtom | None]]:
    place = 0
    while place < len(atoms):
        atom = atoms[place]
        following = atoms[place + 1] if place + 1 < len(atoms) else None
        same_kind = following is not None and (following.period is None) == (atom.period is None)
        if following is not None and same_kind and _links(words, atom, following):
            yield atom, following
            place += 2
        else:
            yield atom, None
            place += 1


def _links(words: Sequence[Word], atom: TimeAtom, following: TimeAtom) -> bool:
    """Whether the words between two mentions make them the ends of a range."""
    between = [word.text for word in words[atom.last + 1 : following.first] if word.text not in {"the", "in"}]
    if len(between) != 1:
        return False
    return between[0] in _RANGE_LINKS or (between[0] == "and" and _word_before(words, atom) == "between")


def _word_before(words: Sequence[Word], atom: TimeAtom) -> str:
    before = [word.text for word in words[max(0, atom.first - 3) : atom.first]]
    while before and before[-1] in {"the", "of", "year", "years", "month", "end", "start", "beginning"}:
        before.pop()
    return before[-1] if before else ""


def _bounded(words: Sequence[Word], atom: TimeAtom, period: Period, span: Period) -> Period:
    """The window that one mention opens, by the word before it."""
    word = _word_before(words, atom)
    after = words[atom.last + 1].text if atom.last + 1 < len(words) else ""
    if word in _FROM or after in _FROM:
        return Period(period.first, max(span.last, period.last), period.grain)
    if word in _AFTER:
        return Period(period.last + timedelta(1), max(span.last, period.last), period.grain)
    if word in _BEFORE:
        return Period(min(span.first, period.first), period.first - timedelta(1), period.grain)
    if word in _UNTIL:
        return Period(min(span.first, period.first), period.last, period.grain)
    return period


def _between(first: Period, last: Period) -> Period:
    low, high = sorted((first, last), key=lambda period: period.first)
    return Period(low.first, high.last, min(low.grain, high.grain))


def _month_range(first: Sequence[int], last: Sequence[int]) -> set[int]:
    begin, end = first[0], last[-1]
    return {(begin - 1 + step) % 12 + 1 for step in range((end - begin) % 12 + 1)}
