"""The words that tell what is asked for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from threadcast_analyst.reading.kinds import COLD, HEAT, PRICE, RAIN, WIND, Kind
from threadcast_analyst.reading.words import Word, phrases_in

__all__ = ["SUPERLATIVES", "Cue", "Superlative", "cue_words", "cues_in", "superlatives_in"]


class Cue(StrEnum):
    """A hint at what is asked for; several may stand in one question."""

    ASK = "ask"
    AVERAGE = "average"
    CHANGE = "change"
    COMPARE = "compare"
    CORRELATE = "correlate"
    COUNT = "count"
    DESCRIBE = "describe"
    EACH = "each"
    FALL = "fall"
    HIGH = "high"
    HOW = "how"
    LONG = "long"
    LOSS = "loss"
    LOW = "low"
    MAKE = "make"
    MEDIAN = "median"
    METHOD = "method"
    OUTLIER = "outlier"
    PERCENT = "percent"
    RANK = "rank"
    RISE = "rise"
    SEASON = "season"
    SHARE = "share"
    STEP = "step"
    TOTAL = "total"
    TREND = "trend"
    WHEN = "when"
    WHY = "why"


_PHRASES: dict[Cue, str] = {
    Cue.ASK: (
        "what was, what is, what were, what are, show, show me, give me, value, amount, figure, "
        "was there, were there, list"
    ),
    Cue.AVERAGE: "average, mean, typical, averaged, averages, on average, avg, normally, normal",
    Cue.CHANGE: (
        "change, changed, changing, difference, differ, different, how much more, how much less, evolve "
        "between, growth rate, develop between, compared to, compared with, "
        "vary, varied, variation, by how much, net change"
    ),
    Cue.COMPARE: (
        "compare, compared, comparison, versus, vs, against, contrast, ratio, than, more, less, fewer, "
        "overtake, overtook, overtaken, surpass, surpassed, exceed, exceeded, beat, passed, ahead, bigger, "
        "larger, higher, lower, smaller, greater, faster, slower, side by side, outperform, compared to, "
        "compared with, difference, gap, as much as, as many as"
    ),
    Cue.CORRELATE: (
        "correlate, correlated, correlation, related, relate, relation, relationship, move together, "
        "depend, depends, connected, connection, linked, go together, hand in hand, associated"
    ),
    Cue.COUNT: (
        "how many row, how many record, how many data point, how many day, how many month, how many year, "
        "how many quarter, how often, number of day, number of month, number of year, row count, "
        "how many time, count, number of row, number of record, the number of day"
    ),
    Cue.DESCRIBE: (
        "what is this, what's this, what are these, describe, overview, summary, summarise, "
        "summarize, tell me about, what can you do, what can i ask, what can you tell, help, explain "
        "this, what data, which data, what does this, what do you know, hello, hi, hey, introduce, "
        "which column, what column, what metric, which metric, about this, covered, cover, what's on, "
        "what is on, what are you, who are you, how do you work, what else"
    ),
    Cue.EACH: (
        "by, per, each, every, break down, breakdown, broken down, split, list, across, respectively, "
        "individually, separately"
    ),
    Cue.FALL: (
        "fall, fell, fallen, drop, dropped, decrease, decreased, decline, declined, shrink, shrank, "
        "shrunk, dip, dipped, down, reduction, decreasing, declining, falling, collapse, collapsed, "
        "plunge, plunged, sink, sank, crash, shrinking, dropping, go down, went down, going down"
    ),
    Cue.HIGH: (
        "highest, most, maximum, max, peak, peaked, largest, biggest, greatest, top, best, record, "
        "strongest, high, leading, leader, main, heaviest, dominant, dominate, record high, all-time high, "
        "sharpest, steepest, fastest, number one, in first place, how hot did it get, "
        "how warm did it get, how hot does it get, how warm does it get, range, spread, extremes"
    ),
    Cue.HOW: "how has, how have, how did, how is, how are, how does, how do",
    Cue.LONG: (
        "longest, streak, spell, stretch, consecutive, in a row, how long, run, run of, succession, "
        "uninterrupted, longest period, longest time, longest series, continuous, successive"
    ),
    Cue.LOSS: "lost, loss, lose, losing",
    Cue.LOW: (
        "lowest, least, minimum, min, smallest, fewest, bottom, worst, weakest, low, trough, lightest, "
        "record low, slowest, lowest point, how cold did it get, how cold does it get, range, spread, "
        "extremes"
    ),
    Cue.MAKE: (
        "as a metric, as metric, as a new metric, new metric, create a metric, make a metric, save "
        "as, build a metric, create metric, make metric, own metric, create, save, keep, store, a metric of, "
        "a metric for, into a metric, in a metric, separate metric, make me a metric, turn into, "
        "make that a metric, make this a metric, make it a metric, a metric out of, a metric from, "
        "make a new metric, create a new metric, save as a new metric"
    ),
    Cue.MEDIAN: "median, middle",
    Cue.METHOD: (
        "how did you compute this, how did you compute that, how did you compute it, how was this computed, "
        "how was that computed, how did you calculate that, how did you calculate this, wrong, incorrect, "
        "how did you get that, how did you get this, how do you know, are you sure, not true, not right, "
        "not correct, how is this computed, how is that computed, how was it computed, false, mistake, "
        "how did you calculate it, how is this calculated, how is that calculated, show your work, "
        "where does this come from, where did you get that, explain your answer, explain how"
    ),
    Cue.OUTLIER: (
        "outlier, anomaly, anomalous, unusual, strange, abnormal, exceptional, extraordinary, spike, "
        "odd, surprising, stand out, stands out, irregular, unusually, weird"
    ),
    Cue.PERCENT: "percentage, percent, %, rate, relative, growth rate, in percent, how many percent",
    Cue.RANK: "rank, ranked, ranking, order, sort, sorted, top, bottom, descending, from highest to lowest",
    Cue.RISE: (
        "rise, rose, risen, grow, grew, grown, growth, increase, increased, gain, gained, up, climb, "
        "climbed, jump, jumped, growing, increasing, rising, expand, expanded, soar, soared, surge, "
        "go up, went up, going up, surged, improve, improved"
    ),
    Cue.SEASON: (
        "season, seasonal, seasonality, seasonally, usually, time of year, time of the year, month of the "
        "year, typical month, typical year, cyclical, pattern, in the course of the year, over the year, "
        "by season, by month of the year, per season, each season, season to season, "
        "typically, through the year, throughout the year, calendar month"
    ),
    Cue.SHARE: (
        "share, proportion, fraction, part of, portion, how much of, makes up, make up, made up, "
        "compared to the total, compared with the total, relative to the total, out of the total"
    ),
    Cue.STEP: (
        "year over year, year - over - year, year on year, year - on - year, yoy, year to year, "
        "year - to - year, "
        "month over month, month - over - month, month on month, month - on - month, month to month, "
        "from one day to the next, from one month to the next, from one year to the next, day to day"
    ),
    Cue.TOTAL: (
        "total, sum, overall, altogether, in all, how much, how many, combined, together, add up, in total, "
        "all told, sum up, totals"
    ),
    Cue.TREND: (
        "trend, develop, developed, development, evolve, evolved, evolution, over time, "
        "over the years, trajectory, direction, history, progress, going up or down, go up or down, "
        "over the whole period, over the period, upward, downward, up or down, over the months, increasing, "
        "decreasing, rising, falling, growing, declining, shrinking, going up, going down"
    ),
    Cue.WHEN: (
        "when, since when, for the first time, first time, for the last time, on which, in which, what date, "
        "which date, first day, first month, first year, last day, last month, last year, "
        "what day, what time"
    ),
    Cue.WHY: (
        "why, what caused, what drove, what explain, what explains, reason, how come, cause, what is behind, "
        "driver, due to, what's behind, what made"
    ),
}


_SPLIT = {cue: tuple(phrases.split(", ")) for cue, phrases in _PHRASES.items()}
_VAGUE = frozenset({Cue.ASK, Cue.HOW, Cue.WHEN, Cue.EACH})


@dataclass(frozen=True, slots=True)
class Superlative:
    """A superlative that names its measure too: the hottest day is that of the highest temperature."""

    highest: bool
    of: Kind


SUPERLATIVES = {
    "hottest": Superlative(highest=True, of=HEAT),
    "warmest": Superlative(highest=True, of=HEAT),
    "coldest": Superlative(highest=False, of=COLD),
    "coolest": Superlative(highest=False, of=HEAT),
    "wettest": Superlative(highest=True, of=RAIN),
    "rainiest": Superlative(highest=True, of=RAIN),
    "driest": Superlative(highest=False, of=RAIN),
    "windiest": Superlative(highest=True, of=WIND),
    "calmest": Superlative(highest=False, of=WIND),
    "cheapest": Superlative(highest=False, of=PRICE),
    "dearest": Superlative(highest=True, of=PRICE),
    "priciest": Superlative(highest=True, of=PRICE),
    "hotter": Superlative(highest=True, of=HEAT),
    "warmer": Superlative(highest=True, of=HEAT),
    "colder": Superlative(highest=False, of=COLD),
    "cooler": Superlative(highest=False, of=HEAT),
    "wetter": Superlative(highest=True, of=RAIN),
    "rainier": Superlative(highest=True, of=RAIN),
    "drier": Superlative(highest=False, of=RAIN),
    "windier": Superlative(highest=True, of=WIND),
    "cheaper": Superlative(highest=False, of=PRICE),
}
"""Comparatives among them: of two things named they compare, of things not named they ask for the first."""


@cache
def cue_words() -> frozenset[str]:
    """Every word that is part of a cue."""
    return frozenset(" ".join(_PHRASES.values()).replace(",", "").split()) | frozenset(SUPERLATIVES)


def cues_in(words: Sequence[Word], taken: Iterable[int]) -> Mapping[Cue, frozenset[int]]:
    """The cues that words give, with their places, but for `taken` words, which name something.

    Where nothing else tells what is asked for, the name may: "the maximum temperature" asks for a maximum.
    """
    named = frozenset(taken)
    places = {cue: phrases_in(words, phrases) for cue, phrases in _SPLIT.items()}
    free = {cue: found for cue, found in places.items() if found - named}
    if free.keys() - _VAGUE:
        return free
    return free | {cue: places[cue] for cue in (Cue.HIGH, Cue.LOW, Cue.AVERAGE) if places[cue]}


def superlatives_in(words: Sequence[Word]) -> Mapping[int, Superlative]:
    """The superlatives of this kind, by their places."""
    return {word.at: SUPERLATIVES[word.text] for word in words if word.text in SUPERLATIVES}
