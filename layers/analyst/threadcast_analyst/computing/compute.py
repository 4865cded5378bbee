"""From a query to what the rows say: one line per intent."""

from typing import assert_never

from threadcast.assets.columns.dates import Grain, grain_word
from threadcast.assets.columns.number_format import plural
from threadcast_analyst.computing.changes import change, movers, step, trend
from threadcast_analyst.computing.conditions import longest, satisfied, tallied
from threadcast_analyst.computing.patterns import contrasted, correlated, outlying, seasonal
from threadcast_analyst.computing.rankings import broken_down, ranked
from threadcast_analyst.computing.reasons import explained
from threadcast_analyst.computing.selection import Selection, select
from threadcast_analyst.computing.shares import compared, shares
from threadcast_analyst.computing.steps import longest_rise, moving
from threadcast_analyst.computing.totals import average, counted_rows, total
from threadcast_analyst.findings import Finding, Impossible, Ranking
from threadcast_analyst.intents import (
    Average,
    Breakdown,
    Change,
    Comparison,
    Contrast,
    Correlation,
    CountRows,
    Describe,
    Explain,
    Intent,
    MakeMetric,
    Movers,
    Moves,
    Outliers,
    Query,
    Ranked,
    Recap,
    Satisfying,
    Seasonality,
    Share,
    Steps,
    Streak,
    Tally,
    Total,
    Trend,
    Unclear,
)
from threadcast_analyst.series import Line
from threadcast_analyst.wording.scope import months_phrase, time_phrase

__all__ = ["compute"]


def compute(query: Query) -> Finding:
    """What the rows say to a query; `Impossible` with the reason where they can't."""
    if isinstance(query.intent, Unclear):
        return Impossible(query.intent.reason)
    too_fine = _too_fine(query.line, query.intent)
    if too_fine is not None:
        return too_fine
    selection = select(query.line)
    if not selection.points and not isinstance(query.intent, CountRows | Describe):
        return Impossible(_nothing(selection))
    return _computed(query.intent, selection)


def _computed(intent: Intent, selection: Selection) -> Finding:  # noqa: C901, PLR0911, PLR0912 - one line per intent
    match intent:
        case Total():
            return total(selection)
        case Average():
            return average(selection, intent)
        case CountRows():
            return counted_rows(selection, intent)
        case Ranked():
            found = ranked(selection, intent)
            is_alone = isinstance(found, Ranking) and found.groups == 1
            return total(selection) if is_alone else found
        case Satisfying():
            return satisfied(selection, intent)
        case Moves():
            return moving(selection, intent)
        case Streak(of_steps=True):
            return longest_rise(selection, intent)
        case Streak():
            return longest(selection, intent)
        case Tally():
            return tallied(selection, intent)
        case Breakdown():
            return broken_down(selection, intent)
        case Trend():
            return trend(selection, intent)
        case Change():
            return change(selection, intent)
        case Movers():
            return movers(selection, intent)
        case Steps():
            return step(selection, intent)
        case Comparison():
            return compared(selection, intent)
        case Contrast():
            return contrasted(selection, intent)
        case Share():
            return shares(selection, intent)
        case Correlation():
            return correlated(intent)
        case Outliers():
            return outlying(selection)
        case Seasonality():
            return seasonal(selection)
        case Explain():
            return explained(selection, intent)
        case MakeMetric():
            return Impossible(
                "I cannot store metrics here: this chat was set up without a place to keep them."
            )
        case Describe() | Recap() | Unclear():
            return Impossible("There is nothing to compute for that.")
        case _:
            assert_never(intent)


def _too_fine(line: Line, intent: Intent) -> Impossible | None:
    """Months asked of rows that tell years: January's figure must not be a whole year's; None: fine."""
    grain, filters = line.subject.grain, line.filters
    if grain is None:
        return None
    ends = (intent.first, intent.last) if isinstance(intent, Change | Explain | Movers) else ()
    periods = (period for period in (*filters.windows, *ends) if period is not None)
    wanted = next((period for period in periods if period.grain < grain), None)
    if wanted is None and not (filters.months and grain >= Grain.YEAR):
        return None
    name = months_phrase(filters.months) if wanted is None else str(wanted)
    told = f"The rows of “{line.subject.name}” tell {plural(grain_word(grain))}, nothing finer"
    return Impossible(f"{told}, so I can't see {name} in them. They cover {line.subject.span}.")


def _nothing(selection: Selection) -> str:
    line = selection.line
    covered = "" if line.subject.span is None else f" The rows cover {line.subject.span}."
    if selection.rows:
        return f"The rows that fit have no value of {line.measure.label}.{covered}"
    values = [value for _, named in line.filters.values for value in named]
    what = f" of {' or '.join(values)}" if values else ""
    when = time_phrase(line.filters, None)
    return f"“{line.subject.name}” has no rows{what}{when}.{covered}"
