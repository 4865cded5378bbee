"""`OfflineAnalyst`: reads a question, computes its answer, and yields it as a stream of events."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime

from threadcast.assets.kinds import kind_of
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
from threadcast.ports import AgentTask, StopSignal
from threadcast.ports.agent_events import AgentEvent
from threadcast_analyst.computing.results import computed, matching_rows
from threadcast_analyst.making import MetricMaker
from threadcast_analyst.reading.conversation import (
    MAX_EARLIER,
    is_small_talk,
    suggestion_sentence,
    understood,
)
from threadcast_analyst.reading.frames import Declined, Form, Frame
from threadcast_analyst.reading.tables import Subject, subjects_of
from threadcast_analyst.reports import quoted, quoted_instead
from threadcast_analyst.wording.answers import answer_of
from threadcast_analyst.wording.phrases import capitalized, matched_pills, shortened, title_of

__all__ = ["OfflineAnalyst", "in_chunks", "until_stopped"]

_STEP, _PILLS, _PART = "understand", "matched", "answer"

_NO_ASSET = (
    "This chat is not about an asset, so there are no rows that I could compute an answer from. Start a chat "
    "on a metric, a dashboard or a report, and ask for example for its total, its highest value or its trend."
)
_NO_LONGER = (
    "I see no asset in this chat: it began without one, or the asset is not shared with you any more. "
    "Without its rows I can't compute an answer."
)
_NO_MAKER = "I cannot store metrics here: this chat was set up without a place to keep them."


class OfflineAnalyst:
    """An agent without a network and a model: it computes its answers from the context's own rows.

    The same task gives the same events on the same day. `pace_s` is the time between two events, so that a
    person sees the answer grow; it waits on the task's stop signal, so a stop never waits for it. With a
    `maker` it stores metrics that the user asks for. `now` returns the time that "last year" is relative to.
    """

    def __init__(
        self,
        pace_s: float = 0,
        maker: MetricMaker | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._pace_s = pace_s
        self._maker = maker
        self._now = now

    def answer(self, task: AgentTask) -> Iterator[AgentEvent]:
        """Yield what the rows say to the prompt; ends early when the task's stop signal is set."""
        return until_stopped(self._events(task), task.stop, self._pace_s)

    def _events(self, task: AgentTask) -> Iterator[AgentEvent]:
        """Yield everything there is to say, each step computed when it is asked for."""
        if task.context is None:
            yield from _plainly(task, _NO_LONGER if task.history else _NO_ASSET)
            return
        before = next((each.prompt for each in reversed(task.history) if each.prompt), "")
        quotation = quoted(task.prompt, task.context, before)
        if quotation is not None:
            text = f"The question is about the text of “{task.context.asset.name}”: I look for its sentences."
            yield from _reasoning("Reading the report", text)
            yield from _title(task, task.context.asset.name)
            yield from _answer(quotation)
            return
        yield from self._about_rows(task, task.context)

    def _about_rows(self, task: AgentTask, context: AssetContext) -> Iterator[AgentEvent]:
        subjects, today = subjects_of(context), self._now().date()
        try:
            frame = _question(task, context, subjects, today)
            reading = f"I take this as: {title_of(frame)}. I look at the metric “{frame.subject.name}”."
            is_whole = frame.form is Form.DESCRIBE
            yield from _reasoning("Reading the question", reading)
            yield StepSnapshot(PillsStep(_PILLS, "Matched in the rows", matched_pills(frame)))
            yield from _title(task, f"About {context.asset.name}" if is_whole else title_of(frame))
            yield from self._computed(frame, task, context)
        except Declined as declined:
            suggested = "" if declined.choices else suggestion_sentence(subjects, today)
            quotation = "" if is_small_talk(task.prompt) else quoted_instead(task.prompt, context)
            text = "\n\n".join(filter(None, (declined.reason + suggested, quotation)))
            yield from _plainly(task, text)

    def _computed(self, frame: Frame, task: AgentTask, context: AssetContext) -> Iterator[AgentEvent]:
        if frame.form is Form.DESCRIBE:
            yield from _answer(_described(context))
        elif frame.form is not Form.MAKE:
            yield from _answer(_with_withheld(answer_of(computed(frame, task.stop)), context))
        elif self._maker is None:
            yield from _answer(_NO_MAKER)
        else:
            metric = self._maker.make(frame, matching_rows(frame, task.stop), task.user)
            text = yield from self._maker.events(metric)
            yield from _answer(text)


def _question(task: AgentTask, context: AssetContext, subjects: Sequence[Subject], today: date) -> Frame:
    """Return the frame of the prompt; raises `Declined`."""
    if is_small_talk(task.prompt):
        raise Declined(f"I am glad to help: I compute answers from the rows of “{context.asset.name}”.")
    if not subjects:
        raise Declined(_no_rows(context))
    prompts = [each.prompt for each in task.history[-2 * MAX_EARLIER :] if each.prompt]
    return understood([*prompts, task.prompt], subjects, today)


def _no_rows(context: AssetContext) -> str:
    name = context.asset.name
    return f"“{name}” has no rows that I can see, so there is nothing to compute with.{_withheld(context)}"


def _described(context: AssetContext) -> str:
    kind = kind_of(context.asset.type)
    return _no_rows(context) if kind is None else kind.introduction(context)


def _with_withheld(text: str, context: AssetContext) -> str:
    return text + (f"\n\n{_withheld(context).strip()}" if context.withheld else "")


def _withheld(context: AssetContext) -> str:
    if not context.withheld:
        return ""
    metrics = "1 metric" if context.withheld == 1 else f"{context.withheld} metrics"
    return f" It has {metrics} that you may not see; they are left out."


def _plainly(task: AgentTask, text: str) -> Iterator[AgentEvent]:
    """Yield an answer that is not computed."""
    yield from _reasoning("Reading the question", "I found nothing to compute.")
    yield from _title(task, capitalized(task.prompt.strip()))
    yield from _answer(text)


def _reasoning(title: str, text: str) -> Iterator[AgentEvent]:
    for chunk in in_chunks(text):
        yield ReasoningDelta(_STEP, title, chunk)
    yield ReasoningEnd(_STEP)


def _title(task: AgentTask, text: str) -> Iterator[AgentEvent]:
    title = shortened(text)
    if task.wants_title and title:
        for chunk in in_chunks(title):
            yield TitleDelta(chunk)
        yield TitleEnd(title)


def _answer(text: str) -> Iterator[AgentEvent]:
    for chunk in in_chunks(text):
        yield AnswerDelta(_PART, chunk)
    yield AnswerEnd(_PART)


_WORDS_PER_CHUNK = 3


def in_chunks(text: str, words: int = _WORDS_PER_CHUNK) -> Iterator[str]:
    """The text in pieces of a few words; joined, they are the text."""
    parts = re.findall(r"\s*\S+|\s+$", text)
    for start in range(0, len(parts), words):
        yield "".join(parts[start : start + words])


def until_stopped(events: Iterable[AgentEvent], stop: StopSignal, pace_s: float) -> Iterator[AgentEvent]:
    """The events, `pace_s` seconds apart (0: at once), as long as nobody asks to stop.

    The signal is looked at before an event is made, not only before it is sent: making one may store things.
    """
    remaining = iter(events)
    while not (stop.is_set() or (pace_s > 0 and stop.wait(pace_s))):
        try:
            event = next(remaining)
        except StopIteration:
            return
        yield event
