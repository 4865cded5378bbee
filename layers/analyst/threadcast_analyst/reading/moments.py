"""All that a question says about time: "between 2005 and 2010", "since 2010", "the last 5 years", "July"."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise

from threadcast.assets.columns.dates import MONTHS, Grain, Period, period_of
from threadcast_analyst.reading.atoms import TimeAtom, time_atoms
from threadcast_analyst.reading.exclusions import exclusions_in
from threadcast_analyst.reading.relative import GRAIN_WORDS, in_year, relative_periods
from threadcast_analyst.reading.words import Word

__all__ = ["Moments", "moments_in"]

_FROM = frozenset({"since", "starting"})
_ONWARDS = frozenset({"onward", "onwards", "forward"})
_AFTER = frozenset({"after", "following"})
_BEFORE = frozenset({"before"})
_UNTIL = frozenset({"until", "till", "through", "by", "to"})
_RANGE_LINKS = frozenset({"to", "until", "till", "through", "thru", "-", "\N{EN DASH}"})
_BOUNDS = frozenset({"since", "starting"}) | _AFTER | _BEFORE | frozenset({"until", "till", "through"})
_RANKING = frozenset({"rank", "ranked", "sort", "sorted", "order", "ordered"})
_BESIDE_EACH_OTHER = frozenset({
    "vs", "versus", "and", "or", "than", "against", "compared to", "compared with",
})  # fmt: skip
_EDGES = frozenset({"start", "beginning", "end"})
_BESIDE = frozenset({"in", "during", "throughout", "within", "between", "from", "of", "the", "by"})


@dataclass(frozen=True, slots=True)
class Moments:
    """What was said about time; `places` are the words that said it.

    `points` are the periods named, in the order of the words, both ends of a range among them; `windows` are
    the rows that count; `months` are months of the year, in any year, and `parts` the same as they were
    named: winter, July. `ends` are the first and the last period of a bound ("since 2010"), None without one.
    `is_left_out`: the windows are what an excluded period leaves.
    """

    points: tuple[Period, ...] = ()
    windows: tuple[Period, ...] = ()
    months: frozenset[int] = frozenset()
    parts: tuple[tuple[str, frozenset[int]], ...] = ()
    ends: tuple[Period, Period] | None = None
    relative: tuple[Period, ...] = ()
    places: frozenset[int] = frozenset()
    is_left_out: bool = False


def moments_in(words: Sequence[Word], span: Period | None, taken: frozenset[int] = frozenset()) -> Moments:
    """Read every mention of time outside `taken`; "last year" is told from the rows' own span."""
    if span is None:
        return Moments()
    relative, relative_places = relative_periods(words, span, taken)
    atoms = [
        atom for atom in _completed(words, span) if not {atom.first, atom.last} & (relative_places | taken)
    ]
    excluded = _excluded(words, atoms)
    if excluded is not None:
        return _all_but(excluded, span)
    windows, points = list(relative), list(relative)
    parts: list[tuple[str, frozenset[int]]] = []
    ends: tuple[Period, Period] | None = None
    for first, last in _ranges(words, atoms):
        if first.period is None:
            months = frozenset(first.months if last is None else _month_range(first.months, last.months))
            name = " to ".join(_called(words, atom) for atom in (first, last) if atom is not None)
            parts.append((name, months))
        elif last is not None and last.period is not None:
            points += [first.period, last.period]
            windows.append(_between(first.period, last.period))
        else:
            window = _bounded(words, first, first.period, span)
            points.append(first.period)
            windows.append(window)
            ends = ends or _ends(first.period, window, span)
    return Moments(
        points=tuple(points),
        windows=tuple(windows),
        months=frozenset(month for _, months in parts for month in months),
        parts=tuple(parts),
        ends=ends,
        relative=relative,
        places=relative_places | _said(words, atoms),
    )


def _excluded(words: Sequence[Word], atoms: Sequence[TimeAtom]) -> tuple[Period, frozenset[int]] | None:
    """The only period that is named, with the words that leave it out: "except 2009"; None: none does."""
    if len(atoms) != 1 or atoms[0].period is None:
        return None
    atom, period = atoms[0], atoms[0].period
    begin = atom.first
    while begin and words[begin - 1].text in _BESIDE | {"year", "for"}:
        begin -= 1
    for mark in exclusions_in(words):
        if max(mark) + 1 in (begin, atom.first) and words[min(mark)].text not in {"not", "minus", "non"}:
            return period, mark | frozenset(range(begin, atom.last + 1))
    return None


def _all_but(excluded: tuple[Period, frozenset[int]], span: Period) -> Moments:
    """The windows before and after a period that is left out."""
    period, places = excluded
    grain = max(period.grain, span.grain)
    before = Period(span.first, period.first - timedelta(1), grain)
    after = Period(period.last + timedelta(1), max(span.last, period.last), grain)
    windows = tuple(window for window in (before, after) if window.first <= window.last)
    return Moments(windows=windows, places=places, is_left_out=True)


def _called(words: Sequence[Word], atom: TimeAtom) -> str:
    """What a part of the year is called: months are written with a capital, seasons are not."""
    return MONTHS[atom.months[0] - 1] if len(atom.months) == 1 else words[atom.first].text


