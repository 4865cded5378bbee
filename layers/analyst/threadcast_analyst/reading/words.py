"""Words: texts split into comparable words, and the vocabulary (`vocabulary.json`) indexed by phrase."""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from threadcast.assets.columns.dates import Grain

__all__ = [
    "MAX_WORDS",
    "Concept",
    "Key",
    "Vocabulary",
    "Word",
    "key_of",
    "near_matches",
    "vocabulary",
    "words_in",
]

MAX_WORDS = 150
"""Words of a question; a longer one is declined before it is read."""

_TOKEN = re.compile(
    r"\d{4}-\d\d(?:-\d\d)?(?![\w-])"  # a month or a day in ISO 8601
    r"|\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\w)|\d+\.\d+(?!\w)"  # a number with separators
    r"|[^\W_]+(?:['\u2019][^\W_]+)*"  # a word, or digits
    r"|[<>]=|\S"
)
_QUOTED = re.compile(r"[\"“„]([^\"”“]{1,200})[\"”“]")
_ALIASES = {"≥": ">=", "≤": "<=", "\u2019": "'"}
_POSSESSIVE = re.compile(r"'s?$")
_SHORTEST_WITH_TYPO, _LONGEST_WITH_TYPO = 5, 30


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

    @property
    def number(self) -> float | None:
        """The value of digits, None for any other word."""
        return float(self.stem) if re.fullmatch(r"\d+(\.\d+)?", self.stem) else None


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
        is_quoted = at < len(quoted) and quoted[at][0] < start
        is_mark = at < len(quoted) and start in {quoted[at][0], quoted[at][1] - 1}
        if not is_mark:
            words.append(Word(found[0], _stem(found[0]), start, end, at + 1 if is_quoted else 0))
    return words


def key_of(name: str) -> tuple[str, ...]:
    """Return the comparable form of a name: names that differ by case, plural or spacing only are equal."""
    return tuple(_stem(found[0]) for found in _TOKEN.finditer(name))


def near_matches(stem: str, known: Collection[str]) -> list[str]:
    """Return the known stems that are one typing error away: a letter too many, missing, wrong or swapped.

    Short words, long ones and those with digits have none; the first letter must be right.
    """
    if not (_SHORTEST_WITH_TYPO <= len(stem) <= _LONGEST_WITH_TYPO and stem.isalpha()):
        return []
    return [other for other in known if other[:1] == stem[0] and _differ_once(stem, other)]


def _stem(text: str) -> str:
    word = _ALIASES.get(text, text).casefold().replace("\u2019", "'")
    if word[:1].isdigit():
        return word.replace(",", "")
    return _singular(_POSSESSIVE.sub("", word) or word)


def _singular(word: str) -> str:
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):  # noqa: PLR2004 - "gas"
        return word
    if word.endswith("ies") and len(word) > 4:  # noqa: PLR2004 - "ties"
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("sses", "xes", "ches", "shes")) else word[:-1]


def _differ_once(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    at = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    rest, other_rest = one[at:], other[at:]
    if len(rest) != len(other_rest):
        longer, shorter = sorted((rest, other_rest), key=len, reverse=True)
        return longer[1:] == shorter
    return rest[1:] == other_rest[1:] or (rest[1::-1] == other_rest[:2] and rest[2:] == other_rest[2:])


Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Concept:
    """What measures are about, and words that imply it: the hottest day is that of the highest temperature.

    `names` are words of such a measure's name, `units` parts of its unit.
    """

    names: frozenset[str]
    units: tuple[str, ...]
    words: Mapping[Key, str]
    """Phrases that imply the concept, each with the cue that it stands for as well, or an empty text."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Phrases by their comparable form (`key_of`)."""

    cues: Mapping[Key, tuple[str, ...]]
    fillers: frozenset[Key]
    small_talk: frozenset[Key]
    second_questions: frozenset[str]
    grains: Mapping[Key, Grain]
    months: Mapping[Key, int]
    ordinals: Mapping[Key, int]
    numbers: Mapping[Key, int]
    multipliers: Mapping[str, int]
    units: Mapping[Key, str]
    concepts: tuple[Concept, ...]
    identifiers: frozenset[str]
    currency_decimals: Mapping[str, int]
    reports: Mapping[str, frozenset[str]]


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary, read once."""
    found = json.loads((files("threadcast_analyst.reading") / "vocabulary.json").read_text(encoding="utf-8"))
    cues: dict[Key, tuple[str, ...]] = {}
    for cue, phrases in found["cues"].items():
        for key in _keys(phrases):
            cues[key] = (*cues.get(key, ()), cue)
    return Vocabulary(
        cues=cues,
        fillers=frozenset(_keys(found["fillers"])),
        small_talk=frozenset(_keys(found["small_talk"])),
        second_questions=frozenset(found["second_questions"]),
        grains={key: Grain[name] for name, phrases in found["grains"].items() for key in _keys(phrases)},
        months={key: at for at, names in enumerate(found["months"], 1) for key in _keys(names)},
        ordinals={key: at for at, key in enumerate(_keys(found["ordinals"]), 1)},
        numbers={key: at for at, key in enumerate(_keys(found["numbers"]))},
        multipliers=found["multipliers"],
        units={key: unit for unit, phrases in found["units"].items() for key in _keys(phrases)},
        concepts=tuple(map(_concept, found["concepts"])),
        identifiers=frozenset(found["identifiers"]),
        currency_decimals=found["currency_decimals"],
        reports={kind: frozenset(key[0] for key in _keys(words)) for kind, words in found["reports"].items()},
    )


def _concept(found: Mapping[str, list[str]]) -> Concept:
    words = dict.fromkeys(_keys(found["words"]), "")
    for cue in ("highest", "lowest", "difference"):
        words |= dict.fromkeys(_keys(found.get(cue, [])), cue)
    names = frozenset(stem for name in found["names"] for stem in key_of(name))
    return Concept(names, tuple(found["units"]), words)


def _keys(phrases: Iterable[str]) -> list[Key]:
    return [key_of(phrase) for phrase in phrases]
