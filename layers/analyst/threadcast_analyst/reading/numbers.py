"""Numbers in a question, in figures or in words."""

import re
from collections.abc import Sequence

from threadcast_analyst.reading.words import Word

__all__ = ["NUMBER_NAMES", "is_year", "number_at"]

NUMBER_NAMES = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "twenty": 20, "thirty": 30, "fifty": 50,
}  # fmt: skip


def number_at(words: Sequence[Word], at: int) -> tuple[float, int] | None:
    """The number at a place and how many words it takes; a minus before it counts."""
    if at >= len(words):
        return None
    text = words[at].text
    if text == "-" and (found := number_at(words, at + 1)) is not None:
        return -found[0], found[1] + 1
    if re.fullmatch(r"\d[\d,]*(\.\d+)?", text):
        return float(text.replace(",", "")), 1
    return (NUMBER_NAMES[text], 1) if text in NUMBER_NAMES else None


def is_year(word: Word) -> bool:
    """Whether a word can be a year's number."""
    return re.fullmatch(r"[12]\d{3}", word.text) is not None
