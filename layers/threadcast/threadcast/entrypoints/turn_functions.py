"""A turn's runner and its undertaker, as Lambda invokes them."""

from collections.abc import Callable
from datetime import datetime

from threadcast.domain.message import Message
from threadcast.ports import Handoff
from threadcast.turns.desk import Desk
from threadcast.turns.recovery.close_turn import close_abandoned_turn
from threadcast.turns.retry import retry_while_unavailable
from threadcast.turns.running.run_turn import TurnReport

__all__ = ["handle_runner_failure", "report_facts"]

_SKEW_S = 0.5


def handle_runner_failure(handoff: Handoff, desk: Desk, remaining_s: Callable[[], float]) -> None:
    """Close the turn of a runner that has died, told by Lambda once it will not be run again.

    A claimed turn is waited for until its lease has lapsed, as long as there is time: a runner that still
    lives (one event can be delivered twice, and only one delivery fail) goes on undisturbed.
    """
    patience_s = min(desk.policy.failure_handler_timeout_s, remaining_s() / 3)
    running = retry_while_unavailable(lambda: desk.chats.running_turn(handoff.chat_id), desk, patience_s)
    if running is not None and running.message_id == handoff.message_id and running.claim is not None:
        wait_s = _seconds_until(running.lease_until, desk) + _SKEW_S
        desk.clock.sleep(max(min(wait_s, remaining_s() - desk.policy.closing_push_s), 0.0))
    retry_while_unavailable(lambda: _close(handoff, desk), desk, patience_s)


def _close(handoff: Handoff, desk: Desk) -> None:
    close_abandoned_turn(handoff.chat_id, handoff.message_id, desk, asker=handoff.asker, never_started=True)


def report_facts(report: TurnReport) -> dict[str, float]:
    """A turn's story as figures: counts, times in seconds, and its cost in US dollars where that is known."""
    counts = report.counts
    return {
        "duration_s": round(report.duration_s, 3),
        "first_event_s": round(report.first_event_s or 0.0, 3),
        "worst_lag_s": round(report.worst_lag_s, 3),
        "posts": counts.posts,
        "merged_chunks": counts.merged_chunks,
        "throttled": counts.throttled,
        "too_large": counts.too_large,
        "unknown": counts.unknown,
        "catch_ups": counts.catch_ups,
        "gone": counts.gone,
        "terminal_repeats": counts.terminal_repeats,
        **_spent(report.answered),
    }


def _spent(message: Message | None) -> dict[str, float]:
    if message is None:
        return {}
    tokens: dict[str, float] = {
        "input_tokens": message.input_tokens,
        "output_tokens": message.output_tokens,
        "cached_tokens": message.cached_tokens,
        "estimated_tokens": message.estimated_tokens,
    }
    return tokens if message.cost_usd is None else {**tokens, "cost_usd": float(message.cost_usd)}


def _seconds_until(moment: datetime, desk: Desk) -> float:
    return (moment - desk.clock.now()).total_seconds()
