"""Reads a prompt's words from left to right as phrases of a table's lexicon, the longest phrase first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from threadcast.assets.columns.number_format import joined
from threadcast_analyst.reading.frames import Declined
from threadcast_analyst.reading.lexicon import Kind, Lexicon, Meaning
from threadcast_analyst.reading.words import Key, Word, near_matches, vocabulary

__all__ = ["Mention", "Scan", "mentions_in"]

_NAMES = {Kind.MEASURE, Kind.DIMENSION, Kind.VALUE}
_LISTED = 4
_MAX_TYPOS = 2
_ORDINAL = re.compile(r"(\d{1,2})(st|nd|rd|th)")
_ISO = re.compile(r"\d{4}-\d\d(-\d\d)?")
_CONNECTIVES = frozenset({"of", "is", "and", "it", "again", "by", "per", "to"})
_FILLER = Meaning(Kind.FILLER, "")


@dataclass(frozen=True, slots=True)
class Mention:
    """A phrase of the prompt with its meaning; `text` is as the user wrote it."""

    meaning: Meaning
    text: str

    @property
    def kind(self) -> Kind:
        """The kind of the meaning."""
        return self.meaning.kind

    def has(self, *cues: str) -> bool:
        """Return whether the phrase is one of these cues."""
        return self.kind is Kind.CUE and any(cue in self.cues for cue in cues)

    @property
    def cues(self) -> tuple[str, ...]:
        """The cues that the phrase stands for; none unless it is a cue."""
        return self.meaning.of if isinstance(self.meaning.of, tuple) and self.kind is Kind.CUE else ()


@dataclass
class Scan:
    """The state of one reading; `work` counts the phrases that were looked up."""

    words: Sequence[Word]
    prompt: str
    lexicon: Lexicon
    has_time: bool
    at: int = 0
    typos: int = 0
    work: int = 0
    notes: list[str] = field(default_factory=list)
    found: list[Mention] = field(default_factory=list)

    def read(self) -> list[Mention]:
        """Return the phrases of all words."""
        while self.at < len(self.words):
            self.found.append(_next(self))
        return self.found


def mentions_in(
    words: Sequence[Word], prompt: str, lexicon: Lexicon, *, has_time: bool
) -> tuple[list[Mention], list[str]]:
    """Return the phrases in their order, and notes on how words were read.

    The work grows linearly with the number of words, and with the number of the table's names for at most
    `_MAX_TYPOS` misspelt words. Raises `Declined` for a word that is not known, or that has two meanings.
    """
    scan = Scan(words, prompt, lexicon, has_time)
    return scan.read(), scan.notes


def _next(scan: Scan) -> Mention:
    word = scan.words[scan.at]
    if word.quotation:
        return _quoted(scan)
    for length in range(min(_longest(scan.lexicon, word.stem), len(scan.words) - scan.at), 0, -1):
        scan.work += 1
        phrase = scan.words[scan.at : scan.at + length]
        key = tuple(each.stem for each in phrase)
        meaning = None if any(each.quotation for each in phrase) else _meaning(scan, key, length)
        if meaning is not None:
            _check_hides_no_name(scan, meaning, phrase)
            return _taken(scan, meaning, length)
    return _single(scan, word)


def _check_hides_no_name(scan: Scan, meaning: Meaning, phrase: Sequence[Word]) -> None:
    """Raise `Declined` if a phrase of the vocabulary has a name of the table in it: "in Total"."""
    if len(phrase) == 1 or meaning.kind not in {Kind.CUE, Kind.FILLER}:
        return
    for word in phrase:
        names = [name for name in scan.lexicon.names.get((word.stem,), ()) if name.kind in _NAMES]
        if any(name.name == word.text for name in names):
            raise Declined(
                f"“{word.text}” is a name in the table, too: put it in quotation marks if you mean it."
            )


def _longest(lexicon: Lexicon, stem: str) -> int:
    return lexicon.longest.get(stem, 0)


def _taken(scan: Scan, meaning: Meaning, length: int) -> Mention:
    first, last = scan.words[scan.at], scan.words[scan.at + length - 1]
    scan.at += length
    return Mention(meaning, scan.prompt[first.start : last.end])


def _quoted(scan: Scan) -> Mention:
    """Read a phrase in quotation marks: a name of the table and nothing else."""
    quotation = scan.words[scan.at].quotation
    length = 1
    while scan.at + length < len(scan.words) and scan.words[scan.at + length].quotation == quotation:
        length += 1
    key = tuple(word.stem for word in scan.words[scan.at : scan.at + length])
    text = _text(scan, length)
    names = scan.lexicon.names.get(key, ())
    if not names:
        raise Declined(f"There is no “{text}” here.", is_unknown=True)
    return _taken(scan, _one_of([name for name in names if name.kind in _NAMES] or names, text), length)


def _text(scan: Scan, length: int) -> str:
    return scan.prompt[scan.words[scan.at].start : scan.words[scan.at + length - 1].end]


def _meaning(scan: Scan, key: Key, length: int) -> Meaning | None:
    """Return what a phrase means; None if it is not known."""
    names: Sequence[Meaning] = scan.lexicon.names.get(key, ())
    own = _own(key, has_time=scan.has_time)
    text = _text(scan, length)
    if own is None and key[0].isdigit() and length == 1:
        names = _named_by_number(scan, names, text)
    if own is None:
        return _one_of(names, text) if names else None
    if not names or (own.kind is Kind.GRAIN and all(name.kind is Kind.TIME for name in names)):
        return own
    return _name_or_own(scan, names, own, text, length)


def _named_by_number(scan: Scan, names: Sequence[Meaning], text: str) -> Sequence[Meaning]:
    """Return the names that a number may be; raises `Declined` if it may be a year or a count, too.

    A column called so is meant where there are no dates, a value where its column's name precedes it.
    """
    before = scan.found[-1].meaning if scan.found else None
    named = [name for name in names if before is not None and before.of == name.of]
    if not names or named:
        return named
    if scan.has_time or any(name.kind is Kind.VALUE for name in names):
        raise Declined(f"“{text}” is a number and a name in the table: put the name in quotation marks.")
    return names


def _own(key: Key, *, has_time: bool) -> Meaning | None:
    """Return what a phrase means in the vocabulary."""
    words = vocabulary()
    if has_time and key in words.grains:
        return Meaning(Kind.GRAIN, words.grains[key].name.lower(), words.grains[key])
    if has_time and key in words.months:
        return Meaning(Kind.MONTH, " ".join(key), words.months[key])
    if key in words.cues:
        return Meaning(Kind.CUE, " ".join(key), words.cues[key])
    return _FILLER if key in words.fillers else None


def _name_or_own(scan: Scan, names: Sequence[Meaning], own: Meaning, text: str, length: int) -> Meaning:
    """Decide between a name of the table and a word of the vocabulary; raises `Declined` if both fit."""
    values = [name for name in names if name.kind is Kind.VALUE]
    is_loose = own.kind is Kind.FILLER or not _CONNECTIVES.isdisjoint(_cues(own))
    if is_loose and len(values) < len(names):
        return _one_of([name for name in names if name not in values], text)
    exact = [value for value in values if value.name == text and text != text.lower()]
    if exact and scan.at > 0 and own.kind is not Kind.MONTH:
        return _one_of(exact, text)
    if is_loose and own.kind is Kind.FILLER and _is_article(scan, length):
        return own
    raise Declined(
        f"“{text}” is a word of the question and a name in the table: put the name in quotation marks."
    )


def _cues(meaning: Meaning) -> tuple[str, ...]:
    return meaning.of if isinstance(meaning.of, tuple) else ()


def _is_article(scan: Scan, length: int) -> bool:
    """Return whether an article precedes another word, so that it can't be a name."""
    after = scan.words[scan.at + length : scan.at + length + 1]
    if length > 1 or scan.words[scan.at].stem not in {"a", "an", "the"} or not after:
        return False
    return after[0].stem.isalpha() and (after[0].stem,) not in vocabulary().cues


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
    return f"the {meaning.kind} “{meaning.name}”{of}"


