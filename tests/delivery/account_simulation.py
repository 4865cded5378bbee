"""Streams that share one account's rate of posts, on one simulated clock: no threads, no sleeping.

Each stream runs one turn after another, so their number stays the same. A turn has a token rate and a length
of its own. A post takes a time drawn from a log-normal distribution; at half of it the post reaches the
gateway, where one token bucket serves all streams and a post that finds it empty is throttled (a 429).
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from math import ceil, exp, floor
from random import Random
from typing import Protocol

from tests.delivery.simulation import EPOCH, opened_view
from threadcast.delivery.outbox.outbox import Outbox
from threadcast.delivery.outbox.steps import Delivery, Finished, Send, Wait
from threadcast.delivery.stream_policy import StreamPolicy
from threadcast.domain.message import Outcome, PillsStep
from threadcast.domain.streamed_parts import AnswerDelta, AnswerEnd, StepSnapshot
from threadcast.domain.turn_events import TurnEvent
from threadcast.turns.message.builder import MessageBuilder
from threadcast.turns.message.live_turn import LiveTurn
from threadcast.turns.recovery.close_turn import terminal_event

__all__ = ["Account", "Load", "MakeTurn", "OutboxTurn", "PlainTurn", "Results", "Script", "Turn", "simulate"]

WORDS = [f"w{number:05d} " for number in range(10_000)]
WORD_BYTES = 7
FOREVER = float("inf")


@dataclass(frozen=True)
class Account:
    """What API Gateway permits an account and region; callbacks and clients' messages share it.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
    """

    requests_per_s: float = 10_000
    burst: float = 5_000


@dataclass(frozen=True)
class Load:
    """So many concurrent streams; all times in seconds, ranges are uniformly distributed.

    Measured are `measured_s` after `warm_up_s`; then all turns end at the same time, and deliver the rest.
    """

    streams: int
    account: Account = Account()
    connections: int = 1
    """How many connections receive each turn; here each of their streams has a turn of its own, as large."""
    warm_up_s: float = 6.0
    measured_s: float = 30.0
    turn_s: tuple[float, float] = (8.0, 16.0)
    tokens_per_s: tuple[float, float] = (30.0, 80.0)
    step_s: float = 0.2
    first_token_s: float = 0.6
    post_s: float = 0.015
    post_sigma: float = 0.5
    """The distribution of a post's duration: the median, and the deviation of its logarithm."""

    @property
    def end_s(self) -> float:
        """When the measurement ends."""
        return self.warm_up_s + self.measured_s


@dataclass(frozen=True)
class Script:
    """What the agent of one turn does, and when."""

    begin_s: float
    first_token_s: float
    end_s: float
    tokens_per_s: float

    @cached_property
    def tokens(self) -> int:
        """The number of tokens."""
        return max(ceil((self.end_s - self.first_token_s) * self.tokens_per_s), 0)

    def said_by(self, now_s: float) -> int:
        """Return how many tokens have been said."""
        due = floor((now_s - self.first_token_s) * self.tokens_per_s + 1e-6) + 1
        return max(min(due, self.tokens), 0)

    def said_s(self, number: int) -> float:
        """Return when a token is said."""
        return self.first_token_s + number / self.tokens_per_s


class Turn(Protocol):
    """One turn and its sender."""

    script: Script
    gap_s: float

    def next_post_s(self, now_s: float) -> float | None:
        """Return `now_s` if a post begins now, else when to call again; None if all was delivered."""
        ...

    def settle(self, *, accepted: bool, now_s: float) -> int:
        """Apply the result of the post; return how many tokens were delivered by it."""
        ...

    def lost(self) -> int:
        """Return how many frames the client misses once all was delivered."""
        ...


