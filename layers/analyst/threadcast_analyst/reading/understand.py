"""From a prompt to queries: which of the subjects it is about, and what it asks of each."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from threadcast.assets.columns.dates import Grain, Period, period_of
from threadcast_analyst.intents import (
    Change,
    Describe,
    Explain,
    Intent,
    Movers,
    Outliers,
    Query,
    Ranked,
    Recap,
    Share,
    Unclear,
)
from threadcast_analyst.reading.accounting import left_over
from threadcast_analyst.reading.choosing import Reading, readings_of
from threadcast_analyst.reading.followups import continued, is_followup
from threadcast_analyst.reading.notes import notes_on
from threadcast_analyst.reading.pairs import correlation_across
from threadcast_analyst.reading.question import Question, read_question
from threadcast_analyst.reading.refusals import impossible, not_understood
from threadcast_analyst.reading.spelling import respelled
from threadcast_analyst.series import Filters, Line
from threadcast_analyst.subjects import Subject

__all__ = ["Queries", "understand"]

Queries = tuple[Query, ...]
FocusOf = Callable[[Query], Period | None]

_REMEMBERED_PROMPTS = 12
"""How far back a chain of follow-ups is read."""

_NOT_TOLD = "I could not tell what to compute from this question."


def understand(prompts: Sequence[str], subjects: Sequence[Subject], focus_of: FocusOf) -> Queries:
    """What the last prompt asks, one query for each series it is about, at least one.

    The earlier prompts give sense to a follow-up; `focus_of` tells which period a query's answer is about.
    """
    last: Queries = ()
    understood: Queries = ()
    for prompt in prompts[-_REMEMBERED_PROMPTS:]:
        understood = _spelled(prompt, subjects, last, focus_of)
        if not isinstance(understood[0].intent, Unclear | Describe | Recap):
            last = understood
    return understood


def _spelled(prompt: str, subjects: Sequence[Subject], last: Queries, focus_of: FocusOf) -> Queries:
    """What a prompt asks; if words of it are unknown, what it asks with their spelling corrected."""
    understood = _understood(prompt, subjects, last, focus_of)
    if not isinstance(understood[0].intent, Unclear):
        return understood
    corrected, notes = respelled(prompt, subjects)
    if not notes:
        return understood
    better = _understood(corrected, subjects, last, focus_of)
    if isinstance(better[0].intent, Unclear):
        return understood
    return (replace(better[0], notes=(*notes, *better[0].notes)), *better[1:])


def _understood(prompt: str, subjects: Sequence[Subject], last: Queries, focus_of: FocusOf) -> Queries:
    questions = [read_question(prompt, subject) for subject in subjects]
    crossed = correlation_across(questions)
    if crossed is not None:
        return (crossed,)
    readings = readings_of(questions)
    first = readings[0]
    if isinstance(first.intent, Recap):
        return (_recalled(first, last),)
    if last and is_followup(first.question):
        return _followed(questions, last, focus_of)
    if any(isinstance(reading.intent, Describe) and not reading.left_over for reading in readings):
        return (Query(Describe(), Line(first.question.subject, first.question.measure)),)
    return tuple(_query(reading, is_dashboard=len(subjects) > 1) for reading in readings)


def _recalled(reading: Reading, last: Queries) -> Query:
    line = Line(reading.question.subject, reading.question.measure)
    if not last or reading.intent is None:
        return Query(Unclear("There is no answer of mine before this that I could explain."), line)
    return Query(reading.intent, last[0].line, former=last[0])


def _followed(questions: Sequence[Question], last: Queries, focus_of: FocusOf) -> Queries:
    """The former query that goes on; where no word tells a measure, all those of its metric."""
    first = _former(questions, last)
    question = next(question for question in questions if _is_about(question, first))
    formers = [query for query in last if _is_about(question, query)]
    is_open = question.measure_told is None and first in formers
    return tuple(_following(questions, former, focus_of) for former in (formers if is_open else [first]))


def _following(questions: Sequence[Question], former: Query, focus_of: FocusOf) -> Query:
    question = next(question for question in questions if _is_about(question, former))
    query, read = continued(question, former, lambda: focus_of(former))
    unread = [word for word in left_over(question, query.intent) if word.at not in read]
    if unread:
        return Query(Unclear(not_understood(unread, question, is_dashboard=len(questions) > 1)), former.line)
    return query


def _former(questions: Sequence[Question], last: Queries) -> Query:
    """The former query that goes on: about the subject that the new words fit, else the first."""
    best = max(questions, key=lambda question: question.hits[0])
    if best.hits[0] == 0:
        return last[0]
    same = next((query for query in last if _is_about(best, query)), None)
    own = next(question for question in questions if _is_about(question, last[0]))
    if same is not None or own.hits[0] == best.hits[0]:
        return same or last[0]
    former = last[0].line.filters
    return Query(last[0].intent, Line(best.subject, best.measure, Filters(former.windows, former.months)))


def _is_about(question: Question, query: Query) -> bool:
    """Whether a question was read against the metric of a query, in whatever unit that is told."""
    return question.subject.asset.id == query.line.subject.asset.id


def _query(reading: Reading, *, is_dashboard: bool) -> Query:
    """The query of a reading that accounts for every word; of any other one, what was not understood."""
    question, intent = reading.question, reading.intent
    if reading.left_over and not isinstance(intent, Unclear):
        intent = Unclear(not_understood(reading.left_over, question, is_dashboard=is_dashboard))
    elif intent is None:
        intent = Unclear(_NOT_TOLD)
    else:
        reason = impossible(question, intent)
        intent = intent if reason is None else Unclear(reason)
    return Query(intent, _line(question, intent), notes_on(question, intent, is_dashboard=is_dashboard))


def _is_one_of_many(question: Question, key: Grain) -> bool:
    """Whether a single period is held against all the others: "is 2015 the warmest year?"."""
    windows = question.moments.windows
    is_one = windows == (period_of(windows[0].first, key),) if windows else False
    return is_one and windows == question.moments.points and key in question.grains.values()


def _line(question: Question, intent: Intent) -> Line:
    """The rows that count: what the intent itself sets side by side must not be left out by its filters."""
    filters = question.filters
    if isinstance(intent, Ranked | Movers) and len(question.values.all) == 1 and question.columns.dimensions:
        filters = replace(filters, values=_without(filters, question.dimension))
    match intent:
        case Explain(last=last) if last is not None:
            months = filters.months if question.moments.windows else frozenset[int]()
            filters = replace(filters, windows=(), months=months)
        case Change() | Movers() if question.moments.points:
            filters = replace(filters, windows=())
        case Ranked(key) if not isinstance(key, str) and _is_one_of_many(question, key):
            filters = replace(filters, windows=())  # "is 2015 the warmest year?" is one among all
        case Outliers() if _is_a_row(filters.windows, question):
            filters = replace(filters, windows=())  # "is 2016 an outlier?" is one among all
        case Share(dimension):
            filters = replace(filters, values=_without(filters, dimension))
        case _:
            pass
    return Line(question.subject, question.measure, filters)


def _without(filters: Filters, dimension: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The values that count, but for those of one dimension: "is Seattle the warmest city?"."""
    return tuple(pair for pair in filters.values if pair[0] != dimension)


def _is_a_row(windows: Sequence[Period], question: Question) -> bool:
    """Whether a single period of the rows' own grain is named."""
    grain = question.subject.grain
    return grain is not None and len(windows) == 1 and windows[0] == period_of(windows[0].first, grain)
