"""What a report's own text says: quoted, sentence by sentence, never put in other words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from threadcast.assets.columns.number_format import counted
from threadcast.domain.asset import AssetContext, AssetType
from threadcast_analyst.reading.fillers import filler_places
from threadcast_analyst.reading.words import root_of, roots_of, words_in

__all__ = ["quoted", "quoted_instead"]

_TAG = re.compile(r"<[^>]+>")
_SENTENCE = re.compile(r"(?<=[.!?])[\"”')]*\s+(?=[A-Z0-9“\"'(*])")
_MARKS = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+|\*\*|__|`")
_GOES_ON = re.compile(r"\s*(and|what about|how about)\b", re.IGNORECASE)
_HEADING = re.compile(r"#{1,6}\s+(.*)")

_ABOUT_TEXT = roots_of(
    "report text document article summary summarise summarize summarised summarized say says state mention "
    "conclude conclusion conclusions findings finding describe paragraph section author written write key "
    "takeaway"
)
_SUMMARY = roots_of("summary summarise summarize tldr overview conclusion findings takeaway describe gist")
_SHORT = 6
"""Up to so many sentences, a report is its own summary."""

_QUOTED = 6


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a report, under its heading (empty before the first); `opens` a paragraph or not."""

    text: str
    heading: str
    opens: bool


def quoted(prompt: str, context: AssetContext, before: str = "") -> str | None:
    """What a question about a report's text is answered by; None: it is not about the text.

    `before` is the prompt before, which "and about wind?" goes on from.
    """
    if context.asset.type is not AssetType.REPORT_FILE:
        return None
    words = words_in(prompt)
    roots = {root_of(word.stem) for word in words}
    goes_on = bool(before and _GOES_ON.match(prompt)) and not roots_of(before).isdisjoint(_ABOUT_TEXT)
    if not goes_on and not roots & _ABOUT_TEXT:
        return None
    topic = _topic(prompt)
    sentences = _sentences(context.asset.definition)
    if not topic:
        is_summary = bool(roots & _SUMMARY) or "what" in {word.text for word in words}
        return _summary(sentences, context) if is_summary else None
    return _on(topic, sentences, context)


def quoted_instead(prompt: str, context: AssetContext) -> str:
    """What a report's text has on a question that its rows don't answer; empty: nothing."""
    if context.asset.type is not AssetType.REPORT_FILE:
        return ""
    found = _about(_topic(prompt), _sentences(context.asset.definition))
    return "" if not found else f"The report's text says:\n\n{_quotes(found)}"


def _topic(prompt: str) -> dict[str, str]:
    """The words that a sentence must have, by their roots: all but those on the report and the fillers."""
    words = words_in(prompt)
    fillers = filler_places(words)
    return {
        root_of(word.stem): word.text
        for word in words
        if word.at not in fillers and word.text[0].isalnum() and root_of(word.stem) not in _ABOUT_TEXT
    }


def _on(topic: Mapping[str, str], sentences: Sequence[Sentence], context: AssetContext) -> str:
    found = _about(topic, sentences)
    name = context.asset.name
    missing = [text for root, text in topic.items() if not any(root in roots_of(s.text) for s in found)]
    if not found:
        told = " ".join(f"“{text}”" for text in topic.values())
        return (
            f"The text of “{name}” has no sentence with {told}. Its sections: {_sections(sentences, name)}."
        )
    left_out = "".join(f" It has no sentence with “{text}”." for text in missing)
    return f"“{name}” says:{left_out}\n\n{_quotes(found)}"


def _about(topic: Mapping[str, str], sentences: Sequence[Sentence]) -> list[Sentence]:
    """The sentences that have most of the topic's words, in their order; a heading counts for its own."""
    scores = [len(topic.keys() & roots_of(f"{s.text} {s.heading}")) for s in sentences]
    best = max(scores, default=0)
    return [s for s, score in zip(sentences, scores, strict=True) if score == best and best][:_QUOTED]


def _summary(sentences: Sequence[Sentence], context: AssetContext) -> str:
    """The whole text if it is short, else the first sentence of each of its paragraphs."""
    name = context.asset.name
    if not sentences:
        return f"“{name}” has no text."
    if len(sentences) <= _SHORT:
        return f"“{name}” is short; in its own words:\n\n{_quotes(sentences)}"
    first = [sentence for sentence in sentences if sentence.opens]
    shown = first[: 2 * _QUOTED]
    told = f"the first sentences of {counted(len(shown), 'paragraph')} of {len(first)}"
    return f"“{name}” in its own words, {told}:\n\n{_quotes(shown)}"


def _quotes(sentences: Sequence[Sentence]) -> str:
    """Each sentence as a quotation, under its heading where that changes."""
    lines, heading = [], ""
    for sentence in sentences:
        if sentence.heading != heading:
            heading = sentence.heading
            lines.append(f"**{heading}**\n")
        lines.append(f"> {sentence.text}\n")
    return "\n".join(lines).rstrip()


def _sections(sentences: Sequence[Sentence], name: str) -> str:
    return "; ".join(dict.fromkeys(sentence.heading or name for sentence in sentences)) or "none"


def _sentences(definition: Mapping[str, Any]) -> tuple[Sentence, ...]:
    """The sentences of a report's markdown, without its marks and the metrics that it shows."""
    found: list[Sentence] = []
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
        found += [Sentence(part, heading, opens=at == 0) for at, part in enumerate(parts)]
    return tuple(found)
