"""A question's words: split, in lower case, plurals made singular, endings cut off."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["Word", "phrase_at", "phrases_in", "root_of", "roots_of", "stems_of", "words_in"]

_WORD = re.compile(
    r"\d{4}-\d{2}(?:-\d{2})?(?!\d)"  # 2012-07, 2012-07-04
    r"|\d+(?:st|nd|rd|th)\b"  # 17th
    r"|\d{2}(?:\d{2})?['\u2019]?s\b"  # 1990s, 1990's, 90s
    r"|\d+(?:,\d{3})*(?:\.\d+)?"  # 2009, 1,000, 7.5
    r"|[mk]m?/[sh]\b"  # m/s, km/h
    r"|°[cf]?"  # °C
    r"|[^\W\d_]+(?:['\u2019][^\W\d_]+)?"  # wind, what's
    r"|[&%$€£<>=+*/\u2013-]",
    re.IGNORECASE,
)
_LONGEST_PHRASE = 6
_KEPT = frozenset(
    {"this", "is", "was", "has", "its", "us", "as", "always", "less", "versus", "gas", "does", "plus"}
)
_SHORT_FORMS = dict.fromkeys(("temp", "temps", "hot", "warm"), "temperature") | {"expensive": "price"}
_ENDINGS = ("ement", "ment", "ing", "ion", "er", "ed", "ee", "e", "y")
_SHORTEST_ROOT = 4


@dataclass(frozen=True, slots=True)
class Word:
    """One word at its place: `text` in lower case, `stem` its singular, `capital` if it was written so."""

    at: int
    text: str
    stem: str
    capital: bool


def words_in(prompt: str) -> tuple[Word, ...]:
    """The words of a prompt in their order; of punctuation only what can mean something stays."""
    return tuple(
        Word(at, text, _stem(text), found[:1].isupper())
        for at, found in enumerate(_WORD.findall(prompt))
        for text in (_plain(found.lower()),)
    )


@lru_cache(maxsize=4096)
def stems_of(text: str) -> tuple[str, ...]:
    """The stems of a name's words."""
    return tuple(word.stem for word in words_in(text.replace("_", " ")))


@lru_cache(maxsize=4096)
def roots_of(text: str) -> frozenset[str]:
    """The roots of a text's words."""
    return frozenset(map(root_of, stems_of(text)))


def root_of(stem: str) -> str:
    """What a word shares with its relatives: rain for rainy and rained, work for workers and working."""
    for ending in _ENDINGS:
        if stem.endswith(ending) and len(stem) - len(ending) >= _SHORTEST_ROOT:
            return root_of(stem[: -len(ending)])
    return stem


def phrase_at(words: Sequence[Word], at: int, phrases: Collection[tuple[str, ...]]) -> int:
    """How many words long the longest of these phrases is that begins at a word; 0: none does."""
    for length in range(min(_LONGEST_PHRASE, len(words) - at), 0, -1):
        here = words[at : at + length]
        if tuple(word.stem for word in here) in phrases or tuple(word.text for word in here) in phrases:
            return length
    return 0


def phrases_in(words: Sequence[Word], phrases: Iterable[str]) -> frozenset[int]:
    """The places of all words that belong to one of these phrases."""
    wanted, firsts = _compiled(tuple(phrases))
    places: set[int] = set()
    for at, word in enumerate(words):
        if word.stem in firsts or word.text in firsts:
            places.update(other.at for other in words[at : at + phrase_at(words, at, wanted)])
    return frozenset(places)


@lru_cache(maxsize=256)
def _compiled(phrases: tuple[str, ...]) -> tuple[frozenset[tuple[str, ...]], frozenset[str]]:
    """The phrases as words, and the words that they begin with."""
    wanted = frozenset(tuple(phrase.split()) for phrase in phrases)
    return wanted, frozenset(phrase[0] for phrase in wanted)


def _plain(text: str) -> str:
    return re.sub(r"(?<=\d)['\u2019](?=s$)", "", text.replace("\u2019", "'"))


def _stem(text: str) -> str:
    text = re.sub(r"'s?$", "", text)
    if text in _SHORT_FORMS:
        return _SHORT_FORMS[text]
    if text in _KEPT or len(text) < 4 or not text[0].isalpha():  # noqa: PLR2004 - "gas", "bus": too short to cut
        return text
    if text.endswith("ies"):
        return text[:-3] + "y"
    if text.endswith(("sses", "shes", "ches", "xes")):
        return text[:-2]
    return text[:-1] if text.endswith("s") and not text.endswith(("ss", "us", "is")) else text
