"""What a question leaves out: "everything but fossil fuels", "other than government", "not nuclear"."""

from collections.abc import Sequence

from threadcast.adapters.offline_analyst.reading.words import Word, phrases_in

__all__ = ["excluded_from", "exclusion_places"]

_MARKS = (
    "except", "except for", "excepting", "excluding", "exclude", "excluded", "not", "but not", "other than",
    "apart from", "aside from", "without", "besides", "beside", "minus", "leaving out", "leave out",
    "ignoring", "ignore", "everything but", "anything but", "all but", "all source but", "all sector but",
    "every sector but", "every source but", "not counting", "not including", "rather than", "bar",
    "everything except", "omitting", "omit", "non", "everybody but", "if you exclude",
    "when excluding", "not in", "not for", "outside", "outside of",
)  # fmt: skip
_BETWEEN = frozenset({
    "the", "for", "of", "and", "or", "from", "&", "a", "all", "any", "in", "both", "-", "source", "sector",
    "nor", "neither",
})  # fmt: skip


def exclusion_places(words: Sequence[Word]) -> frozenset[int]:
    """The words that may exclude what follows."""
    return phrases_in(words, _MARKS)


def excluded_from(
    words: Sequence[Word], marks: frozenset[int], found: Sequence[frozenset[int]]
) -> dict[frozenset[int], frozenset[int]]:
    """Which of the names at these places a mark excludes, each with the places of the mark.

    Between a mark and the name only links may stand, and other names: "without Texas and Ohio".
    """
    named = frozenset(at for places in found for at in places)
    excluded = {}
    for places in found:
        at = min(places) - 1
        while at >= 0 and at not in marks and (at in named or words[at].text in _BETWEEN):
            at -= 1
        mark = at
        while at >= 0 and at in marks:
            at -= 1
        if mark != at:
            excluded[places] = frozenset(range(at + 1, mark + 1))
    return excluded
