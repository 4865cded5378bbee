"""A chat's title from what its first question asks for."""

from threadcast.assets.columns.dates import grain_word
from threadcast.assets.columns.number_format import joined, plural
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
from threadcast_analyst.wording.conditions import condition_told
from threadcast_analyst.wording.scope import capitalised, key_noun, of_what, time_phrase

__all__ = ["shortened", "title_of"]

MAX_CHARACTERS = 60


def title_of(query: Query | None, prompt: str, asset_name: str = "") -> str:
    """At most 60 characters; from the prompt itself where nothing was understood.

    A description is that of the asset that the chat is about.
    """
    if query is not None and isinstance(query.intent, Describe) and asset_name:
        return shortened(f"About {asset_name}")
    if query is None or isinstance(query.intent, Unclear):
        return shortened(capitalised(" ".join(prompt.split())))
    line = query.line
    what, when = of_what(line), time_phrase(line.filters, line.subject.span)
    return shortened(capitalised(_named(query.intent, query, what) + when))


def _named(intent: Intent, query: Query, what: str) -> str:  # noqa: C901, PLR0911, PLR0912 - one line per intent
    match intent:
        case Describe():
            return f"About {query.line.subject.name}"
        case Total() | Unclear():
            return what
        case Satisfying(condition, key):
            noun = plural(key_noun(key, query.line))
            return f"{noun} with {what} {condition_told(condition, query.line.measure)}"
        case Moves(None, grain):
            return f"change of {what} by {grain_word(grain)}"
        case Moves(rise, grain):
            return f"{grain_word(grain)}s in which {what} {'rose' if rise else 'fell'}"
        case Streak(condition, grain, of_steps=True):
            way = "rose" if condition.relation == "above" else "fell"
            return f"longest run of {grain_word(grain)}s in which {what} {way}"
        case Streak(condition, grain):
            told = condition_told(condition, query.line.measure)
            return f"longest run of {grain_word(grain)}s with {what} {told}"
        case Tally(condition, grain, per):
            told = condition_told(condition, query.line.measure)
            return f"{grain_word(grain)}s per {grain_word(per)} with {what} {told}"
        case CountRows(key) if key is not None:
            return f"how many {plural(key_noun(key, query.line))}"
        case CountRows():
            values = [value for _, named in query.line.filters.values for value in named]
            return f"how often {joined(values, 'or')}" if values else "how many rows"
        case MakeMetric():
            return f"a metric of {what}"
        case Average(kind):
            return f"{'average' if kind == 'mean' else 'median'} {what}"
        case Ranked(key, highest, 1):
            return f"{'highest' if highest else 'lowest'} {what} by {key_noun(key, query.line)}"
        case Ranked(key, highest):
            return f"{'top' if highest else 'bottom'} {plural(key_noun(key, query.line))} by {what}"
        case Breakdown(key):
            return f"{what} by {key_noun(key, query.line)}"
        case Trend():
            return f"trend of {what}"
        case Change() | Steps():
            return f"change of {what}"
        case Explain():
            return f"what changed {what}"
        case Movers(dimension):
            return f"change of {what} by {key_noun(dimension, query.line)}"
        case Comparison(_, values):
            return f"{joined(values)} compared"
        case Share(_, values):
            return f"share of {joined(values)} in {what}" if values else f"shares of {what}"
        case Contrast(parts):
            return f"{what} in {joined([name for name, _ in parts])}"
        case Recap():
            return "how it was computed"
        case Correlation(first, second):
            return f"correlation of {_series(first, second)} and {_series(second, first)}"
        case Outliers():
            return f"outliers of {what}"
        case Seasonality():
            return f"seasons of {what}"


def _series(line: Line, other: Line) -> str:
    """What sets one series apart from the other: its values, else its measure."""
    values = [value for _, named in line.filters.values for value in named]
    return joined(values) if line.measure == other.measure and values else line.measure.label


def shortened(text: str) -> str:
    """The text as a title, cut at a word."""
    if len(text) <= MAX_CHARACTERS:
        return text
    return text[: MAX_CHARACTERS - 1].rsplit(" ", 1)[0].rstrip(",;: ") + "…"
