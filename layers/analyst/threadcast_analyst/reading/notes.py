"""What was taken for what, where the words alone don't tell it: said before the answer."""

from threadcast.assets.columns.number_format import joined
from threadcast_analyst.intents import (
    Correlation,
    CountRows,
    Describe,
    Intent,
    MakeMetric,
    Recap,
    Unclear,
)
from threadcast_analyst.reading.question import Question

__all__ = ["notes_on"]

_NOW = frozenset({"this", "current", "now"})


def notes_on(question: Question, intent: Intent, *, is_dashboard: bool = False) -> tuple[str, ...]:
    """Sentences on the measure that was taken for none, on periods without rows, and on "this year"."""
    if isinstance(intent, Unclear | Describe | MakeMetric | Recap | CountRows):
        return ()
    of = f"of “{question.subject.name}” " if is_dashboard else ""
    return (*_on_measure(question, intent, of), *_on_time(question))


def _on_measure(question: Question, intent: Intent, of: str) -> tuple[str, ...]:
    """Which measure was taken where no word tells one, and which others there are."""
    if not question.is_measure_open or isinstance(intent, Correlation):
        return ()
    others = [column.label for column in question.subject.shape.measures if column != question.measure]
    there_are = f"there {'is' if len(others) == 1 else 'are'} also {joined(others)}"
    return (f"You name no measure, so {of}I take {question.measure.label}; {there_are}.",)


def _on_time(question: Question) -> tuple[str, ...]:
    """On periods without rows, and on "this year" and the like, which end where the rows do."""
    span, relative = question.subject.span, question.moments.relative
    if span is None:
        return ()
    windows = question.moments.windows
    missing = [str(window) for window in windows if window.first > span.last or window.last < span.first]
    if missing and len(missing) < len(windows):
        return (f"There are no rows for {joined(missing, 'or')}.",)
    words = {word.text for word in question.words}
    if not words & _NOW:
        return ()
    told = joined([str(period) for period in relative])
    return (f"The rows end in {str(span).rpartition(' to ')[2]}, so I take {told} as the current time.",)
