"""Words of a prompt, and the vocabulary (`vocabulary.json`): what phrases mean whatever the table."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from threadcast.assets.columns.dates import Grain

__all__ = [
    "MAX_WORDS", "Concept", "Key", "Kind", "Meaning", "Vocabulary", "Word", "key_of", "near_matches",
    "vocabulary", "words_in",
]  # fmt: skip

MAX_WORDS = 150
"""Words of a question; a longer one is declined before it is read."""

_TOKEN = re.compile(
    r"\d{4}-\d\d(?:-\d\d)?(?![\w-])"  # a month or a day in ISO 8601
    r"|\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\w)|\d+\.\d+(?!\w)"  # a number with separators
    r"|\d+(?:\.\d+)?(?=[^\W\d_]{1,4}\b)(?!(?:st|nd|rd|th|s)\b)"  # a number before its unit: "20mm"
    r"|[^\W_]+(?:['\u2019][^\W_]+)*"  # a word, or digits
    r"|[<>]=|\S"
)
_QUOTED = re.compile(r"[\"“„]([^\"”“]{1,200})[\"”“]")
_POSSESSIVE = re.compile(r"'s?$")
_PLURALS = (
    (re.compile(r"^.{0,3}$|(ss|us|is)$"), "", 0),  # "gas" and "bus" stay
    (re.compile(r"..ies$"), "y", 3),
    (re.compile(r"(ss|x|ch|sh)es$"), "", 2),
    (re.compile(r"s$"), "", 1),
)
"""Patterns of plurals, with the ending of the singular and the letters that it replaces."""

_SHORTEST_WITH_TYPO, _LONGEST_WITH_TYPO = 5, 30

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a prompt: as it was written, its comparable form, and where it stands.

    `quotation` numbers the quoted phrase that the word belongs to; 0: it is not quoted.
    """

    text: str
    stem: str
    start: int
    end: int
    quotation: int = 0


def words_in(text: str) -> list[Word]:
    """Return the words of a text, at most one more than `MAX_WORDS`; quotation marks are left out."""
    quoted = [found.span() for found in _QUOTED.finditer(text)]
    words: list[Word] = []
    at = 0
    for found in _TOKEN.finditer(text):
        if len(words) > MAX_WORDS:
            break
        start, end = found.span()
        while at < len(quoted) and quoted[at][1] <= start:
            at += 1
        is_quoted = at < len(quoted) and quoted[at][0] <= start
        if not is_quoted or start not in {quoted[at][0], quoted[at][1] - 1}:
            words.append(Word(found[0], _stem(found[0]), start, end, at + 1 if is_quoted else 0))
    return words


def key_of(name: str) -> Key:
    """Return the comparable form of a name: names that differ by case, plural or spacing only are equal."""
    return tuple(_stem(found[0]) for found in _TOKEN.finditer(name))


def near_matches(stem: str, known: Collection[str]) -> list[str]:
    """Return the known stems that are one typing error away: a letter too many, missing, wrong or moved.

    Short words, long ones and those with digits have none; the first letter must be right.
    """
    if not (_SHORTEST_WITH_TYPO <= len(stem) <= _LONGEST_WITH_TYPO and stem.isalpha()):
        return []
    own = _shortened(stem)
    alike = (o for o in known if o[:1] == stem[0] and abs(len(o) - len(stem)) <= 1 and o != stem)
    return [other for other in alike if not own.isdisjoint(_shortened(other))]


def _shortened(stem: str) -> set[str]:
    """Return the stem, and the stem without each of its letters: two of these sets meet at one error."""
    return {stem, *(stem[:at] + stem[at + 1 :] for at in range(len(stem)))}


def _stem(text: str) -> str:
    word = text.casefold().replace("\u2019", "'")
    if word[:1].isdigit():
        return _POSSESSIVE.sub("", word.replace(",", "")) if "'" in word else word.replace(",", "")
    word = _POSSESSIVE.sub("", word) or word
    ending, letters = next(((end, n) for plural, end, n in _PLURALS if plural.search(word)), ("", 0))
    stem = word[: len(word) - letters] + ending
    return str(_data()["aliases"].get(stem, stem))


@cache
def _data() -> dict[str, Any]:
    path = files("threadcast_analyst.reading") / "vocabulary.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


