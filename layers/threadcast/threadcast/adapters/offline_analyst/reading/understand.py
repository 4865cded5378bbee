"""From a prompt to queries: which of the subjects it is about, and what it asks of each."""

from collections.abc import Sequence
from dataclasses import replace

from threadcast.adapters.offline_analyst.intents import (
    Change,
    Comparison,
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
from threadcast.adapters.offline_analyst.reading.question import Question, read_question
from threadcast.adapters.offline_analyst.reading.unknown import unknown_name
from threadcast.adapters.offline_analyst.subjects import Subject

__all__ = ["understand"]


def understand(prompt: str, subjects: Sequence[Subject]) -> tuple[Query, ...]:
    """What the prompt asks: one query for each subject it is about, at least one."""
    questions = _about([read_question(prompt, subject) for subject in subjects])
    intents = [decide(question) for question in questions]
    if any(isinstance(intent, Describe) for intent in intents):
        return (Query(Describe(), _line(questions[0], Describe())),)
    return tuple(
        _query(question, intent)
        for question, intent in zip(questions, intents, strict=True)
        if intent is not None or len(questions) == 1 or not any(intents)
    )[: 1 if not any(intents) else None]


def _query(question: Question, intent: Intent | None) -> Query:
    unknown = unknown_name(question)
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
    """The rows that count: what the intent itself compares must not be left out by its filters."""
    filters = question.filters
    match intent:
        case Change() | Explain() | Movers() if question.moments.points:
            filters = replace(filters, windows=())
        case Comparison(dimension) | Share(dimension):
            filters = Filters(
                filters.windows,
                filters.months,
                tuple(pair for pair in filters.values if pair[0] != dimension),
            )
        case _:
            pass
    return Line(question.subject, question.measure, filters)