class OutboxTurn:
    """A turn as Threadcast sends it: the real log and the real outbox."""

    def __init__(self, script: Script, load: Load, policy: StreamPolicy, random: Random) -> None:
        self.script = script
        self.gap_s = policy.gap_s
        self._live = LiveTurn(MessageBuilder(opened_view(), lambda: EPOCH, 65_536))
        self._outbox = Outbox(
            self._live, _frame, policy, cursor=None, connect_grace_until_s=0.0, jitter=random.random
        )
        self._outbox.pace.share(load.connections)
        self._said = 0
        self._steps = [script.begin_s + load.step_s, script.begin_s + 2 * load.step_s]
        self._frame = b""
        self._received: list[bytes] = []
        self._ended = False

    def next_post_s(self, now_s: float) -> float | None:
        """Publish what the agent has said by now, then ask the outbox."""
        self._publish(now_s)
        match self._outbox.next_step(now_s):
            case Send(frame=frame):
                self._frame = frame
                return now_s
            case Wait(wake_on="time", until_s=until_s):
                return until_s
            case Wait(wake_on="news"):
                return self._next_event_s(text_too=True)
            case Wait(until_s=until_s):
                return min(until_s or FOREVER, self._next_event_s(text_too=False))
            case Finished():
                return None

    def settle(self, *, accepted: bool, now_s: float) -> int:
        """Pass the result to the outbox."""
        self._outbox.settle(Delivery.ACCEPTED if accepted else Delivery.THROTTLED, now_s)
        self.gap_s = self._outbox.pace.gap_s
        if not accepted:
            return 0
        self._received.append(self._frame)
        return 0 if self._frame.startswith(b"<") else len(self._frame) // WORD_BYTES

    def lost(self) -> int:
        """Compare the received frames with what was said."""
        text = b"".join(frame for frame in self._received if not frame.startswith(b"<")).decode()
        others = [frame for frame in self._received if frame.startswith(b"<")]
        published = [_frame(event, 0) for event in self._live.log if not isinstance(event, AnswerDelta)]
        return _missing([b"<ChatOpened", *published], others) + _missing(
            WORDS[: self.script.tokens], [f"{word} " for word in text.split()]
        )

    def _publish(self, now_s: float) -> None:
        while self._steps and self._steps[0] <= now_s:
            self._steps.pop(0)
            self._live.say(StepSnapshot(PillsStep("pills", "Looked up", (), "completed")))
        said, self._said = self._said, self.script.said_by(now_s)
        if self._said > said:  # one event for these tokens: the outbox would merge them
            self._live.say(AnswerDelta("a", "".join(WORDS[said : self._said])))
        if now_s >= self.script.end_s and not self._ended:
            self._ended = True
            self._live.say(AnswerEnd("a"))
            self._live.close("completed")
            view = self._live.decide(Outcome("completed"))
            self._live.end(terminal_event(view.messages[-1], view))

    def _next_event_s(self, *, text_too: bool) -> float:
        if self._steps:
            return self._steps[0]
        if text_too and self._said < self.script.tokens:
            return self.script.said_s(self._said)
        return self.script.end_s


class PlainTurn:
    """A turn whose every token is a post of its own; a throttled post is repeated at once."""

    def __init__(self, script: Script, _load: Load, _policy: StreamPolicy, _random: Random) -> None:
        self.script = script
        self.gap_s = 0.0
        self._before = 3
        self._tokens = 0
        self._after = 2

    def next_post_s(self, now_s: float) -> float | None:
        """Post the next frame as soon as it exists."""
        if self._before:
            return now_s
        if self._tokens < self.script.tokens:
            return max(self.script.said_s(self._tokens), now_s)
        return max(self.script.end_s, now_s) if self._after else None

    def settle(self, *, accepted: bool, now_s: float) -> int:  # noqa: ARG002 - the time does not matter
        """Go on to the next frame if this one was accepted."""
        if not accepted:
            return 0
        if self._before:
            self._before -= 1
        elif self._tokens < self.script.tokens:
            self._tokens += 1
            return 1
        else:
            self._after -= 1
        return 0

    def lost(self) -> int:
        """Return 0: it repeats each frame for ever."""
        return 0


class MakeTurn(Protocol):
    """Makes a turn."""

    def __call__(self, script: Script, load: Load, policy: StreamPolicy, random: Random, /) -> Turn:
        """Return a turn that follows the script."""
        ...