def _single(scan: Scan, word: Word) -> Mention:
    """Read a word that begins no known phrase: a number, part of a name, or a typing error of one."""
    if (number := _number(word)) is not None:
        return _taken(scan, number, 1)
    if word.stem in scan.lexicon.entity:
        return _taken(scan, Meaning(Kind.ENTITY, word.text), 1)
    if (word.stem,) in scan.lexicon.units:
        return _taken(scan, Meaning(Kind.UNIT, "", scan.lexicon.units[word.stem,]), 1)
    parts = scan.lexicon.parts.get(word.stem, ())
    if parts:
        meaning = _one_of(parts, word.text)
        if meaning.kind is Kind.VALUE:
            scan.notes.append(f"I read “{word.text}” as “{meaning.name}”.")
        return _taken(scan, meaning, 1)
    return _corrected(scan, word)


def _number(word: Word) -> Meaning | None:
    if word.number is not None:
        return Meaning(Kind.NUMBER, word.text, word.number)
    if (word.stem,) in vocabulary().numbers:
        return Meaning(Kind.NUMBER, word.text, float(vocabulary().numbers[word.stem,]))
    if (found := _ORDINAL.fullmatch(word.stem)) is not None:
        return Meaning(Kind.NUMBER, word.text, float(found[1]))
    quarter = re.fullmatch(r"q([1-4])", word.stem)
    if quarter is not None or (word.stem,) in vocabulary().ordinals:
        at = int(quarter[1]) if quarter else vocabulary().ordinals[word.stem,]
        return Meaning(Kind.NUMBER, "q" if quarter else "ordinal", float(at))
    if word.stem in vocabulary().multipliers:
        return Meaning(Kind.NUMBER, "multiplier")
    return Meaning(Kind.NUMBER, "iso", word.stem) if _ISO.fullmatch(word.stem) else None


def _corrected(scan: Scan, word: Word) -> Mention:
    """Read a word as the only known one that is a typing error away; raises `Declined` for any other."""
    near = near_matches(word.stem, scan.lexicon.stems) if scan.typos < _MAX_TYPOS else []
    scan.work += len(scan.lexicon.stems) if scan.typos < _MAX_TYPOS else 0
    if len(near) == 1:
        scan.typos += 1
        scan.notes.append(f"I read “{word.text}” as “{near[0]}”.")
        words = list(scan.words)
        words[scan.at] = Word(word.text, near[0], word.start, word.end)
        scan.words = words
        return _next(scan)
    meant = f" Do you mean {joined([f'“{other}”' for other in near[:_LISTED]], 'or')}?" if near else ""
    raise Declined(f"I don't know “{_cut(word.text)}” here.{meant}", is_unknown=True)


def _cut(text: str, most: int = 40) -> str:
    return text if len(text) <= most else text[:most] + "…"
