"""What a question leaves out: "everything but fossil fuels", "other than government", "not nuclear"."""

from collections.abc import Sequence

from threadcast_analyst.reading.words import Word, phrase_at

__all__ = ["excluded_from", "exclusions_in"]

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


def exclusions_in(words: Sequence[Word]) -> tuple[frozenset[int], ...]:
    """The places of each phrase that may exclude what follows it."""
    phrases = {tuple(mark.split()) for mark in _MARKS}
    found: list[frozenset[int]] = []
    at = 0
    while at < len(words):
        length = phrase_at(words, at, phrases)
        if length:
            found.append(frozenset(range(at, at + length)))
        at += max(1, length)
    return tuple(found)


def excluded_from(
    words: Sequence[Word], marks: Sequence[frozenset[int]], found: Sequence[frozenset[int]]
) -> dict[frozenset[int], frozenset[int]]:
    """Which of the names at these places a mark excludes, each with the places of the mark.

    Between a mark and the name only links may stand, and other names: "without Texas and Ohio". "Texas minus
    Ohio" leaves nothing out.
    """
    named = frozenset(at for places in found for at in places)
    ends = {max(mark): mark for mark in marks}
    excluded = {}
    for places in found:
        at = min(places) - 1
        while at >= 0 and at not in ends and (at in named or words[at].text in _BETWEEN):
            at -= 1
        is_left = at in ends and words[min(ends[at])].text == "minus" and min(named) < at
        if at in ends and not is_left:
            excluded[places] = ends[at]
    return excluded
