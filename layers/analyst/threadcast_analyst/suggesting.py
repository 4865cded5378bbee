"""Suggests questions with a declined one: in the table's own words, each answered before it is shown."""

from collections.abc import Iterator, Sequence
from datetime import date

from threadcast.assets.columns.column_roles import Additivity
from threadcast.assets.columns.dates import grain_word
from threadcast.assets.columns.number_format import plural
from threadcast_analyst.computing.results import computed
from threadcast_analyst.computing.rows import RowQueries
from threadcast_analyst.reading.conversation import understood
from threadcast_analyst.reading.frames import Declined
from threadcast_analyst.reading.tables import Subject
from threadcast_analyst.reading.words import key_of, vocabulary, words_in
from threadcast_analyst.wording.answers import answer_of

__all__ = ["suggestion_sentence"]

_MAX = 2
_MAX_TRIED = 8


def suggestion_sentence(prompt: str, subjects: Sequence[Subject], today: date, queries: RowQueries) -> str:
    """Return up to two questions that the metrics in reach answer, with a leading blank; empty: none.

    Questions that share words with the prompt come first. Raises `Stopped`.
    """
    stems = {word.stem for word in words_in(prompt) if (word.stem,) not in vocabulary().phrases}
    found: list[str] = []
    for subject in subjects:
        asked = [question for question in _questions(subject) if question not in found]
        asked.sort(key=lambda question: -len(stems & set(key_of(question))))
        works = (each for each in asked[:_MAX_TRIED] if _is_answered(each, subjects, today, queries))
        found += [each for each, _ in zip(works, range(_MAX if len(subjects) == 1 else 1), strict=False)]
        if len(found) >= _MAX:
            break
    return f" Try {' or '.join(f'“{question}”' for question in found[:_MAX])}." if found else ""


def _questions(subject: Subject) -> Iterator[str]:
    shape, span = subject.shape, subject.span
    for measure in shape.measures[:_MAX]:
        if span is not None:
            yield f"Which {grain_word(span.grain)} had the highest {measure.label}?"
        for dimension in shape.dimensions[:_MAX]:
            yield f"{measure.label} by {dimension.label}"
        total = "total" if measure.additivity is Additivity.ADDITIVE else "average"
        yield f"What was the {total} {measure.label}?"
    for dimension in shape.dimensions[:_MAX]:
        yield f"How many {plural(dimension.label)} are there?"
    yield "How many rows are there?"


def _is_answered(question: str, subjects: Sequence[Subject], today: date, queries: RowQueries) -> bool:
    try:
        answer_of(computed(understood([question], subjects, today), queries))
    except Declined:
        return False
    return True
