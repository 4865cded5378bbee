"""How an asset made of metrics introduces them."""

from itertools import chain, zip_longest

from threadcast.asset_types.coverage import coverage
from threadcast.asset_types.figures import counted, number
from threadcast.asset_types.introductions import questions_about
from threadcast.domain.asset import AssetContext

__all__ = ["parts_list", "questions_about_parts"]


def parts_list(context: AssetContext, noun: str) -> str:
    """Its metrics and what their rows cover, one a line; how many more there are is told, not which."""
    withheld = _withheld(context.withheld)
    if not context.parts:
        return withheld or f"This {noun} shows no metrics."
    metrics = [f"- **{part.asset.name}**. {coverage(part)}" for part in context.parts]
    lead = f"This {noun} shows {counted(len(context.parts), 'metric')}:"
    return "\n".join((lead, *metrics)) + (f"\n\n{withheld}" if withheld else "")


def questions_about_parts(context: AssetContext) -> tuple[str, ...]:
    """Questions about the metrics in turn, each metric beginning with another kind of question."""
    by_part = [questions for part in context.parts if (questions := questions_about(part))]
    turned = [questions[at % len(questions) :] + questions for at, questions in enumerate(by_part)]
    ranked = (question for question in chain.from_iterable(zip_longest(*turned)) if question)
    return tuple(dict.fromkeys(ranked))


def _turned(questions: tuple[str, ...], steps: int) -> tuple[str, ...]:
    first = steps % len(questions)
    return questions[first:] + questions[:first]


def _withheld(count: int) -> str:
    if not count:
        return ""
    subject = "metric is" if count == 1 else "metrics are"
    return f"{number(count)} more {subject} not shared with you."
