"""What a report's own text says: quoted sentence by sentence, or summed up by its own sentences."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from threadcast.assets.columns.number_format import counted
from threadcast.domain.asset import AssetContext, AssetType
from threadcast_analyst.reading.words import MAX_WORDS, Kind, Word, key_of, vocabulary, words_in

__all__ = ["quoted", "quoted_instead"]

_TAG = re.compile(r"<[^>]{0,2000}>")
_SENTENCE = re.compile(r"(?<=[.!?])[\"”')]*\s+(?=[A-Z0-9“\"'(*])")
_MARKS = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+|\*\*|__|`")
_HEADING = re.compile(r"#{1,6}\s+(.*)")
_QUOTED = 6
_SHORT = 6
"""Up to so many sentences, a report is its own summary."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence of a report, under its heading (empty before the first); `opens` a paragraph or not."""

    text: str
    heading: str
    opens: bool


def quoted(prompt: str, context: AssetContext, before: str = "") -> str | None:
    """Return the answer to a question about a report's text; None if it is not about the text.

    `before` is the prompt before, which "and about wind?" goes on from.
    """
    if context.asset.type is not AssetType.REPORT_FILE:
        return None
    words = words_in(prompt)[:MAX_WORDS]
    stems = [word.stem for word in words]
    goes_on = "about" in stems and stems[0] in {"and", "what", "how"} and _is_about(words_in(before), "text")
    if not (_is_about(words, "text") or _is_about(words, "summary") or goes_on):
        return None
    topic, sentences = _topic(words), _sentences(context.asset.definition)
    return _on(topic, sentences, context) if topic else _summary(sentences, context, _wanted(words))


def quoted_instead(prompt: str, context: AssetContext) -> str:
    """Return what a report's text has on a question that its rows don't answer; empty: nothing."""
    if context.asset.type is not AssetType.REPORT_FILE:
        return ""
    found = _about(_topic(words_in(prompt)[:MAX_WORDS]), _sentences(context.asset.definition))
    return f"The report's text says:\n\n{_quotes(found)}" if found else ""


def _is_about(words: Sequence[Word], kind: str) -> bool:
    known = vocabulary().reports[kind]
    return any(word.stem in known for word in words) or "tl;dr" in "".join(word.stem for word in words)


def _wanted(words: Sequence[Word]) -> int | None:
    """Return the number of sentences that a summary is to have."""
    numbers = {stem: int(str(found.of)[:-2]) for stem, found in vocabulary().numbers.items()}
    counts = [word.stem for word, after in pairwise(words) if after.stem == "sentence"]
    return next((int(each) if each.isdecimal() else numbers.get(each) for each in counts), None)


def _topic(words: Sequence[Word]) -> dict[str, str]:
    """Return the words that a sentence must have: all but those on the report and the vocabulary's."""
    known = vocabulary()
    about = known.reports["text"] | known.reports["summary"] | {"sentence", "tl", "dr"}
    about |= {word.stem for word, after in pairwise(words) if after.stem == "sentence"}
    about |= {
        key[0]
        for key, found in known.phrases.items()
        if found.kind in {Kind.CUE, Kind.FILLER} and len(key) == 1
    }
    return {word.stem: word.text for word in words if word.text[0].isalnum() and word.stem not in about}


def _on(topic: Mapping[str, str], sentences: Sequence[_Sentence], context: AssetContext) -> str:
    found = _about(topic, sentences)
    name = context.asset.name
    if not found:
        words = " ".join(f"“{text}”" for text in topic.values())
        sections = "; ".join(dict.fromkeys(sentence.heading or name for sentence in sentences)) or "none"
        return f"The text of “{name}” has no sentence with {words}. Its sections: {sections}."
    known = {stem for sentence in found for stem in key_of(sentence.text)}
    missing = [text for stem, text in topic.items() if stem not in known]
    left_out = "".join(f" It has no sentence with “{text}”." for text in missing)
    return f"“{name}” says:{left_out}\n\n{_quotes(found)}"


def _about(topic: Mapping[str, str], sentences: Sequence[_Sentence]) -> list[_Sentence]:
    """Return the sentences that have most of the topic's words, those of their heading included."""
    scores = [len(topic.keys() & set(key_of(f"{each.text} {each.heading}"))) for each in sentences]
    best = max(scores, default=0)
    return [each for each, score in zip(sentences, scores, strict=True) if score == best and best][:_QUOTED]


def _summary(sentences: Sequence[_Sentence], context: AssetContext, wanted: int | None) -> str:
    """Return the whole text if it is short, else the first sentence of each of its paragraphs."""
    name = context.asset.name
    if not sentences:
        return f"“{name}” has no text."
    first = [sentence for sentence in sentences if sentence.opens]
    if wanted is not None:
        chosen = first[:wanted] if len(first) >= wanted else list(sentences[:wanted])
        return f"“{name}” in {counted(len(chosen), 'sentence')} of its own:\n\n{_quotes(chosen)}"
    if len(sentences) <= _SHORT:
        return f"“{name}” is short; in its own words:\n\n{_quotes(sentences)}"
    shown = first[: 2 * _QUOTED]
    what = f"the first sentences of {counted(len(shown), 'paragraph')} of {len(first)}"
    return f"“{name}” in its own words, {what}:\n\n{_quotes(shown)}"


def _quotes(sentences: Sequence[_Sentence]) -> str:
    """Return each sentence as a quotation, under its heading where that changes."""
    lines, heading = [], ""
    for sentence in sentences:
        if sentence.heading != heading:
            heading = sentence.heading
            lines.append(f"**{heading}**\n")
        lines.append(f"> {sentence.text}\n")
    return "\n".join(lines).rstrip()


def _sentences(definition: Mapping[str, Any]) -> tuple[_Sentence, ...]:
    """Return the sentences of a report's Markdown, without its marks and the metrics that it shows."""
    found: list[_Sentence] = []
    heading = ""
    for block in re.split(r"\n\s*\n", _TAG.sub("\n\n", str(definition.get("content", "")))):
        lines = []
        for line in block.strip().splitlines():
            if title := _HEADING.match(line.strip()):
                heading = title[1].strip()
            else:
                lines.append(_MARKS.sub("", line).strip())
        text = " ".join(filter(None, lines))
        parts = [part.strip() for part in _SENTENCE.split(text) if part.strip()]
        found += [_Sentence(part, heading, opens=at == 0) for at, part in enumerate(parts)]
    return tuple(found)
