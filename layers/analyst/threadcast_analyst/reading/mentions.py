"""Reads a prompt's words from left to right as phrases of a table's lexicon, the longest phrase first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from threadcast.assets.columns.dates import Grain
from threadcast.assets.columns.number_format import joined
from threadcast_analyst.reading.frames import Declined
from threadcast_analyst.reading.lexicon import Lexicon
from threadcast_analyst.reading.words import Key, Kind, Meaning, Word, key_of, near_matches, vocabulary

__all__ = ["Mention", "Scan", "is_year", "tags_of"]

_NAMES = frozenset({Kind.MEASURE, Kind.DIMENSION, Kind.VALUE})
_LISTED = 4
_MAX_TYPOS = 2
_SHOWN = 40
_DIGITS = re.compile(r"(\d+(?:\.\d+)?)(?:st|nd|rd|th)?")
_ISO = re.compile(r"\d{4}-\d\d(-\d\d)?")
_CONNECTIVES = frozenset({"of", "is", "and", "it", "again", "by", "per", "to"})
_FIRST_YEAR, _LAST_YEAR = 1000, 2999
_LAST_DAY = 31


@dataclass(frozen=True, slots=True)
class Mention:
    """A phrase of the prompt with its meaning; `text` is as the user wrote it."""

    meaning: Meaning
    text: str

    @property
    def kind(self) -> Kind:
        """The kind of the meaning."""
        return self.meaning.kind

    @property
    def number(self) -> float:
        """The value of a number, zero for any other phrase."""
        return self.meaning.of if isinstance(self.meaning.of, float) else 0

    def has(self, *cues: str) -> bool:
        """Return whether the phrase is one of these cues."""
        return any(cue in self.meaning.cues for cue in cues)


def is_year(number: float) -> bool:
    """Return whether a number may be a year."""
    return number.is_integer() and _FIRST_YEAR <= number <= _LAST_YEAR


def tags_of(mentions: Sequence[Mention]) -> str:
    """Return one letter for each phrase, by which patterns of phrases are found.

    A number is "Y" if it may be a year, "D" if it may be a day of a month, else "N"; a grain "y" or "q" for
    years and quarters, else "g"; "-" and "," are themselves; a cue without a letter of its own is ".".
    """
    return "".join(map(_tag, mentions))


def _tag(mention: Mention) -> str:
    of, number = mention.meaning.of, mention.number
    if mention.kind is Kind.CUE:
        letters = vocabulary().letters
        found = (letters[cue] for cue in mention.meaning.cues if cue in letters)
        return mention.text if mention.text in {"-", ","} else next(found, ".")
    if mention.kind is Kind.GRAIN and of in {Grain.YEAR, Grain.QUARTER}:
        return "y" if of is Grain.YEAR else "q"
    if mention.kind is not Kind.NUMBER or not number.is_integer():
        return mention.kind.value
    return "Y" if is_year(number) and mention.text[:4].isdigit() else "D" if number <= _LAST_DAY else "N"


class Scan:
    """One reading of a prompt; `notes` say how words were read, `work` counts the phrases looked up.

    The work grows linearly with the number of words, and with the number of the table's names for at most
    `_MAX_TYPOS` misspelt words.
    """

    def __init__(self, words: Sequence[Word], prompt: str, lexicon: Lexicon, *, has_time: bool) -> None:
        self._words = list(words)
        self._prompt = prompt
        self._lexicon = lexicon
        self._has_time = has_time
        self._at = 0
        self._typos = 0
        self._found: list[Mention] = []
        self.work = 0
        self.notes: list[str] = []

    def read(self) -> list[Mention]:
        """Return the phrases; raises `Declined` for an unknown word, or one with two meanings."""
        while self._at < len(self._words):
            self._found.append(self._next())
        return self._found

    def _next(self) -> Mention:
        word = self._words[self._at]
        if word.quotation:
            return self._quoted(word.quotation)
        left = len(self._words) - self._at
        for length in range(min(self._lexicon.longest.get(word.stem, 0), left), 0, -1):
            self.work += 1
            phrase = self._words[self._at : self._at + length]
            if any(each.quotation for each in phrase):
                continue
            meaning = self._meaning(tuple(each.stem for each in phrase), length)
            if meaning is not None:
                self._check_hides_no_name(meaning, phrase)
                return self._taken(meaning, length)
        meaning = self._single(word)
        return self._corrected(word) if meaning is None else self._taken(meaning, self._length_of(meaning))

    def _length_of(self, meaning: Meaning) -> int:
        """Return how many words a value's name goes on for: "education and health" of "… services"."""
        name = key_of(meaning.name) if meaning.kind is Kind.VALUE else ()
        ahead = (word.stem for word in self._words[self._at :])
        same = takewhile(lambda pair: pair[0] == pair[1], zip(name, ahead, strict=False))
        return max(sum(1 for _ in same), 1)

    def _text(self, length: int) -> str:
        first, last = self._words[self._at], self._words[self._at + length - 1]
        return self._prompt[first.start : last.end]

    def _taken(self, meaning: Meaning, length: int) -> Mention:
        mention = Mention(meaning, self._text(length))
        self._at += length
        return mention

    def _check_hides_no_name(self, meaning: Meaning, phrase: Sequence[Word]) -> None:
        """Raise `Declined` if a phrase of the vocabulary has a name of the table in it: "in Total"."""
        for word in phrase if len(phrase) > 1 and meaning.kind in {Kind.CUE, Kind.FILLER} else ():
            names = self._lexicon.names.get((word.stem,), ())
            if any(name.name == word.text and name.kind in _NAMES for name in names):
                raise _two_meanings(word.text)

    def _quoted(self, quotation: int) -> Mention:
        """Read a phrase in quotation marks: a name of the table and nothing else."""
        phrase = [word.stem for word in self._words[self._at :] if word.quotation == quotation]
        text, names = self._text(len(phrase)), self._lexicon.names.get(tuple(phrase), ())
        if not names:
            raise Declined(f"There is no “{text}” here.", is_unknown=True)
        named = [name for name in names if name.kind in _NAMES] or names
        return self._taken(_one_of(named, text), len(phrase))

    def _meaning(self, key: Key, length: int) -> Meaning | None:
        """Return what a phrase means; None if it is not known."""
        names, own, text = self._lexicon.names.get(key, ()), vocabulary().phrases.get(key), self._text(length)
        if own is not None and own.kind in {Kind.GRAIN, Kind.MONTH} and not self._has_time:
            own = None
        if own is None:
            is_number = key[0].isdigit() and length == 1
            named = self._named_by_number(names, text) if is_number else names
            return _one_of(named, text) if named else None
        if not names or (own.kind is Kind.GRAIN and all(name.kind is Kind.TIME for name in names)):
            return own
        return self._name_or_own(names, own, text, length)

    def _named_by_number(self, names: Sequence[Meaning], text: str) -> Sequence[Meaning]:
        """Return the names that a number may be; raises `Declined` if it may be a year or a count, too.

        A column called so is meant where there are no dates, a value where its column's name precedes it.
        """
        before = self._found[-1].meaning if self._found else None
        named = [name for name in names if before is not None and before.of == name.of]
        if names and not named and (self._has_time or any(name.kind is Kind.VALUE for name in names)):
            raise Declined(f"“{text}” is a number and a name in the table: put the name in quotation marks.")
        return named or names

    def _name_or_own(self, names: Sequence[Meaning], own: Meaning, text: str, length: int) -> Meaning:
        """Decide between a name of the table and a word of the vocabulary; raises `Declined` if both fit."""
        columns = [name for name in names if name.kind is not Kind.VALUE]
        is_loose = own.kind is Kind.FILLER or not _CONNECTIVES.isdisjoint(own.cues)
        if is_loose and columns:
            return _one_of(columns, text)
        exact = [name for name in names if name not in columns and name.name == text != text.lower()]
        if exact and self._at > 0 and own.kind is not Kind.MONTH:
            return _one_of(exact, text)
        if own.kind is Kind.FILLER and length == 1 and self._is_article():
            return own
        raise _two_meanings(text)

    def _is_article(self) -> bool:
        """Return whether an article precedes another word, so that it can't be a name."""
        word, after = self._words[self._at], self._words[self._at + 1 : self._at + 2]
        is_before_word = bool(after) and after[0].stem.isalpha()
        if word.stem not in {"a", "an", "the"} or not is_before_word:
            return False
        meaning = vocabulary().phrases.get((after[0].stem,))
        return meaning is None or meaning.kind is not Kind.CUE

    def _single(self, word: Word) -> Meaning | None:
        """Return what a word means that begins no known phrase: a number, or a part of a name."""
        if (digits := _DIGITS.fullmatch(word.stem)) is not None:
            return Meaning(Kind.NUMBER, word.text, float(digits[1]))
        if word.stem in vocabulary().numbers:
            return vocabulary().numbers[word.stem]
        if _ISO.fullmatch(word.stem):
            return Meaning(Kind.ISO, word.stem)
        named = self._lexicon.parts
        parts = (word.text.isupper() and named.get(word.text)) or named.get(word.stem, ())
        meaning = _one_of(parts, word.text) if parts else None
        if meaning is not None and meaning.kind is Kind.VALUE:
            self.notes.append(f"I read “{word.text}” as “{meaning.name}”.")
        return meaning

    def _corrected(self, word: Word) -> Mention:
        """Read a word as the only known one that is a typing error away; raises `Declined` for any other."""
        near: list[str] = []
        if self._typos < _MAX_TYPOS:
            near = near_matches(word.stem, self._lexicon.stems)
            self.work += len(self._lexicon.stems)
        if len(near) != 1:
            meant = (
                f" Do you mean {joined([f'“{other}”' for other in near[:_LISTED]], 'or')}?" if near else ""
            )
            shown = word.text if len(word.text) <= _SHOWN else word.text[:_SHOWN] + "…"
            raise Declined(f"I don't know “{shown}” here.{meant}", is_unknown=True)
        self._typos += 1
        self.notes.append(f"I read “{word.text}” as “{near[0]}”.")
        self._words[self._at] = replace(word, stem=near[0])
        return self._next()


def _two_meanings(text: str) -> Declined:
    return Declined(f"“{text}” is a name in the table, too: put it in quotation marks if you mean it.")


def _one_of(names: Sequence[Meaning], text: str) -> Meaning:
    """Return the only meaning, or the only one that is written in the same way; raises `Declined`."""
    if len(names) > 1:
        names = [name for name in names if name.name == text] or names
    if len(names) > 1:
        named = [_called(name) for name in names[:_LISTED]]
        raise Declined(f"“{text}” can mean {joined(named, 'or')}: name the one that you mean.")
    return names[0]


def _called(meaning: Meaning) -> str:
    of = f" ({getattr(meaning.of, 'label', '')})" if meaning.kind is Kind.VALUE else ""
    return f"the {meaning.kind.name.lower()} “{meaning.name}”{of}"
