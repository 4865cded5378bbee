"""A turn's report as figures for logs and metrics."""

from threadcast.domain.message import Message
from threadcast.turns.running.run_turn import TurnReport

__all__ = ["report_facts"]


def report_facts(report: TurnReport) -> dict[str, float]:
    """Return counts, times in seconds, and the cost in US dollars where prices are configured."""
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
