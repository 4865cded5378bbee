"""The time that a follow-up keeps of the question before, and what it changes of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from threadcast.assets.columns.dates import Grain, Period, period_of, shifted
from threadcast_analyst.intents import Change, Explain, Movers, Query
from threadcast_analyst.reading.question import Question
from threadcast_analyst.reading.relative import in_year
from threadcast_analyst.series import Filters

__all__ = ["merged", "shifted_focus", "with_ends"]

_WHOLE = frozenset({"whole", "entire", "all", "overall", "full"})

Ended = Change | Explain | Movers


def shifted_focus(focus: Period | None, former: Query, shift: tuple[int, Grain]) -> Period | None:
    """The period that a shift leads to; of a month that was named, the year before is the same month's."""
    if focus is None:
        return None
    steps, grain = shift
    windows = former.line.filters.windows
    if (
        grain is Grain.YEAR
        and len(windows) == 1
        and windows[0] == period_of(windows[0].first, windows[0].grain)
    ):
        return in_year(windows[0], windows[0].first.year + steps)
    return shifted(period_of(focus.first, grain), steps)


def merged(former: Query, question: Question, period: Period | None) -> Filters:
    """The rows that count now: what the new words say, and what they leave as it was."""
    having = question.filters.having or former.line.filters.having
    return replace(_merged(former, question, period), having=having)


def _merged(former: Query, question: Question, period: Period | None) -> Filters:
    old, new = former.line.filters, question.filters
    values = tuple((dict(old.values) | dict(new.values)).items())
    if period is not None:
        months = old.months if old.windows and period.grain is Grain.YEAR else frozenset[int]()
        return Filters((period,), months, values)
    if new.windows and not new.months and _are_years(new.windows) and not _asks_whole(question):
        return replace(_of_other_years(old, new.windows), values=values)
    if new.months and not new.windows:
        return Filters(_years_of(old.windows), new.months, values)
    if new.windows or new.months:
        return Filters(new.windows, new.months, values)
    return Filters(old.windows, old.months, values)


def _of_other_years(old: Filters, years: tuple[Period, ...]) -> Filters:
    """What was asked of one year, of others: "in July 2013", then "and 2014?" is July 2014."""
    if old.months or not old.windows or not all(map(_is_part_of_a_year, old.windows)):
        return Filters(years, old.months)
    if any(year.first.year != year.last.year for year in years):
        return Filters(years, frozenset(month for part in old.windows for month in _months_of(part)))
    windows = (in_year(part, year.first.year) for year in years for part in old.windows)
    return Filters(tuple(dict.fromkeys(windows)))


def _years_of(windows: tuple[Period, ...]) -> tuple[Period, ...]:
    """The years that months are asked of: "in 2012" or "in July 2012", then "and in August?" is of 2012."""
    if _are_years(windows):
        return windows
    if not all(map(_is_part_of_a_year, windows)):
        return ()
    return tuple(dict.fromkeys(period_of(window.first, Grain.YEAR) for window in windows))


def with_ends(intent: Ended, question: Question, period: Period | None) -> Ended:
    """A change between the periods that are named now; of a single one, from the one before it."""
    if period is not None:
        return replace(intent, first=None, last=period)
    if question.moments.ends is not None:
        return _bounded(intent, question, question.moments.ends)
    named = {end for end in (intent.first, intent.last) if end is not None}
    if _asks_month(question) and named and all(end.first.year == end.last.year for end in named):
        return _in_month(intent, next(iter(question.moments.months)))
    points = sorted(question.moments.points[:2], key=lambda point: point.first)
    part = intent.last if intent.last is not None and _is_part_of_a_year(intent.last) else None
    if part is not None and _are_years(tuple(points)):
        points = [in_year(part, point.first.year) for point in points]
    return _between(intent, points, part)


def _between(intent: Ended, points: Sequence[Period], part: Period | None) -> Ended:
    """Between two periods; of a single one, from the same `part` of the year before, else the one before."""
    if len(points) > 1:
        return replace(intent, first=points[0], last=points[1])
    if points and part is not None and intent.first is not None:
        return replace(intent, first=in_year(points[0], points[0].first.year - 1), last=points[0])
    return replace(intent, first=None, last=points[0]) if points else intent


def _bounded(intent: Ended, question: Question, ends: tuple[Period, Period]) -> Ended:
    """From or up to a bound; "and until 2012?" begins where it began."""
    if ends[1] in question.moments.points and intent.first is not None:
        return replace(intent, last=ends[1])
    return replace(intent, first=ends[0], last=ends[1])


def _in_month(intent: Ended, month: int) -> Ended:
    """The same ends in another month of their years."""
    first, last = (
        None if end is None else period_of(date(end.first.year, month, 1), Grain.MONTH)
        for end in (intent.first, intent.last)
    )
    return replace(intent, first=first, last=last)


def _are_years(windows: tuple[Period, ...]) -> bool:
    return all(window.grain is Grain.YEAR for window in windows)


def _is_part_of_a_year(period: Period) -> bool:
    return period.grain < Grain.YEAR and period.first.year == period.last.year


def _months_of(part: Period) -> range:
    return range(part.first.month, part.last.month + 1)


def _asks_month(question: Question) -> bool:
    """Whether a month is named, and no year."""
    return len(question.moments.months) == 1 and not question.moments.points


def _asks_whole(question: Question) -> bool:
    """Whether all of a year is asked for: "and the whole of 2014?"."""
    return any(word.text in _WHOLE for word in question.words)
