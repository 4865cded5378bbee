"""What was taken for what, where the words alone don't tell it: said before the answer."""

from threadcast.adapters.offline_analyst.intents import Intent, Unclear
from threadcast.adapters.offline_analyst.reading.question import Question
from threadcast.asset_types.figures import joined

__all__ = ["notes_on"]

_NOW = frozenset({"this", "current", "now"})


def notes_on(question: Question, intent: Intent) -> tuple[str, ...]:
    """A sentence on periods without rows, and on "this year" and the like, which end where the rows do."""
    span, relative = question.subject.span, question.moments.relative
    if isinstance(intent, Unclear) or span is None:
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
