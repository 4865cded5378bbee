"""How many of the first are wanted: "top 3", "the five highest", "the second largest"."""

from collections.abc import Sequence
from dataclasses import dataclass

from threadcast_analyst.reading.cues import SUPERLATIVES
from threadcast_analyst.reading.numbers import NUMBER_NAMES
from threadcast_analyst.reading.words import Word

__all__ = ["Limit", "limit_in"]

_ORDINALS = {"second": 2, "third": 3, "fourth": 4, "fifth": 5, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5}
_COUNTED = frozenset({
    "top", "bottom", "best", "worst", "highest", "lowest", "largest", "smallest", "biggest", "most", "least",
    "strongest", "weakest", "greatest", "fewest", *(word for word in SUPERLATIVES if word.endswith("est")),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Limit:
    """How many are wanted, None where it is not said; `only_last`: the last of them alone."""

    count: int | None = None
    only_last: bool = False
    places: frozenset[int] = frozenset()


def limit_in(words: Sequence[Word]) -> Limit:
    """The number beside a superlative, if there is one."""
    for word in words:
        near = {other.text for other in words[max(0, word.at - 2) : word.at + 3]}
        if not near & _COUNTED:
            continue
        if word.text in _ORDINALS:
            return Limit(_ORDINALS[word.text], only_last=True, places=frozenset({word.at}))
        count = int(word.text) if word.text.isdecimal() else NUMBER_NAMES.get(word.text, 0)
        if 1 < count < 100 or word.text == "1":  # noqa: PLR2004 - "the one highest" counts nothing
            return Limit(count, places=frozenset({word.at}))
    return Limit()
