"""The answer to a query as text: what was found, then over which rows."""

from collections.abc import Sequence
from typing import assert_never

from threadcast_analyst.findings import (
    Answered,
    Breakdowns,
    Compared,
    Contrasted,
    Correlated,
    Counted,
    Explained,
    Finding,
    Impossible,
    Middle,
    Moved,
    MoverRanking,
    Moving,
    Outlying,
    Ranking,
    Satisfied,
    Seasonal,
    Shares,
    Stepped,
    Streaked,
    Summed,
    Tallied,
    Trending,
)
from threadcast_analyst.wording.amounts import (
    say_breakdown,
    say_middle,
    say_ranking,
    say_total,
)
from threadcast_analyst.wording.counts import say_count, say_satisfied, say_streak, say_tally
from threadcast_analyst.wording.developments import (
    say_change,
    say_movers,
    say_step,
    say_trend,
)
from threadcast_analyst.wording.parts import say_comparison, say_shares
from threadcast_analyst.wording.patterns import (
    say_contrast,
    say_correlation,
    say_explanation,
    say_outliers,
    say_seasons,
)
from threadcast_analyst.wording.scope import basis, how_combined
from threadcast_analyst.wording.steps import say_moving

__all__ = ["computed_over", "say", "say_together"]


def say(finding: Finding) -> str:
    """What was found in sentences, with the rows it was computed over."""
    if isinstance(finding, Impossible):
        return finding.reason
    return f"{_said(finding)}\n\n{computed_over(finding)}"


def say_together(findings: Sequence[Finding]) -> str | None:
    """Several short findings as a list, the rows told once; None: they are long or over other rows."""
    answered = [finding for finding in findings if not isinstance(finding, Impossible)]
    said = [_said(finding) for finding in answered]
    over = {basis(finding.selection) for finding in answered}
    if len(answered) < len(findings) or len(said) == 1 or len(over) > 1 or any("\n" in text for text in said):
        return None
    hows = dict.fromkeys(computed_over(finding).removeprefix(min(over)).strip() for finding in answered)
    return "\n".join(f"- {text}" for text in said) + f"\n\n{min(over)} {' '.join(hows)}"


def computed_over(finding: Answered) -> str:
    """The rows that a finding was computed with, and how they were put together."""
    how = how_combined(finding.selection.line)
    match finding:
        case Moved(first=first, last=last) | Explained(moved=Moved(first=first, last=last)):
            ends = None if first.period is None or last.period is None else (first.period, last.period)
            return f"{basis(finding.selection, ends)} {how}"
        case MoverRanking(first=begin, last=end):
            return f"{basis(finding.selection, (begin, end))} {how}"
        case Counted():
            return basis(finding.selection)
        case Correlated(other=other) if other.line.subject is not finding.selection.line.subject:
            return f"{basis(finding.selection)} {basis(other)}"
        case Correlated(other=other) if other.line.measure == finding.selection.line.measure:
            return f"{basis(finding.selection)} {basis(other)} {how}"
        case _:
            return f"{basis(finding.selection)} {how}"


def _said(finding: Finding) -> str:  # noqa: C901, PLR0911, PLR0912 - one line per kind of finding
    match finding:
        case Summed():
            return say_total(finding)
        case Middle():
            return say_middle(finding)
        case Counted():
            return say_count(finding)
        case Satisfied():
            return say_satisfied(finding)
        case Streaked():
            return say_streak(finding)
        case Tallied():
            return say_tally(finding)
        case Ranking():
            return say_ranking(finding)
        case Breakdowns():
            return say_breakdown(finding)
        case Trending():
            return say_trend(finding)
        case Moved():
            return say_change(finding)
        case Moving():
            return say_moving(finding)
        case MoverRanking():
            return say_movers(finding)
        case Stepped():
            return say_step(finding)
        case Compared():
            return say_comparison(finding)
        case Contrasted():
            return say_contrast(finding)
        case Shares():
            return say_shares(finding)
        case Correlated():
            return say_correlation(finding)
        case Outlying():
            return say_outliers(finding)
        case Seasonal():
            return say_seasons(finding)
        case Explained():
            return say_explanation(finding)
        case Impossible(reason):
            return reason
        case _:
            assert_never(finding)
