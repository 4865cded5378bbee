"""From queries to the whole answer, descriptions and apologies included."""

from collections.abc import Sequence

from threadcast.assets.kinds import kind_of
from threadcast.assets.kinds.introductions import questions_about
from threadcast.assets.kinds.metric_listing import questions_about_parts
from threadcast.domain.asset import AssetContext
from threadcast_analyst.computing.compute import compute
from threadcast_analyst.intents import Describe, Query, Recap, Unclear
from threadcast_analyst.recalling import recalled
from threadcast_analyst.reports import quoted_instead
from threadcast_analyst.wording.answers import say, say_together

__all__ = ["ABILITIES", "NO_ASSET", "answer_to", "no_rows"]

ABILITIES = (
    "I can tell totals, averages, highest and lowest, trends, changes between two dates, rankings, shares, "
    "comparisons, correlations, outliers and seasons, how often a figure was above or below another, when it "
    "rose or fell, and the longest runs, of all rows or of a part of them, such as one year or all "
    "categories but one."
)

NO_ASSET = (
    "This chat is not about an asset, so there are no rows that I could compute an answer from. "
    "I am an offline analyst: I answer questions about a metric, a dashboard or a report from its own rows. "
    "Start a chat on one of them, and ask me for example for its total, its highest value or its trend."
)


def answer_to(queries: Sequence[Query], context: AssetContext, prompt: str) -> str:
    """The answer to all queries; several are told one after the other, each under its metric's name.

    The prompt's own words are looked for in a report's text where its rows don't answer.
    """
    first = queries[0]
    if isinstance(first.intent, Describe):
        return _introduced(context)
    if isinstance(first.intent, Unclear):
        quotation = quoted_instead(prompt, context)
        reason = f"{first.intent.reason} {quotation}\n\n" if quotation else f"{first.intent.reason} "
        return f"{reason}{ABILITIES}\n\n{_examples(context)}".rstrip()
    if isinstance(first.intent, Recap):
        return recalled(first)
    notes = " ".join(dict.fromkeys(note for query in queries for note in query.notes))
    findings = [compute(query) for query in queries]
    together = say_together(findings)
    told = [f"{_heading(query, queries)}{say(found)}" for query, found in zip(queries, findings, strict=True)]
    told = told if together is None else [together]
    return _noted("\n\n".join([notes, *told] if notes else told), context)


def _heading(query: Query, queries: Sequence[Query]) -> str:
    """What sets one of several answers apart: its metric's name, else its measure's."""
    if len(queries) == 1:
        return ""
    is_one_metric = len({other.line.subject.asset.id for other in queries}) == 1
    return f"**{query.line.measure.label if is_one_metric else query.line.subject.name}**\n\n"


def no_rows(context: AssetContext) -> str:
    """What to say about an asset that has nothing to compute with."""
    return (
        f"“{context.asset.name}” has no rows that I can see, so there is nothing to compute with."
        f"{_withheld(context)}"
    )


def _introduced(context: AssetContext) -> str:
    kind = kind_of(context.asset.type)
    return no_rows(context) if kind is None else kind.introduction(context)


def _examples(context: AssetContext) -> str:
    questions = questions_about_parts(context) if context.parts else questions_about(context)
    return "For example:\n" + "\n".join(f"- {question}" for question in questions[:3]) if questions else ""


def _noted(text: str, context: AssetContext) -> str:
    return text + (f"\n\n{_withheld(context).strip()}" if context.withheld else "")


def _withheld(context: AssetContext) -> str:
    if not context.withheld:
        return ""
    metrics = "1 metric" if context.withheld == 1 else f"{context.withheld} metrics"
    return f" It has {metrics} that you may not see; they are left out."
