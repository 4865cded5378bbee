"""Questions that lean on the one before: "and the year before?", "what about coal?", "why was that?"."""

from collections.abc import Callable
from dataclasses import replace

from threadcast.assets.columns.dates import Grain, Period
from threadcast_analyst.intents import (
    Average,
    Breakdown,
    Change,
    Comparison,
    Contrast,
    Explain,
    Intent,
    MakeMetric,
    Movers,
    Moves,
    Query,
    Ranked,
    Satisfying,
    Share,
    Steps,
    Streak,
    Tally,
    Total,
)
from threadcast_analyst.reading.counts import condition_of
from threadcast_analyst.reading.cues import Cue
from threadcast_analyst.reading.decide import decide
from threadcast_analyst.reading.question import Question
from threadcast_analyst.reading.relative import GRAIN_WORDS
from threadcast_analyst.reading.resumed import merged, shifted_focus, with_ends
from threadcast_analyst.reading.words import phrases_in
from threadcast_analyst.series import Line
from threadcast_analyst.subjects import Subject

__all__ = ["continued", "is_followup"]

_OPENINGS = (
    "and",
    "what about",
    "how about",
    "same",
    "or",
    "but",
    "then",
    "also",
    "now",
    "what of",
    "ok and",
)
_POINTERS = ("that", "it", "they", "then", "there", "those", "them", "the same", "this year", "that year")
_BACK = frozenset({"before", "previous", "preceding", "prior", "earlier"})
_ON = frozenset({"after", "next", "following", "later"})
_VAGUE = frozenset({Cue.ASK, Cue.HOW, Cue.TOTAL, Cue.WHEN, Cue.EACH, Cue.COMPARE, Cue.DESCRIBE})
_FORMS = frozenset({"by", "per", "as", "each", "every", "in", "top"})
_SHORT = 3


def is_followup(question: Question) -> bool:
    """Whether the words make sense only after another question."""
    words = question.words
    if not words:
        return False
    opens = 0 in phrases_in(words[:3], _OPENINGS)
    points = bool(phrases_in(words, _POINTERS)) and not question.columns.measures and not question.values.all
    is_short = len(words) <= _SHORT and bool(question.places) and not question.cues
    is_fragment = is_short and not question.columns.measures
    asks_why = Cue.WHY in question.cues and not question.places and len(words) <= _SHORT
    is_time = all(word.at in question.moments.places for word in words)
    said = question.condition
    is_condition = said is not None and len(said.places) == len(words)
    leans = opens or points or is_fragment or is_time or is_condition or asks_why or _asks_unit(question)
    return leans or _asks_parts(question) or _shift(question) is not None


def _asks_unit(question: Question) -> bool:
    """Whether only a unit is told: "in fahrenheit?"."""
    return (
        len(question.words) <= _SHORT
        and bool(question.unit.places)
        and not question.places - question.unit.places
    )


def _asks_parts(question: Question) -> bool:
    """Whether only the form of an answer is told: "per month", "as a share", "top 3", "how many in 2015?"."""
    names = question.columns.measures or question.values.all or question.superlatives
    texts = [word.text for word in question.words]
    if texts[:1] == ["how"]:
        return texts[1:2] in (["many"], ["much"]) and _asks_no_more(question) and not names
    return len(texts) <= _SHORT and texts[0] in _FORMS and not names and not question.moments.places


def _asks_no_more(question: Question) -> bool:
    """Whether only a time follows: "how many in 2015?"."""
    rest = {word.at for word in question.words[2:]} - question.moments.places
    return not rest


def continued(
    question: Question, former: Query, focus: Callable[[], Period | None]
) -> tuple[Query, frozenset[int]]:
    """The former query with what the new words change of it, and the words that only lean on it.

    `focus` is the period that the former answer is about.
    """
    own = decide(question)
    shift = _shift(question)
    period = shifted_focus(focus(), former, shift[:2]) if shift is not None else None
    if period is None and isinstance(own, Explain) and own.last is None:
        period = focus()
    filters = merged(former, question, period)
    told = question.said is not None and question.said.measure is not None
    tells_measure = question.columns.measures or question.superlative is not None or told
    subject = _subject(question, former, own)
    measure = question.measure if tells_measure else former.line.measure
    measure = next(column for column in subject.shape.measures if column.name == measure.name)
    asks_parts = isinstance(own, Breakdown) and Cue.EACH in question.cues
    has_intent = asks_parts or question.superlative is not None or bool(question.cues.keys() - _VAGUE)
    intent = _own(own, question, former.intent) if own is not None and has_intent else None
    intent = intent or _adapted(former.intent, question, period)
    if isinstance(intent, Change | Explain | Movers):
        changed = with_ends(intent, question, period)
        is_of_month = _is_of_month(changed) and changed != intent
        intent, filters = (
            changed,
            replace(filters, windows=(), months=frozenset() if is_of_month else filters.months),
        )
    if isinstance(intent, Explain):
        filters = replace(filters, months=frozenset())
    if isinstance(intent, Share) and not intent.values and not question.columns.dimensions:
        intent = replace(intent, values=dict(filters.values).get(intent.dimension, ()))
    if isinstance(intent, Comparison | Share):
        others = tuple(pair for pair in filters.values if pair[0] != intent.dimension)
        own_values = ((intent.dimension, intent.values),) if isinstance(intent, Comparison) else ()
        filters = replace(filters, values=(*others, *own_values))
    return Query(intent, Line(subject, measure, filters)), _leaning(question)