class Kind(StrEnum):
    """Kinds of meanings, each with the letter that patterns of phrases have for it (`tags_of`)."""

    MEASURE = "m"
    DIMENSION = "d"
    VALUE = "v"
    TIME = "t"
    HINT = "h"
    ENTITY = "e"
    UNIT = "u"
    MONTH = "M"
    NUMBER = "N"
    ORDINAL = "O"
    QUARTER = "Q"
    ISO = "I"
    MULTIPLIER = "K"
    PERIOD = "P"
    RANGE = "R"
    THRESHOLD = "L"
    GRAIN = "g"
    FILLER = "_"
    CUE = "."


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a phrase may mean. `name` is how the table calls it.

    `of` depends on the kind: the column of a measure or dimension, the dimension's column of a value, the
    cues, the grain, a number, the columns that a unit or a concept's word stands for, periods, limits.
    """

    kind: Kind
    name: str
    of: object = None

    @property
    def cues(self) -> tuple[str, ...]:
        """The cues that the phrase stands for; none unless it is a cue."""
        return self.of if isinstance(self.of, tuple) and self.kind is Kind.CUE else ()


@dataclass(frozen=True, slots=True)
class Concept:
    """What measures are about, and words that imply it: the hottest day is that of the highest temperature.

    `names` are words of such a measure's name, `units` parts of its unit; `words` are phrases that imply the
    concept, each with the cue that it stands for as well, or an empty text.
    """

    names: frozenset[str]
    units: tuple[str, ...]
    words: Mapping[Key, str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Phrases by their comparable form: cues, fillers, grains and months; numbers by their stem."""

    phrases: Mapping[Key, Meaning]
    numbers: Mapping[str, Meaning]
    small_talk: frozenset[Key]
    second_questions: frozenset[str]
    letters: Mapping[str, str]
    """Cues with the letter that patterns of phrases have for them."""
    forms: Mapping[str, frozenset[str]]
    """The cues that each form uses, of those that not every form can use."""
    units: Mapping[Key, str]
    concepts: tuple[Concept, ...]
    identifiers: frozenset[str]
    currency_decimals: Mapping[str, int]
    reports: Mapping[str, frozenset[str]]

    @property
    def combined(self) -> frozenset[str]:
        """The cues that only some forms can use."""
        return frozenset().union(*self.forms.values())

    def is_filler(self, stem: str) -> bool:
        """Return whether a word carries no meaning of its own."""
        meaning = self.phrases.get((stem,))
        return meaning is not None and meaning.kind is Kind.FILLER


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary, read once."""
    found = _data()
    return Vocabulary(
        phrases=_phrases(found),
        numbers=_numbers(found),
        small_talk=frozenset(map(key_of, found["small_talk"])),
        second_questions=frozenset(found["second_questions"]),
        letters={cue: letter for letter, cues in found["letters"].items() for cue in cues},
        forms={form: frozenset(cues) for form, cues in found["forms"].items()},
        units={key: unit for unit, phrases in found["units"].items() for key in map(key_of, phrases)},
        concepts=tuple(map(_concept, found["concepts"])),
        identifiers=frozenset(found["identifiers"]),
        currency_decimals=found["currency_decimals"],
        reports={kind: frozenset(key_of(" ".join(words))) for kind, words in found["reports"].items()},
    )


def _phrases(found: Mapping[str, Any]) -> dict[Key, Meaning]:
    """Return the meaning of each phrase; a grain or month precedes a cue, a cue precedes a filler."""
    cues: dict[Key, tuple[str, ...]] = {}
    for cue, phrases in found["cues"].items():
        cues |= {key: (*cues.get(key, ()), cue) for key in map(key_of, phrases)}
    named = dict.fromkeys(map(key_of, found["fillers"]), Meaning(Kind.FILLER, ""))
    named |= {key: Meaning(Kind.CUE, " ".join(key), of) for key, of in cues.items()}
    for at, month in enumerate(found["months"], 1):
        named |= dict.fromkeys(map(key_of, month), Meaning(Kind.MONTH, "", at))
    for grain in Grain:
        named |= dict.fromkeys(map(key_of, found["grains"][grain.name]), Meaning(Kind.GRAIN, "", grain))
    return named


def _numbers(found: Mapping[str, Any]) -> dict[str, Meaning]:
    numbers = {word: Meaning(Kind.NUMBER, "", float(at)) for at, word in enumerate(found["numbers"])}
    numbers |= {word: Meaning(Kind.ORDINAL, "", float(at)) for at, word in enumerate(found["ordinals"], 1)}
    numbers |= {f"q{at}": Meaning(Kind.QUARTER, "", float(at)) for at in range(1, 5)}
    multipliers = found["multipliers"].items()
    return numbers | {word: Meaning(Kind.MULTIPLIER, "", float(factor)) for word, factor in multipliers}


def _concept(found: Mapping[str, list[str]]) -> Concept:
    words = dict.fromkeys(map(key_of, found["words"]), "")
    for cue in ("highest", "lowest", "higher", "lower", "difference"):
        words |= dict.fromkeys(map(key_of, found.get(cue, [])), cue)
    return Concept(frozenset(key_of(" ".join(found["names"]))), tuple(found["units"]), words)
