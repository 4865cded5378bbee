"""Parts of the introduction of an asset that shows metrics: their list, and questions about them."""

from itertools import chain, zip_longest

from threadcast.assets.columns.number_format import counted, number
from threadcast.assets.columns.row_coverage import coverage
from threadcast.assets.kinds.introductions import questions_about, suggested
from threadcast.domain.asset import AssetContext

__all__ = ["parts_list", "questions_about_parts", "what_to_ask"]


def parts_list(context: AssetContext, noun: str) -> str:
    """Return the visible metrics with their coverage, one per line, and the number of withheld ones."""
    if not context.parts:
        return (
            _nothing_shared(context.withheld, noun) if context.withheld else f"This {noun} shows no metrics."
        )
    metrics = [f"- **{part.asset.name}**. {coverage(part)}" for part in context.parts]
    lead = f"This {noun} shows {counted(len(context.parts), 'metric')}:"
    return "\n".join((lead, *metrics)) + _withheld(context.withheld)


def questions_about_parts(context: AssetContext) -> tuple[str, ...]:
    """Return questions about the metrics in rotation, each metric's from another kind of question on."""
    by_part = [questions for part in context.parts if (questions := questions_about(part))]
    turned = [_turned(questions, at) for at, questions in enumerate(by_part)]
    ranked = (question for question in chain.from_iterable(zip_longest(*turned)) if question)
    return tuple(dict.fromkeys(ranked))


def what_to_ask(context: AssetContext) -> str:
    """Return the suggestions; if no metric is shared with the user, return how to get access."""
    if context.withheld and not context.parts:
        return "Ask whoever keeps the assets for access."
    return suggested(questions_about_parts(context))


def _turned(questions: tuple[str, ...], steps: int) -> tuple[str, ...]:
    first = steps % len(questions)
    return questions[first:] + questions[:first]


def _withheld(count: int) -> str:
    if not count:
        return ""
    subject = "metric is" if count == 1 else "metrics are"
    return f"\n\n{number(count)} more {subject} not shared with you."


def _nothing_shared(count: int, noun: str) -> str:
    if count == 1:
        return f"The one metric of this {noun} is not shared with you."
    return f"None of the {number(count)} metrics of this {noun} is shared with you."