def _said(words: Sequence[Word], atoms: Sequence[TimeAtom]) -> frozenset[int]:
    """The places of the mentions and of the words that bound or link them."""
    places: set[int] = set()
    for atom in atoms:
        places.update(range(atom.first, atom.last + 1))
        at = atom.first - 1
        while at >= 0 and _is_beside(words[at], words[at + 1], atom):
            at -= 1
        before = words[at + 1 : atom.first]
        links = _BOUNDS | _RANGE_LINKS | _UNTIL | {"from"}
        bounded = atom.period is not None and _word_before(words, atom) in links
        unread = frozenset() if bounded else _EDGES | _BOUNDS
        places.update(word.at for word in before if word.text not in unread)
        if _goes_on(words, atom):
            places.add(atom.last + 1)
    return frozenset(places)


def _is_beside(word: Word, following: Word, atom: TimeAtom) -> bool:
    """Whether a word belongs to the mention of time after it: "in the year 2009", "in the month of July".

    In "the wettest month of 2009" it doesn't: the month is finer than the year.
    """
    grain = GRAIN_WORDS.get(word.stem)
    if grain is not None and grain is not Grain.DAY:
        is_finer = atom.period is not None and grain < atom.period.grain
        return following.text[0].isdigit() or (following.text == "of" and not is_finer)
    return word.text in _BESIDE | _EDGES | _BOUNDS | _RANGE_LINKS


def _goes_on(words: Sequence[Word], atom: TimeAtom) -> bool:
    """Read the end of "2010 onwards" and of "from 2010 on"."""
    after = words[atom.last + 1].text if atom.last + 1 < len(words) else ""
    return after in _ONWARDS or (after == "on" and _word_before(words, atom) == "from")


def _only_year(span: Period) -> int | None:
    """The year that a date without one must mean, where the rows have only one."""
    return span.first.year if span.first.year == span.last.year else None


def _completed(words: Sequence[Word], span: Period) -> list[TimeAtom]:
    """The mentions, with what the other end tells of each: "from May to July 2012", "July 2012 vs 2013"."""
    atoms = list(time_atoms(words, _only_year(span)))
    for place, following in enumerate(atoms[1:]):
        atom = atoms[place]  # which may have been completed itself
        link = " ".join(_texts_between(words, atom, following))
        if atom.period is not None and following.period is not None and link in _BESIDE_EACH_OTHER:
            is_range = link == "and" and _word_before(words, atom) == "between"
            later = None if is_range else _same_part(atom.period, following.period)
            atoms[place + 1] = replace(following, period=later or following.period)
    for place, (atom, following) in enumerate(pairwise(atoms)):
        period = following.period
        if len(atom.months) != 1 or period is None or period.grain is not Grain.MONTH:
            continue
        if _links(words, atom, following) or _texts_between(words, atom, following) in (["and"], ["or"]):
            own = period.first.replace(month=atom.months[0])
            atoms[place] = replace(atom, period=period_of(own, Grain.MONTH), months=())
    return atoms


def _same_part(part: Period, year: Period) -> Period | None:
    """The part of a year in another one: "July 2012 vs 2013"; None: these are no part and no year."""
    is_part = part.grain < Grain.YEAR and part.first.year == part.last.year
    is_year = year == period_of(year.first, Grain.YEAR)
    return in_year(part, year.first.year) if is_part and is_year else None


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
    between = _texts_between(words, atom, following)
    if len(between) != 1:
        return False
    return between[0] in _RANGE_LINKS or (between[0] == "and" and _word_before(words, atom) == "between")


def _texts_between(words: Sequence[Word], atom: TimeAtom, following: TimeAtom) -> list[str]:
    return [word.text for word in words[atom.last + 1 : following.first] if word.text not in {"the", "in"}]


def _word_before(words: Sequence[Word], atom: TimeAtom) -> str:
    before = [word.text for word in words[max(0, atom.first - 4) : atom.first]]
    while before and before[-1] in {"the", "of", "year", "years", "month"} | _EDGES:
        before.pop()
    return before[-1] if before else ""


def _bounded(words: Sequence[Word], atom: TimeAtom, period: Period, span: Period) -> Period:
    """The window that one mention opens, by the word before it."""
    word = _word_before(words, atom)
    if word in _FROM or _goes_on(words, atom):
        return Period(period.first, max(span.last, period.last), period.grain)
    if word in _AFTER:
        return Period(period.last + timedelta(1), max(span.last, period.last), period.grain)
    if word in _BEFORE:
        return Period(min(span.first, period.first), period.first - timedelta(1), period.grain)
    if word == "by" and any(before.text in _RANKING for before in words[: atom.first]):
        return period  # "ranked by 2017 output"
    if word in _UNTIL:
        return Period(min(span.first, period.first), period.last, period.grain)
    return period


def _ends(period: Period, window: Period, span: Period) -> tuple[Period, Period] | None:
    """What a change is between within a bound: "after 2010" is from 2010 to the last of the rows."""
    if window == period:
        return None
    grain = max(period.grain, span.grain)
    if window.last >= span.last and window.first >= period.first:
        return period, period_of(span.last, grain)
    return period_of(span.first, grain), period


def _between(first: Period, last: Period) -> Period:
    low, high = sorted((first, last), key=lambda period: period.first)
    return Period(low.first, high.last, min(low.grain, high.grain))


def _month_range(first: Sequence[int], last: Sequence[int]) -> set[int]:
    begin, end = first[0], last[-1]
    return {(begin - 1 + step) % 12 + 1 for step in range((end - begin) % 12 + 1)}
