"""From a prompt to queries: which of the subjects it is about, and what it asks of each."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from threadcast.adapters.offline_analyst.intents import (
    Change,
    Describe,
    Explain,
    Filters,
    Intent,
    Line,
    Movers,
    Query,
    Share,
    Unclear,
)
from threadcast.adapters.offline_analyst.reading.decide import decide
from threadcast.adapters.offline_analyst.reading.followups import continued, is_followup
from threadcast.adapters.offline_analyst.reading.pairs import correlation_across
from threadcast.adapters.offline_analyst.reading.question import Question, read_question
from threadcast.adapters.offline_analyst.reading.unknown import unknown_name
from threadcast.adapters.offline_analyst.subjects import Subject
from threadcast.asset_types.times import Period

__all__ = ["Queries", "understand"]

Queries = tuple[Query, ...]

_REMEMBERED_PROMPTS = 12
"""How far back a chain of follow-ups is read."""


def understand(
    prompts: Sequence[str], subjects: Sequence[Subject], focus_of: Callable[[Query], Period | None]
) -> Queries:
    """What the last prompt asks, one query for each subject it is about, at least one.

    The earlier prompts give sense to a follow-up; `focus_of` tells which period a query's answer is about.
    """
    last: Queries = ()
    understood: Queries = ()
    for prompt in prompts[-_REMEMBERED_PROMPTS:]:
        understood = _understood(prompt, subjects, last, focus_of)
        if not isinstance(understood[0].intent, Unclear | Describe):
            last = understood
    return understood


def _understood(
    prompt: str, subjects: Sequence[Subject], last: Queries, focus_of: Callable[[Query], Period | None]
) -> Queries:
    questions = [read_question(prompt, subject) for subject in subjects]
    crossed = correlation_across(questions)
    if crossed is not None:
        return (crossed,)
    if last and is_followup(questions[0]):
        former = _former(questions, last)
        question = next(question for question in questions if question.subject is former.line.subject)
        unknown = unknown_name(question, None)
        if unknown is not None:
            return (Query(Unclear(unknown), former.line),)
        return (continued(question, former, decide(question), lambda: focus_of(former)),)
    return _fresh(_about(questions))


def _former(questions: Sequence[Question], last: Queries) -> Query:
    """The former query that goes on: about the subject that the new words fit, else the first."""
    best = max(questions, key=lambda question: question.hits)
    if best.hits == 0:
        return last[0]
    same = next((query for query in last if query.line.subject is best.subject), None)
    own = next(q for q in questions if q.subject is last[0].line.subject)
    if same is not None or own.hits == best.hits:
        return same or last[0]
    return Query(last[0].intent, Line(best.subject, best.measure))


def _fresh(questions: Sequence[Question]) -> Queries:
    intents = [decide(question) for question in questions]
    if any(isinstance(intent, Describe) for intent in intents):
        return (Query(Describe(), Line(questions[0].subject, questions[0].measure)),)
    pairs = [
        (question, intent) for question, intent in zip(questions, intents, strict=True) if intent is not None
    ]
    if not pairs:
        return (_query(questions[0], None),)
    return tuple(_query(question, intent) for question, intent in pairs)


def _query(question: Question, intent: Intent | None) -> Query:
    unknown = unknown_name(question, intent)
    if unknown is not None:
        intent = Unclear(unknown)
    elif intent is None:
        intent = Unclear("I could not tell what to compute from this question.")
    return Query(intent, _line(question, intent))


def _about(questions: Sequence[Question]) -> list[Question]:
    """Those of the subject that the words fit best; all of them where the words fit none."""
    best = max(question.hits for question in questions)
    if best == 0:
        return list(questions)
    fitting = [question for question in questions if question.hits == best]
    fine = [
        q for q in fitting if q.grain is None or (q.subject.grain is not None and q.subject.grain <= q.grain)
    ]
    return (fine or fitting)[:1]


def _line(question: Question, intent: Intent) -> Line:
    """The rows that count: what the intent itself sets side by side must not be left out by its filters."""
    filters = question.filters
    match intent:
        case Explain(last=last) if last is not None:
            filters = replace(filters, windows=(), months=frozenset())
        case Change() | Movers() if question.moments.points:
            filters = replace(filters, windows=())
        case Share(dimension):
            kept = tuple(pair for pair in filters.values if pair[0] != dimension)
            filters = Filters(filters.windows, filters.months, kept)
        case _:
            pass
    return Line(question.subject, question.measure, filters)