def _is_of_month(intent: Change | Explain | Movers) -> bool:
    """Whether a change is between two months, which no other part of the year can be asked of."""
    return intent.last is not None and intent.last.grain is Grain.MONTH


def _subject(question: Question, former: Query, own: Intent | None) -> Subject:
    """The metric in the unit that is asked for now, else in that of before; a new one keeps its own."""
    if question.unit.places or isinstance(own, MakeMetric):
        return question.subject
    return former.line.subject


def _own(own: Intent, question: Question, former: Intent) -> Intent:
    """What the new words ask for; "and the lowest?" is the lowest of what the highest was asked of."""
    match own, former:
        case Steps(rise), Movers():
            return replace(former, highest=rise)
        case Change() | Steps(), Moves(rise=bool()):
            return replace(former, rise=Cue.RISE in question.cues)
        case Breakdown(Grain() as grain), Average():
            return replace(former, grain=grain)
        case Ranked(limit=limit), Ranked() if question.key is None and question.words[0].text == "top":
            return replace(former, limit=limit)
        case Ranked(), _ if question.key is None:
            return _ranked_like(former, own)
        case _:
            return own


def _ranked_like(former: Intent, own: Ranked) -> Intent:
    """The highest or the lowest of what was asked before."""
    match former:
        case Ranked(key):
            return replace(own, key=key)
        case Movers(highest=None):
            return own
        case Movers():
            # "and the least?" of what fell most is what grew most; "and the second most?" fell as well
            return replace(former, highest=former.highest == own.highest, limit=own.limit)
        case Steps():
            return replace(former, rise=own.highest)
        case _:
            return own


def _leaning(question: Question) -> frozenset[int]:
    """The words that say no more than that a question goes on."""
    shift = _shift(question)
    opening = frozenset(at for at in phrases_in(question.words[:3], _OPENINGS) if at < _SHORT)
    return opening | phrases_in(question.words, _POINTERS) | (shift[2] if shift is not None else frozenset())


def _shift(question: Question) -> tuple[int, Grain, frozenset[int]] | None:
    """How far to go, and the words that say it: "the year before" is one year back; None: no word shifts."""
    for word in question.words:
        grain = GRAIN_WORDS.get(word.stem)
        if grain is None or word.at in question.moments.places:
            continue
        near = question.words[max(0, word.at - 1) : word.at + 2]
        for steps, directions in ((-1, _BACK), (1, _ON)):
            found = [other.at for other in near if other.text in directions]
            if found:
                return steps, grain, frozenset({word.at, *found})
    return None


def _adapted(intent: Intent, question: Question, period: Period | None) -> Intent:  # noqa: PLR0911 - one line per intent
    """The former intent, turned to the values and periods that are named now."""
    named = question.values.all
    match intent:
        case Share(dimension, values):
            return Share(dimension, named or values)
        case Comparison(dimension, values) if named:
            others = tuple(value for value in named if value != values[0])
            return Comparison(dimension, (values[0], *others) if others else values)
        case Ranked(key) if isinstance(key, Grain) and _is_one_of(period, question, key):
            return Total()
        case Ranked(key) | Breakdown(key) if isinstance(key, str) and named:
            return Total()
        case Steps() if period is not None or question.moments.windows:
            return Change()
        case Satisfying() | Streak() | Tally() if question.said is not None:
            return replace(intent, condition=condition_of(question) or intent.condition)
        case Contrast() if question.moments.parts:
            return Total()
        case _:
            return intent


def _is_one_of(period: Period | None, question: Question, key: Grain) -> bool:
    """Whether a single one of the periods that were ranked is asked for."""
    if period is not None:
        return period.grain <= key
    return any(window.grain <= key for window in question.moments.windows)
