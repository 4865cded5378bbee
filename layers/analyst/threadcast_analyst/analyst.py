"""The analyst: reads a question, computes, and tells the answer as a stream of events."""

from collections.abc import Iterator

from threadcast.domain.asset import AssetContext
from threadcast.domain.message import PillsStep
from threadcast.domain.streamed_parts import (
    AnswerDelta,
    AnswerEnd,
    ReasoningDelta,
    ReasoningEnd,
    StepSnapshot,
    TitleDelta,
    TitleEnd,
)
from threadcast.ports import AgentTask
from threadcast.ports.agent_events import AgentEvent
from threadcast_analyst.answering import NO_ASSET, answer_to, no_rows
from threadcast_analyst.computing.focus import focus_of
from threadcast_analyst.explaining import matched_pills, understood_as
from threadcast_analyst.intents import MakeMetric, Query
from threadcast_analyst.making import MetricMaker, told
from threadcast_analyst.reading.understand import understand
from threadcast_analyst.reports import quoted, quoted_instead
from threadcast_analyst.streaming import in_chunks, until_stopped
from threadcast_analyst.subjects import subjects_of
from threadcast_analyst.titles import shortened, title_of

__all__ = ["OfflineAnalyst"]

_STEP, _PILLS, _PART = "understand", "matched", "answer"


class OfflineAnalyst:
    """An agent that needs no network: it computes its answers from the context's own rows.

    The same task gives the same events. `pace_s` is the time between two events, so that a person sees the
    answer grow; 0 is as fast as it can be. It waits on the task's stop signal, so a stop never waits for it.
    With a `maker` it stores metrics that the user asks for; without one it says that it can't.
    """

    def __init__(self, pace_s: float = 0, maker: MetricMaker | None = None) -> None:
        self._pace_s = pace_s
        self._maker = maker

    def answer(self, task: AgentTask) -> Iterator[AgentEvent]:
        """What the rows say to the prompt; ends early when the task's stop signal is set."""
        return until_stopped(_events(task, self._maker), task.stop, self._pace_s)


def _events(task: AgentTask, maker: MetricMaker | None) -> Iterator[AgentEvent]:
    """Everything there is to say, computed as it is asked for."""
    before = next((exchange.prompt for exchange in reversed(task.history) if exchange.prompt), "")
    quotation = None if task.context is None else quoted(task.prompt, task.context, before)
    if task.context is not None and quotation is not None:
        yield from _quoted(quotation, task.context, wants_title=task.wants_title)
        return
    subjects = subjects_of(task.context)
    prompts = [exchange.prompt for exchange in task.history if exchange.prompt]
    queries = understand([*prompts, task.prompt], subjects, focus_of) if subjects else ()
    yield from _reasoning(queries)
    if task.wants_title:
        yield from _title(title_of(queries[0] if queries else None, task.prompt, _name(task.context)))
    if task.context is None:
        yield from _told(NO_ASSET)
    elif not queries:
        quotation = quoted_instead(task.prompt, task.context)
        yield from _told("\n\n".join(filter(None, (no_rows(task.context), quotation))))
    elif isinstance(queries[0].intent, MakeMetric) and maker is not None:
        metric = maker.make(queries[0].line, task.user, queries[0].intent.measures)
        yield from maker.events(metric)
        yield from _told(told(metric))
    else:
        yield from _told(answer_to(queries, task.context, task.prompt))


def _quoted(quotation: str, context: AssetContext, *, wants_title: bool) -> Iterator[AgentEvent]:
    """A report's own words, told as an answer."""
    text = f"The question is about the text of “{context.asset.name}”: I look for the sentences it is about."
    for chunk in in_chunks(text):
        yield ReasoningDelta(_STEP, "Reading the report", chunk)
    yield ReasoningEnd(_STEP)
    if wants_title:
        yield from _title(shortened(context.asset.name))
    yield from _told(quotation)


def _name(context: AssetContext | None) -> str:
    return "" if context is None else context.asset.name


def _reasoning(queries: tuple[Query, ...]) -> Iterator[AgentEvent]:
    title = "Reading the question"
    if not queries:
        yield ReasoningDelta(_STEP, title, "There are no rows to look at.")
        yield ReasoningEnd(_STEP)
        return
    for chunk in in_chunks(understood_as(queries)):
        yield ReasoningDelta(_STEP, title, chunk)
    yield ReasoningEnd(_STEP)
    yield StepSnapshot(PillsStep(_PILLS, "Matched in the rows", matched_pills(queries[0])))


def _title(title: str) -> Iterator[AgentEvent]:
    for chunk in in_chunks(title):
        yield TitleDelta(chunk)
    yield TitleEnd(title)


def _told(text: str) -> Iterator[AgentEvent]:
    for chunk in in_chunks(text):
        yield AnswerDelta(_PART, chunk)
    yield AnswerEnd(_PART)
