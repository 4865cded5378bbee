"""How the answer before was computed: for whoever asks, or doubts it."""

from threadcast_analyst.computing.compute import compute
from threadcast_analyst.findings import Finding, Impossible
from threadcast_analyst.intents import (
    Average,
    Contrast,
    Correlation,
    Explain,
    Intent,
    Movers,
    Moves,
    Outliers,
    Query,
    Ranked,
    Recap,
    Satisfying,
    Seasonality,
    Share,
    Steps,
    Streak,
    Tally,
    Trend,
)
from threadcast_analyst.titles import title_of
from threadcast_analyst.wording.answers import computed_over

__all__ = ["recalled"]

_METHODS: dict[type, str] = {
    Average: "I put the rows of each period together and took the mean (or the median) of these figures.",
    Ranked: "I put the rows of each group together and sorted the groups by their figure.",
    Satisfying: "I put the rows of each group together and counted the groups that meet the condition.",
    Tally: "I put the rows of each period together and counted, in each longer one, those that meet it.",
    Streak: "I put the rows of each period together and looked for the longest run that meets the condition.",
    Trend: "I put the rows of each period together and laid the line of least squares through these figures.",
    Movers: "I took each value's figure in both periods and sorted the values by the difference.",
    Moves: "I put the rows of each period together and compared each with the one before.",
    Steps: "I put the rows of each period together and sorted neighbours by their difference.",
    Share: "I divided each part by the whole.",
    Correlation: "I paired the two series by period and computed Pearson's r.",
    Outliers: "I took what lies 1.5 interquartile ranges beyond the quartiles (Tukey's fences).",
    Seasonality: "I put the rows of each month together and averaged the same months over the years.",
    Contrast: "I put the rows of each part of the year together, over all years.",
    Explain: "I took the two periods apart by the values and the months that the rows tell.",
}


def recalled(query: Query) -> str:
    """What the former question was taken for, over which rows it was computed, and by which method."""
    former = query.former
    if former is None:
        return "There is no answer of mine before this that I could explain."
    finding = compute(former)
    parts = [f"I took your question as: {title_of(former, '')}.", _method(former.intent), _over(finding)]
    if isinstance(query.intent, Recap) and query.intent.doubted:
        parts.append(
            "If you meant something else, ask it in other words: name the measure, the category and "
            "the time. If the figure itself looks wrong, compare it with the rows: I have no others."
        )
    return "\n\n".join(part for part in parts if part)


def _method(intent: Intent) -> str:
    return _METHODS.get(type(intent), "")


def _over(finding: Finding) -> str:
    return finding.reason if isinstance(finding, Impossible) else computed_over(finding)