class TokenBucket:
    """The account's rate: `burst` requests at once, refilled at a steady rate; a refusal takes nothing."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._level = account.burst
        self._at_s = 0.0

    def take(self, now_s: float) -> bool:
        """Return whether a request at `now_s` is permitted; times never decrease."""
        refilled = self._level + (now_s - self._at_s) * self._account.requests_per_s
        self._level = min(refilled, self._account.burst)
        self._at_s = now_s
        permitted = self._level >= 1
        self._level -= permitted
        return permitted


@dataclass
class Results:
    """What the measured time has shown; times in seconds."""

    load: Load
    attempts: int = 0
    accepted: list[int] = field(default_factory=list)
    """For each stream."""
    lags_ms: list[int] = field(default_factory=lambda: [0] * 120_001)
    """The number of tokens by lag: from the agent to the end of the post that delivered it."""
    endings_s: list[float] = field(default_factory=list)
    """For each turn that ended by itself: from its end to the end of the terminal frame's post."""
    unfinished: int = 0
    """Turns that ended by themselves, and whose terminal frame never arrived."""
    last_ending_s: float = 0.0
    """After the measurement all turns end at once: when the last terminal frame arrived."""
    gaps_s: tuple[float, float] = (FOREVER, 0.0)
    lost: int = 0

    @property
    def posts_per_s(self) -> float:
        """The accepted posts of all streams together."""
        return sum(self.accepted) / self.load.measured_s

    @property
    def attempts_per_accepted(self) -> float:
        """How often a frame was posted until it was accepted, at the mean."""
        return self.attempts / max(sum(self.accepted), 1)

    @property
    def fairness(self) -> float:
        """Jain's index of the streams' accepted posts: 1 if all have the same number, 1/n if one has all."""
        squares = sum(each * each for each in self.accepted)
        return sum(self.accepted) ** 2 / max(len(self.accepted) * squares, 1)

    def lag_s(self, share: float) -> float:
        """Return the lag that this share of the tokens did not exceed."""
        rank, seen = share * sum(self.lags_ms), 0
        for lag_ms, tokens in enumerate(self.lags_ms):
            seen += tokens
            if seen >= rank:
                return lag_ms / 1000
        return FOREVER

    def ending_s(self, share: float) -> float:
        """Return the time to the terminal frame that this share of the turns did not exceed."""
        endings = sorted([*self.endings_s, *[FOREVER] * self.unfinished])
        return endings[ceil(share * len(endings)) - 1] if endings else FOREVER


class Simulation:
    """The event loop: a stream begins a post, the post reaches the gateway, the result reaches the stream."""

    def __init__(self, load: Load, make_turn: MakeTurn, policy: StreamPolicy, seed: int) -> None:
        self._load = load
        self._make_turn = make_turn
        self._policy = policy
        self._random = Random(seed)  # noqa: S311 - a simulation
        self._bucket = TokenBucket(load.account)
        self._order = count()
        self._steps: list[tuple[float, int, int, str]] = []
        self._turns: dict[int, Turn] = {}
        self._delivered = [0] * load.streams
        self.results = Results(load, accepted=[0] * load.streams)
        for stream in range(load.streams):
            self._at(self._random.random(), stream, "begin")

    def run(self, until_s: float) -> None:
        """Take every step up to this time."""
        while self._steps and self._steps[0][0] <= until_s:
            now_s, _, stream, step = heapq.heappop(self._steps)
            if step == "begin":
                self._begin(stream, now_s)
            elif step == "act":
                self._act(stream, now_s)
            elif step == "arrive":
                result = "accepted" if self._bucket.take(now_s) else "throttled"
                self._count_attempt(stream, now_s, accepted=result == "accepted")
                self._at(now_s + self._half_post_s(), stream, result)
            else:
                self._settle(stream, now_s, accepted=step == "accepted")

    def give_up(self) -> None:
        """Count what was not delivered."""
        self.results.unfinished = sum(self._is_measured(turn.script.end_s) for turn in self._turns.values())
        self.results.lost += sum(turn.lost() for turn in self._turns.values())

    def _at(self, time_s: float, stream: int, step: str) -> None:
        heapq.heappush(self._steps, (time_s, next(self._order), stream, step))

    def _half_post_s(self) -> float:
        return self._load.post_s / 2 * exp(self._random.gauss(0, self._load.post_sigma))

    def _begin(self, stream: int, now_s: float) -> None:
        load = self._load
        if now_s >= load.end_s:
            return
        self._bucket.take(now_s)  # the client's message
        shortest_s, longest_s = load.turn_s
        if now_s < 1:  # the first turns are part of the way through
            shortest_s = 0.0
        first_token_s = now_s + load.first_token_s
        end_s = min(first_token_s + self._random.uniform(shortest_s, longest_s), load.end_s)
        script = Script(now_s, first_token_s, end_s, self._random.uniform(*load.tokens_per_s))
        self._turns[stream] = self._make_turn(script, load, self._policy, self._random)
        self._delivered[stream] = 0
        self._act(stream, now_s)

    def _act(self, stream: int, now_s: float) -> None:
        next_s = self._turns[stream].next_post_s(now_s)
        if next_s is None:
            self._end(stream, now_s)
        elif next_s > now_s:
            self._at(next_s, stream, "act")
        else:
            self._at(now_s + self._half_post_s(), stream, "arrive")

    def _settle(self, stream: int, now_s: float, *, accepted: bool) -> None:
        turn = self._turns[stream]
        tokens = turn.settle(accepted=accepted, now_s=now_s)
        least_s, most_s = self.results.gaps_s
        self.results.gaps_s = (min(least_s, turn.gap_s), max(most_s, turn.gap_s))
        if tokens:
            self._count_lags(
                turn.script, range(self._delivered[stream], self._delivered[stream] + tokens), now_s
            )
            self._delivered[stream] += tokens
        self._act(stream, now_s)

    def _end(self, stream: int, now_s: float) -> None:
        turn = self._turns.pop(stream)
        self.results.lost += turn.lost()
        if self._is_measured(turn.script.end_s):
            self.results.endings_s.append(now_s - turn.script.end_s)
        elif turn.script.end_s >= self._load.end_s:
            self.results.last_ending_s = now_s - turn.script.end_s
        self._at(now_s, stream, "begin")

    def _is_measured(self, now_s: float) -> bool:
        return self._load.warm_up_s <= now_s < self._load.end_s

    def _count_attempt(self, stream: int, now_s: float, *, accepted: bool) -> None:
        if self._is_measured(now_s):
            self.results.attempts += 1
            self.results.accepted[stream] += accepted

    def _count_lags(self, script: Script, tokens: Sequence[int], now_s: float) -> None:
        if self._is_measured(now_s):
            lags_ms, longest_ms = self.results.lags_ms, len(self.results.lags_ms) - 1
            for number in tokens:
                lags_ms[min(round((now_s - script.said_s(number)) * 1000), longest_ms)] += 1


def simulate(
    load: Load,
    make_turn: MakeTurn = OutboxTurn,
    policy: StreamPolicy | None = None,
    *,
    seed: int = 1,
    rest_s: float = 120.0,
) -> Results:
    """Return the results; what is not delivered `rest_s` after all turns have ended counts as lost."""
    simulation = Simulation(load, make_turn, policy or StreamPolicy(), seed)
    simulation.run(load.end_s + rest_s)
    simulation.give_up()
    return simulation.results


def _frame(event: TurnEvent, _max_bytes: int) -> bytes:
    """Return a frame that is cheap to make: a text, or the event's name."""
    return event.text.encode() if isinstance(event, AnswerDelta) else b"<" + type(event).__name__.encode()


def _missing(said: Sequence[object], received: Sequence[object]) -> int:
    """Return the number of tokens that are missing, repeated or out of order."""
    return sum(one != other for one, other in zip(said, received, strict=False)) + abs(
        len(said) - len(received)
    )
